"""A running FreeSWITCH, asked over its own Event Socket."""

# ruff: noqa: S603 - runs the program that was found, with our own words

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dialplan.switch.child import DEAF_SECONDS, SwitchFailedError, SwitchProcess
from dialplan.switch.config import Setting
from dialplan.switch.freeswitch_config import options, render
from dialplan.switch.freeswitch_control import ask, commanded

MODULES = (
    *("mod_sofia", "mod_event_socket", "mod_sndfile", "mod_lua", "mod_dptools"),
    *("mod_commands", "mod_tone_stream", "mod_dialplan_xml", "mod_console", "mod_logfile"),
)
"""Those of dialplan/freeswitch/freeswitch.xml that it does not do without."""
OPTIONAL = ("mod_spandsp",)
"""G.722."""


class NoFreeSwitchError(Exception):
    """No FreeSWITCH is on PATH, or not one that has what is needed; the text says which."""


@dataclass(frozen=True, slots=True)
class Installed:
    """A FreeSWITCH of this machine."""

    program: Path
    modules: Path
    version: str


def find_freeswitch() -> Installed:
    """The one on PATH. Raise NoFreeSwitchError."""
    found = shutil.which("freeswitch")
    if found is None:
        raise NoFreeSwitchError("there is no freeswitch on PATH")
    program = Path(found)
    ran = subprocess.run([found, "-version"], capture_output=True, text=True, check=False)
    if ran.returncode:
        raise NoFreeSwitchError(f"{found} does not run: {ran.stderr.strip() or ran.stdout.strip()}")
    named = re.search(r"version: (\S+)", ran.stdout)
    home = program.resolve().parents[1]
    places = [*home.glob("lib*/freeswitch/mod"), *home.glob("lib*/*/freeswitch/mod"), home / "mod"]
    lacking = list(MODULES)
    for place in places:
        lacking = [name for name in MODULES if not (place / f"{name}.so").is_file()]
        if not lacking:
            return Installed(program, place, f"FreeSWITCH {named[1] if named else '(no version)'}")
    raise NoFreeSwitchError(f"{found} lacks {lacking[0]}")


class FreeSwitch(SwitchProcess):
    """A FreeSWITCH."""

    name = "FreeSWITCH"
    ends_within_seconds = 25
    """It takes five; ten more when a call's script asks it something meanwhile: it waits for its modules."""

    take_bytes_a_second = 8_000
    """A-law."""
    holds_back_seconds = 0.0
    stops_late_by_seconds = 1.0
    """Its limit is of whole seconds."""

    def __init__(self, installed: Installed, setting: Setting) -> None:
        super().__init__(setting)
        self.installed = installed

    @contextmanager
    def refusing_calls(self) -> Iterator[int]:
        calls = self.calls
        paused = self._asked("fsctl pause inbound")
        if not paused.startswith("+OK"):
            raise SwitchFailedError(f"FreeSWITCH takes calls all the same: {paused.strip()}")
        with commanded(self.setting.run, "fsctl shutdown elegant", within_seconds=DEAF_SECONDS):
            yield calls

    @property
    def calls(self) -> int:
        """How many legs of calls are up. OSError: it does not answer."""
        counted = re.search(r"^(\d+) session\(s\) - peak", self._asked("status"), re.MULTILINE)
        return int(counted[1]) if counted else 0

    def api(self, command: str) -> str:
        """What FreeSWITCH's own command line answers. Raise OSError when it does not."""
        return self._asked(command)

    def _asked(self, command: str) -> str:
        return ask(self.setting.run, command, within_seconds=DEAF_SECONDS)

    def _render(self) -> None:
        render(self.setting)

    def _command(self) -> list[str]:
        modules = ["-mod", str(self.installed.modules)]
        return [str(self.installed.program), *options(self.setting), *modules]

    def _booted(self) -> bool:
        return re.search(r"personsvar\s+profile\s.*RUNNING", self.api("sofia status")) is not None
