"""A switch as our child in the foreground: what an Asterisk and a FreeSWITCH have in common.

Its configuration is written, it is started, waited for until it takes calls, and stopped by its id.
"""

# ruff: noqa: S603 - the programs run are those of this room, with paths of the operator's own

from __future__ import annotations

import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, ClassVar, Self

from dialplan.switch.bound import bound
from dialplan.switch.config import Setting
from dialplan.switch.endings import signals_wait
from dialplan.switch.sockets import holds_a_port
from personsvar.address import Address

_POLL_SECONDS = 0.02
"""No switch tells anybody when its control socket is there: it is looked for this often."""
DEAF_SECONDS = 5
"""A switch that says nothing on its control socket for this long hangs."""


class SwitchFailedError(Exception):
    """The switch did not start, or ended by itself; the text holds what it said."""


class SwitchProcess(ABC):
    """One switch with dialplan/. Many may run at once: each has its own folder and SIP port."""

    name: ClassVar[str]
    """As people say it."""
    take_bytes_a_second: ClassVar[int]
    """Of what it records for the service."""
    holds_back_seconds: ClassVar[float]
    """Of what it records so much at most is not on the disk yet."""
    stops_late_by_seconds: ClassVar[float] = 0
    """What it records alone may be so much longer than the longest message."""
    ends_within_seconds: ClassVar[float] = 10
    """Told to end at once; one that takes longer hangs, and is killed."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self._process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def refusing_calls(self) -> AbstractContextManager[int]:
        """No new calls from now on (503), and its end with the last one; how many are up.

        OSError: it does not hear us.
        """

    @abstractmethod
    def _render(self) -> None:
        """Write its configuration folder."""

    @abstractmethod
    def _command(self) -> list[str]:
        """Its program and arguments, in the foreground."""

    @abstractmethod
    def _booted(self) -> bool:
        """Whether it takes calls. OSError: it does not answer yet."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        if self._process is None:
            raise SwitchFailedError("not started")
        return self._process.pid

    @property
    def sip_port(self) -> int:
        return Address.parse(self.setting.sip_bind).port

    def start(self, *, within_seconds: float = 30) -> None:
        """Return when calls are taken."""
        self._must_be_free()
        try:
            self._render()
        except OSError as wrong:
            raise SwitchFailedError(f"{wrong.filename}: {wrong.strerror}") from wrong
        try:
            self._wait_until_booted(self._begun(), within_seconds)
        except SwitchFailedError as failure:
            self.stop()
            raise SwitchFailedError(f"{failure}: {self._said()}") from failure
        except (
            BaseException
        ):  # whoever started us was told to end, a moment after its birth too: not without it
            self.stop()
            raise

    def _begun(self) -> subprocess.Popen[bytes]:
        ours = [*bound(signal.SIGTERM), *self._command()]
        with self._console() as output, signals_wait():
            self._process = subprocess.Popen(
                ours, stdin=subprocess.DEVNULL, stdout=output, stderr=output, umask=0o007
            )
        return self._process

    def stop(self) -> None:
        """At once: it hangs up, and ends; killed when it will not."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(self.ends_within_seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def exit_code(self) -> int | None:
        """None while it runs; below zero when a signal killed it."""
        return self._process.poll() if self._process else 0

    @property
    def has_calls(self) -> bool:
        """True for one that only rings or is being ended, too."""
        return holds_a_port(self.pid, self.setting.rtp_start, self.setting.rtp_end)

    @property
    def _console_file(self) -> Path:
        return self.setting.folder / "log" / "console"

    @contextmanager
    def _console(self) -> Iterator[IO[bytes] | None]:
        """Where its own output goes; None is where ours goes."""
        if self.setting.log_here:
            yield None
        else:
            with self._console_file.open("wb") as output:
                yield output

    def _said(self) -> str:
        if self.setting.log_here:
            return "it said why"
        return self._console_file.read_text(errors="replace")[-2000:]

    def _must_be_free(self) -> None:
        """A switch starts without its SIP port when somebody else has it, and hears no call."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind(Address.parse(self.setting.sip_bind))
            except OSError as taken:
                raise SwitchFailedError(f"SIP on {self.setting.sip_bind}: {taken.strerror}") from taken

    def _wait_until_booted(self, process: subprocess.Popen[bytes], within_seconds: float) -> None:
        deadline = time.monotonic() + within_seconds
        while not self._takes_calls():
            if process.poll() is not None or time.monotonic() > deadline:
                raise SwitchFailedError(f"{self.name} did not start")
            time.sleep(_POLL_SECONDS)

    def _takes_calls(self) -> bool:
        with suppress(OSError):
            return self._booted()
        return False
