"""Services that `tests.faults.preloaded` starts, as if they were children of ours."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Lock, Thread

from tests.real.site import AS_INSTALLED

START_SECONDS = 300.0
"""Of one whose modules are loaded beside ten others."""


class ForkedService:
    """What is asked of a `subprocess.Popen`."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._ended = Event()

    def poll(self) -> int | None:
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Raise TimeoutExpired."""
        if not self._ended.wait(timeout) or self.returncode is None:
            raise subprocess.TimeoutExpired(f"service {self.pid}", timeout or 0.0)
        return self.returncode

    def send_signal(self, sig: int) -> None:
        if self.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, sig)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def has_ended(self, code: int) -> None:
        self.returncode = code
        self._ended.set()


class ServiceForks:
    """A process with all of a service's modules loaded; each start is a copy of it."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        """`environment`: what has to be there from its first moment on, such as libraries."""
        self._process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", sys.executable, "-m", "tests.faults.preloaded"],
            env={**os.environ, **AS_INSTALLED, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._running: dict[int, ForkedService] = {}
        self._ready, self._asked = Event(), Lock()
        self._began: SimpleQueue[ForkedService] = SimpleQueue()
        self._reader = Thread(target=self._read, name="service-forks", daemon=True)
        self._reader.start()

    def start(self, command: str, environment: Mapping[str, str], log: Path) -> ForkedService:
        assert self._process.stdin is not None
        with self._asked:
            assert self._ready.wait(START_SECONDS), "the services' modules could not be loaded"
            start = {"command": command, "environment": dict(environment), "log": str(log)}
            self._process.stdin.write(f"{json.dumps(start)}\n")
            self._process.stdin.flush()
            return self._began.get(timeout=START_SECONDS)

    def end(self) -> None:
        """What it started has ended before."""
        self._process.kill()
        self._reader.join()
        self._process.communicate()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._told(json.loads(line))

    def _told(self, line: Mapping[str, int]) -> None:
        if "ready" in line:
            self._ready.set()
        if "began" in line:
            service = self._running[line["began"]] = ForkedService(line["began"])
            self._began.put(service)
        if "ended" in line:
            self._running.pop(line["ended"]).has_ended(line["code"])


@contextmanager
def service_forks(environment: Mapping[str, str]) -> Iterator[ServiceForks]:
    forks = ServiceForks(environment)
    try:
        yield forks
    finally:
        forks.end()
