"""A running Asterisk, asked over its own control socket."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from dialplan.switch.child import DEAF_SECONDS, SwitchProcess
from dialplan.switch.command import command
from dialplan.switch.config import Setting, render
from dialplan.switch.control import STOPPING, ask, commanded
from dialplan.switch.root import Asterisk

_POLL_SECONDS = 0.02


class Switch(SwitchProcess):
    """An Asterisk."""

    name = "Asterisk"
    holds_back_seconds = 32 * 1024 / 8000
    take_bytes_a_second = 16_000
    """Linear samples."""

    def __init__(self, asterisk: Asterisk, setting: Setting) -> None:
        super().__init__(setting)
        self.asterisk = asterisk

    @contextmanager
    def refusing_calls(self) -> Iterator[int]:
        run = self.setting.run
        told_us = ask(run, "core show channels count", within_seconds=DEAF_SECONDS)
        counted = re.search(r"^(\d+) active call", told_us, re.MULTILINE)
        with commanded(run, "core stop gracefully", within_seconds=DEAF_SECONDS):
            self._wait_until_it_refuses()
            yield int(counted[1]) if counted else 0

    def _wait_until_it_refuses(self) -> None:
        """It answers the stop itself only when it is over."""
        deadline = time.monotonic() + DEAF_SECONDS
        while self.exit_code is None and time.monotonic() < deadline:
            with suppress(OSError):  # it ends just now
                if STOPPING in ask(self.setting.run, "core show channels count", within_seconds=1):
                    return
            time.sleep(_POLL_SECONDS)

    def cli(self, command: str) -> str:
        """What Asterisk's own command line answers."""
        return ask(self.setting.run, command)

    def _render(self) -> None:
        render(self.setting, modules=self.asterisk.modules)

    def _command(self) -> list[str]:
        return command(self.asterisk, self.setting)

    def _booted(self) -> bool:
        return "fully booted" in self.cli("core waitfullybooted")
