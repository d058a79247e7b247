"""A program that got a key by the command line, and asks a site's HTTP."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from email.message import Message as Headers
from pathlib import Path
from typing import Any

from tests.real.site import LiveSite

PERSONSVAR = str(Path(sys.executable).with_name("personsvar"))


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Headers
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


Ask = Callable[..., Answer]
"""Method, path, content, and headers with `_` for `-`. It raises HTTPError for what is refused."""


def command(site: LiveSite, *words: str) -> str:
    """What the command line prints, asked beside the service. Raise CalledProcessError."""
    return subprocess.run(
        [PERSONSVAR, *words],
        env={**os.environ, **site.service.environment},
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def api_program(site: LiveSite, name: str) -> Ask:
    made = command(site, "key", "add", re.sub(r"\W+", "-", name)[:40], "--scope", "*")
    (key,) = re.findall(r"\bpv_\w+", made)
    base = f"http://{site.service.environment['PERSONSVAR_HTTP_BIND']}"

    def asked(method: str, path: str, content: bytes | None = None, **headers: str) -> Answer:
        told = {"Authorization": f"Bearer {key}"} | {it.replace("_", "-"): headers[it] for it in headers}
        question = urllib.request.Request(base + path, content, told, method=method)
        with urllib.request.urlopen(question, timeout=60) as answer:
            return Answer(answer.status, answer.headers, answer.read())

    return asked
