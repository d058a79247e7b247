"""A service that is started again whenever it ends, as systemd and Docker would: by whoever asks it to be
up. The first time by the command line; then, where there are forks, as one of them.
"""

from __future__ import annotations

import re
import socket
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException

from tests.faults.service_forks import ServiceForks
from tests.real.site import ServiceProcess

TRIES_APART_SECONDS = 0.1
UP_SECONDS = 900.0
"""It may be that ten others are started at the same time."""


@dataclass
class KeptService(ServiceProcess):
    health: str = ""
    """Where it tells how it is: host:port."""
    forks: ServiceForks | None = None
    launched: int = 0

    def launch(self) -> None:
        if self.forks is None or self.launched == 0:
            super().launch()
        else:
            self.process = self.forks.start(self.command, self.whole_environment, self.log)
        self.launched += 1

    def be_up(self) -> None:
        """Return when it is well; started as often as it ends by itself, as long as that is no wonder."""
        until = time.monotonic() + UP_SECONDS
        while not self.is_well():
            if time.monotonic() > until:
                raise AssertionError(f"{self.command} does not come up; {self.tail()}")
            self.be_launched()
            time.sleep(TRIES_APART_SECONDS)

    def be_launched(self) -> None:
        """It runs, and may not be ready yet."""
        if not self.runs:
            self.launch()

    def is_well(self) -> bool:
        """It runs, and says that nothing is away."""
        return self.runs and self._says("/readyz")

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def figure(self, name: str) -> float:
        with urllib.request.urlopen(f"http://{self.health}/metrics", timeout=10) as answer:
            (value,) = re.findall(rf"^personsvar_{name} (\S+)$", answer.read().decode(), re.MULTILINE)
        return float(value)

    def _says(self, path: str) -> bool:
        with (
            suppress(OSError, HTTPException),
            urllib.request.urlopen(f"http://{self.health}{path}", timeout=5) as answer,
        ):
            return bool(answer.status == 200)
        return False

    def _is_ready(self) -> bool:
        return self.is_well()


def is_answered(address: str) -> bool:
    host, _, port = address.rpartition(":")
    with suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
        return True
    return False
