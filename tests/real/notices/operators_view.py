"""What an operator sees of a site: the ledger over HTTP and by command, and the figures for Prometheus."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from prometheus_client.parser import text_string_to_metric_families

from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.notice import Channel, NoticeStatus
from tests.real.site import LiveSite
from tests.real.spool import eventually

WITHIN = 30.0
"""On a machine that is busy with other tests."""
TOKEN = "a-token-of-the-tests"
API = {"PERSONSVAR_API_TOKEN": TOKEN}
"""The setting a site needs for its operator to look."""

Row = dict[str, Any]


@dataclass(frozen=True)
class Operator:
    site: LiveSite

    def notices(self, to: Number, channel: Channel) -> list[Row]:
        """`GET /v1/notices`, newest first."""
        return list(self._asked(f"/v1/notices?{urlencode({'to': to, 'channel': channel})}"))

    def notice(self, to: Number, channel: Channel, *, becomes: NoticeStatus) -> Row:
        """The one notice of that channel once it stands so, with its tries and receipts."""
        seen: list[Row] = []

        def stands_so() -> bool:
            seen[:] = self.notices(to, channel)
            return any(row["status"] == becomes for row in seen)

        try:
            eventually(stands_so, within=WITHIN, what=f"{channel} {becomes}")
        except AssertionError as late:
            raise AssertionError(f"{late}: {seen}; {self.site.service.tail()}") from late
        (row,) = seen
        return dict(self._asked(f"/v1/notices/{row['id']}"))

    def command(self, *words: object) -> str:
        """What `personsvar …` prints, with the service's own settings."""
        program = str(Path(sys.executable).with_name("personsvar"))
        ran = subprocess.run(
            [program, *map(str, words)],
            env={**os.environ, **self.site.service.environment},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    def shown(self, notice: int) -> Row:
        """`personsvar notice show ID --json`."""
        return dict(json.loads(self.command("notice", "show", notice, "--json")))

    def figure(self, name: str, **labels: str) -> float | None:
        """One of `/metrics`; None: it is not told."""
        families = text_string_to_metric_families(self._get("/metrics").decode())
        told = (sample for family in families for sample in family.samples)
        return next((it.value for it in told if (it.name, it.labels) == (name, labels)), None)

    def _asked(self, path: str) -> Any:
        return json.loads(self._get(path))

    def _get(self, path: str) -> bytes:
        where = self.site.service.environment["PERSONSVAR_HTTP_BIND"]
        request = urllib.request.Request(
            f"http://{where}{path}", headers={"Authorization": f"Bearer {TOKEN}"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return bytes(answer.read())
