"""A Docker engine of the tests' own, started by hand as root and ended by its pid, with all that ran in it.

Two engines of one machine would undo each other's rules for published ports, so there is one at a time:
whoever comes second waits. Its images stay in the cache, so that a second run has little to build.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.compose.docker_engine import SYSTEM_PATHS, Engine, NoEngineError, cache, clients, find_engine

RUN = Path("/run/personsvar-docker")
"""Its socket, pid, log and what runs: a short path, for a socket's name holds 107 characters."""
START_SECONDS = 60
STOP_SECONDS = 60
_POLL_SECONDS = 0.1
_OPTIONS = (
    # 500 ports of RTP: without a process for each, sound takes a third of the time through loopback
    "--userland-proxy=false",
    "--shutdown-timeout=10",
)


@contextmanager
def running_engine() -> Iterator[Engine]:
    """The engine there is, else our own until the end; NoEngineError."""
    if found := find_engine({}):
        yield found
        return
    with own_engine() as host:
        own = find_engine({"DOCKER_HOST": host})
        if own is None:
            raise NoEngineError(f"dockerd runs at {host}, and no docker here builds with it (docker-buildx?)")
        yield own


@contextmanager
def own_engine() -> Iterator[str]:
    """The address of an engine with nothing running in it; NoEngineError."""
    dockerd = shutil.which("dockerd", path=SYSTEM_PATHS)
    if dockerd is None or os.geteuid() != 0 or not clients():
        raise NoEngineError(
            "no Docker engine answers; to start one takes root and Debian's package docker.io"
        )
    RUN.mkdir(mode=0o711, exist_ok=True)
    with _alone():
        daemon = Daemon(dockerd, RUN, data=cache() / "docker" / "data")
        daemon.start()
        try:
            daemon.clear()
            yield daemon.host
        finally:
            daemon.clear()
            daemon.stop()


@contextmanager
def _alone() -> Iterator[None]:
    with (RUN / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("personsvar: another run has the tests' Docker engine; waiting for it …", file=sys.stderr)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@dataclass(slots=True)
class Daemon:
    """A dockerd and its containerd. `data` outlives it, `run` does not."""

    program: str
    run: Path
    data: Path
    _process: subprocess.Popen[bytes] | None = None

    @property
    def host(self) -> str:
        return f"unix://{self.run}/docker.sock"

    def start(self) -> None:
        """Return when it answers."""
        self._end_a_forgotten_one()
        if strangers := _engines_beside_us():
            raise NoEngineError(
                f"a Docker engine runs here (pid {strangers[0]}): name its socket in DOCKER_HOST"
            )
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # a Ctrl-C is for us: its containers are ended in order
                env={**os.environ, "PATH": f"{SYSTEM_PATHS}:{os.environ.get('PATH', '')}"},
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise NoEngineError(f"dockerd did not start: {self._log.read_text(errors='replace')[-3000:]}")
            time.sleep(_POLL_SECONDS)

    def clear(self) -> None:
        """No container, network or volume of an earlier run: only images stay."""
        if containers := self._docker("ps", "--all", "--quiet").split():
            self._docker("rm", "--force", "--volumes", *containers)
        self._docker("network", "prune", "--force")
        if volumes := self._docker("volume", "ls", "--quiet").split():
            self._docker("volume", "rm", "--force", *volumes)

    def stop(self) -> None:
        """In order; killed when it will not (its containerd goes with it)."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    @property
    def _log(self) -> Path:
        return self.run / "log"

    def _command(self) -> list[str]:
        """With pdeathsig: a test run that is killed takes its engine with it."""
        folders = [f"--data-root={self.data}", f"--exec-root={self.run}/exec", f"--pidfile={self.run}/pid"]
        return ["setpriv", "--pdeathsig", "TERM", self.program, "-H", self.host, *folders, *_OPTIONS]

    def _answers(self) -> bool:
        with suppress(subprocess.SubprocessError):
            self._docker("version", "--format", "{{.Server.Version}}")
            return True
        return False

    def _docker(self, *arguments: str) -> str:
        command = [clients()[0], "--host", self.host, *arguments]
        return subprocess.run(
            command, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=120
        ).stdout

    def _end_a_forgotten_one(self) -> None:
        """One whose run is gone and that is not: nobody else can have it, for we hold the lock."""
        with suppress(OSError, ValueError):
            pid = int((self.run / "pid").read_text())
            if b"dockerd" not in Path(f"/proc/{pid}/cmdline").read_bytes():
                return
            os.kill(pid, signal.SIGTERM)
            deadline = time.monotonic() + STOP_SECONDS
            while Path(f"/proc/{pid}").exists():
                if time.monotonic() > deadline:
                    os.kill(pid, signal.SIGKILL)
                time.sleep(_POLL_SECONDS)


def _engines_beside_us() -> list[int]:
    """Other dockerds on this machine's network, by their pids."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # gone meanwhile
            here = (process / "ns/net").readlink() == Path("/proc/self/ns/net").readlink()
            if here and (process / "comm").read_text().strip() == "dockerd":
                found.append(int(process.name))
    return found
