"""The images that ours and docker-compose.yml begin with: pulled, else made of Debian's packages.

`debian:13-slim` and `debian:sid-slim` come from debootstrap, both at once; `postgres:17-trixie` from
postgres_stand_in/, Debian's PostgreSQL 17 with the official image's environment.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.compose.bases_debian import STAND_IN, import_debian
from tests.compose.docker_engine import Engine

DEBIAN = {"debian:13-slim": "trixie", "debian:sid-slim": "sid"}
POSTGRES = "postgres:17-trixie"
POSTGRES_STAND_IN = Path(__file__).parent / "postgres_stand_in"
_PULL_SECONDS = 300


def have_bases(engine: Engine) -> None:
    """Every base image is in the engine; NoBaseError."""
    with ThreadPoolExecutor() as both:
        had = [both.submit(have, engine, tag, _debian(engine, tag, suite)) for tag, suite in DEBIAN.items()]
        for one in had:
            one.result()
    have(engine, POSTGRES, lambda: _postgres(engine))


def have(engine: Engine, tag: str, make: Callable[[], None]) -> None:
    """The image in the engine, else pulled, else made; how, and how long it took, is printed."""
    began = time.monotonic()
    if engine.answers_to("image", "inspect", tag):
        how = f"there{', a stand-in' if is_stand_in(engine, tag) else ''}"
    elif _pulled(engine, tag):
        how = "pulled"
    else:
        make()
        how = "can't be pulled here: a stand-in is made of Debian's packages"
    print(f"personsvar: {tag}: {how} ({time.monotonic() - began:.1f} s)", flush=True)


def is_stand_in(engine: Engine, tag: str) -> bool:
    label = f'{{{{index .Config.Labels "{STAND_IN}"}}}}'
    return bool(engine.call("image", "inspect", "--format", label, tag))


def _pulled(engine: Engine, tag: str) -> bool:
    try:
        engine.call("pull", "--quiet", tag, within=_PULL_SECONDS)
    except subprocess.SubprocessError:
        return False
    return True


def _debian(engine: Engine, tag: str, suite: str) -> Callable[[], None]:
    return lambda: import_debian(engine, suite, tag)


def _postgres(engine: Engine) -> None:
    label = ("--label", f"{STAND_IN}=postgresql-17")
    engine.call("build", "--quiet", "--tag", POSTGRES, *label, str(POSTGRES_STAND_IN))
