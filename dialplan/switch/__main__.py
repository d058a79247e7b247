"""`python -m dialplan.switch run --folder DIR …`: an Asterisk in the foreground, until Ctrl-C.

`find` makes sure that there is one, and tells its version.
"""

# ruff: noqa: T201 - a command speaks to whoever started it

from __future__ import annotations

import argparse
import os
import signal
import sys
from pathlib import Path

from dialplan.switch.config import SOUNDS, Setting
from dialplan.switch.process import Switch, SwitchFailedError
from dialplan.switch.root import NoAsteriskError, find_asterisk


def main() -> int:
    options = _options().parse_args()
    try:
        asterisk = find_asterisk()
        print(f"personsvar: {asterisk.version} ({asterisk.root})", flush=True)
        if options.what == "find":
            return 0
        with Switch(asterisk, _setting(options)) as switch:
            print(_how_to_call(switch.setting.sip_bind), flush=True)
            for ending in (signal.SIGTERM, signal.SIGINT):
                signal.signal(ending, _end)
            return max(switch.wait(), 0)
    except (NoAsteriskError, SwitchFailedError) as failure:
        print(f"personsvar: {failure}", file=sys.stderr)
        return 1


def _end(*_signal: object) -> None:
    """Out of the wait first: it holds what stopping the switch waits for."""
    sys.exit(0)


def _how_to_call(sip: str) -> str:
    access = os.environ.get("PERSONSVAR_ACCESS_NUMBER", "+4747471000")
    return f"""personsvar: Asterisk is ready. Whatever calls from 127.0.0.1 is the operator's trunk:
  INVITE sip:{access}@{sip}
  an owner   P-Asserted-Identity: <sip:+4790000001@example.test>
  a caller   the same with another number, and Diversion: <sip:+4790000001@example.test>;reason=no-answer"""


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m dialplan.switch", description=__doc__)
    environment = os.environ.get
    state = Path(environment("PERSONSVAR_STATE", "var")).resolve()
    parser.add_argument("what", choices=["find", "run"])
    parser.add_argument("--folder", type=Path, default=state / "asterisk")
    parser.add_argument(
        "--spool", type=Path, default=Path(environment("PERSONSVAR_SPOOL", str(state / "spool")))
    )
    parser.add_argument(
        "--media", type=Path, default=Path(environment("PERSONSVAR_MEDIA", str(state / "media")))
    )
    parser.add_argument("--sounds", type=Path, default=SOUNDS)
    parser.add_argument("--sip", default=f"127.0.0.1:{environment('PERSONSVAR_SIP_PORT', '5060')}")
    parser.add_argument("--fastagi", default=environment("PERSONSVAR_FASTAGI_BIND", "127.0.0.1:4573"))
    parser.add_argument("--trunk", default=environment("PERSONSVAR_TRUNK_CONTACT", "127.0.0.1:5070"))
    return parser


def _setting(options: argparse.Namespace) -> Setting:
    return Setting(
        folder=options.folder.resolve(),
        spool=options.spool.resolve(),
        media=options.media.resolve(),
        sounds=options.sounds.resolve(),
        sip_bind=options.sip,
        fastagi=options.fastagi,
        trunk=options.trunk,
    )


if __name__ == "__main__":
    sys.exit(main())
