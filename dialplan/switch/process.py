"""A running Asterisk: our child in the foreground, asked over its own control socket, stopped by its id."""

# ruff: noqa: S603 - the programs run are those of this module, with paths of the operator's own

from __future__ import annotations

import re
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from dialplan.switch.bound import bound
from dialplan.switch.command import command
from dialplan.switch.config import Setting, render
from dialplan.switch.control import STOPPING, ask, commanded
from dialplan.switch.endings import signals_wait
from dialplan.switch.root import Asterisk
from dialplan.switch.sockets import holds_a_port
from personsvar.address import Address

_POLL_SECONDS = 0.02
"""Asterisk tells nobody when its control socket is there: it is looked for this often."""
_DEAF_SECONDS = 5
"""An Asterisk that says nothing on its control socket for this long hangs."""


class SwitchFailedError(Exception):
    """Asterisk did not start, or ended by itself; the text holds what it said."""


class Switch:
    """One Asterisk with dialplan/. Many may run at once: each has its own folder and SIP port."""

    def __init__(self, asterisk: Asterisk, setting: Setting) -> None:
        self.asterisk = asterisk
        self.setting = setting
        self._process: subprocess.Popen[bytes] | None = None

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
            render(self.setting, modules=self.asterisk.modules)
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
        with self._console() as output, signals_wait():
            self._process = subprocess.Popen(
                self._command(), stdin=subprocess.DEVNULL, stdout=output, stderr=output, umask=0o007
            )
        return self._process

    def stop(self) -> None:
        """At once: it hangs up, and ends; killed when it will not."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(10)
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

    @contextmanager
    def refusing_calls(self) -> Iterator[int]:
        """No new calls from now on (503), and its end with the last one; how many are up.

        OSError: it does not hear us.
        """
        run = self.setting.run
        told_us = ask(run, "core show channels count", within_seconds=_DEAF_SECONDS)
        counted = re.search(r"^(\d+) active call", told_us, re.MULTILINE)
        with commanded(run, "core stop gracefully", within_seconds=_DEAF_SECONDS):
            self._wait_until_it_refuses()
            yield int(counted[1]) if counted else 0

    def _wait_until_it_refuses(self) -> None:
        """It answers the stop itself only when it is over."""
        deadline = time.monotonic() + _DEAF_SECONDS
        while self.exit_code is None and time.monotonic() < deadline:
            with suppress(OSError):  # it ends just now
                if STOPPING in ask(self.setting.run, "core show channels count", within_seconds=1):
                    return
            time.sleep(_POLL_SECONDS)

    def cli(self, command: str) -> str:
        """What Asterisk's own command line answers."""
        return ask(self.setting.run, command)

    @property
    def _console_file(self) -> Path:
        return self.setting.folder / "log" / "console"

    @contextmanager
    def _console(self) -> Iterator[IO[bytes] | None]:
        """Where Asterisk's own output goes; None is where ours goes."""
        if self.setting.log_here:
            yield None
        else:
            with self._console_file.open("wb") as output:
                yield output

    def _said(self) -> str:
        if self.setting.log_here:
            return "it said why"
        return self._console_file.read_text(errors="replace")[-2000:]

    def _command(self) -> list[str]:
        return [*bound(signal.SIGTERM), *command(self.asterisk, self.setting)]

    def _must_be_free(self) -> None:
        """Asterisk starts without its SIP port when somebody else has it, and hears no call."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            try:
                probe.bind(Address.parse(self.setting.sip_bind))
            except OSError as taken:
                raise SwitchFailedError(f"SIP on {self.setting.sip_bind}: {taken.strerror}") from taken

    def _wait_until_booted(self, process: subprocess.Popen[bytes], within_seconds: float) -> None:
        deadline = time.monotonic() + within_seconds
        while not self._booted():
            if process.poll() is not None or time.monotonic() > deadline:
                raise SwitchFailedError("Asterisk did not start")
            time.sleep(_POLL_SECONDS)

    def _booted(self) -> bool:
        with suppress(OSError):
            return "fully booted" in self.cli("core waitfullybooted")
        return False
