"""`python -m dialplan.switch run [--folder DIR]`: an Asterisk in the foreground, until Ctrl-C.

What it reads of the environment is in docs/settings.md, marked *switch*. `find` makes sure that there is an
Asterisk, and tells its version.
"""

# ruff: noqa: T201 - a command speaks to whoever started it

from __future__ import annotations

import argparse
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from dialplan.switch.config import Setting
from dialplan.switch.environment import BadSettingsError, setting_from
from dialplan.switch.process import Switch, SwitchFailedError
from dialplan.switch.root import NoAsteriskError, find_asterisk


def main() -> int:
    options = _options().parse_args()
    for ending in (signal.SIGTERM, signal.SIGINT):  # before there is a child to leave behind
        signal.signal(ending, _end)
    try:
        setting = _setting(options)
        asterisk = find_asterisk()
        print(f"personsvar: {asterisk.version} ({asterisk.root})", flush=True)
        if options.what == "find":
            return 0
        with Switch(asterisk, setting) as switch:
            print(_how_to_call(setting), flush=True)
            return max(switch.wait(), 0)
    except (BadSettingsError, NoAsteriskError, SwitchFailedError) as failure:
        print(f"personsvar: {failure}", file=sys.stderr)
        return 1


def _end(*_signal: object) -> None:
    """Out of the wait first: it holds what stopping the switch waits for."""
    sys.exit(0)


def _how_to_call(setting: Setting) -> str:
    return f"""personsvar: Asterisk is ready. Whatever calls from 127.0.0.1 is the operator's trunk:
  INVITE sip:{setting.access_number}@{setting.sip_bind}
  an owner   P-Asserted-Identity: <sip:+4790000001@example.test>
  a caller   the same with another number, and Diversion: <sip:+4790000001@example.test>;reason=no-answer"""


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m dialplan.switch", description=__doc__)
    parser.add_argument("what", choices=["find", "run"])
    parser.add_argument("--folder", type=Path, help="where it lives: configuration, sockets, logs")
    return parser


def _setting(options: argparse.Namespace) -> Setting:
    setting = setting_from(os.environ)
    return setting if options.folder is None else replace(setting, folder=options.folder.resolve())


if __name__ == "__main__":
    sys.exit(main())
