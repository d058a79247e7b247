"""`python -m dialplan.switch run [--switch freeswitch] [--folder DIR] [--log -]`: a switch in the foreground,
until Ctrl-C.

A terminal that is closed ends it too; SIGTERM lets calls end first. What it reads of the environment is in
docs/settings.md, marked *switch*. `find` makes sure that there is one, and tells its version; `health` asks
one that runs whether it is well; `render` writes what FreeSWITCH reads, and starts nothing.
"""

# ruff: noqa: T201 - a command speaks to whoever started it

from __future__ import annotations

import signal

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import argparse
import os
import sys
from dataclasses import replace

from dialplan.switch import check
from dialplan.switch.child import SwitchFailedError, SwitchProcess
from dialplan.switch.config import Setting
from dialplan.switch.endings import hear
from dialplan.switch.environment import BadSettingsError, setting_from
from dialplan.switch.foreground import run
from dialplan.switch.freeswitch import FreeSwitch, NoFreeSwitchError, find_freeswitch
from dialplan.switch.freeswitch_config import render
from dialplan.switch.health import complaint
from dialplan.switch.process import Switch
from dialplan.switch.root import NoAsteriskError, find_asterisk
from dialplan.switch.secret import NoSecretError
from personsvar.settings.checks import PREFIX
from personsvar.settings.shell_command import shell_command

OF_A_PHONE = tuple(
    f"{PREFIX}{name}"
    for name in ("STATE", "DATABASE_URL_FILE", "SECRET_KEY_FILE", "SPOOL", "MEDIA", "PROMPTS", "STUDIO")
)
"""What has to be set for the mailboxes to be the same; no value here is a secret."""
SECRETS_OF_A_PHONE = (f"{PREFIX}DATABASE_URL", f"{PREFIX}SECRET_KEY")


def main() -> int:
    options = _options().parse_args()
    hear()  # before there is a child to leave behind
    try:
        setting = _setting(options)
        if options.what == "health":
            return _health(setting)
        if options.what == "render":
            return _render(setting)
        switch = _found(setting)
        return 0 if options.what == "find" else run(switch, how_to_call(setting))
    except (
        BadSettingsError,
        NoAsteriskError,
        NoFreeSwitchError,
        NoSecretError,
        SwitchFailedError,
    ) as failure:
        print(f"personsvar: {failure}", file=sys.stderr)
        return 1


def _found(setting: Setting) -> SwitchProcess:
    if setting.switch == "freeswitch":
        freeswitch = find_freeswitch()
        print(f"personsvar: {freeswitch.version} ({freeswitch.program})", flush=True)
        return FreeSwitch(freeswitch, setting)
    asterisk = find_asterisk()
    print(f"personsvar: {asterisk.version} ({asterisk.root})", flush=True)
    return Switch(asterisk, setting)


def _render(setting: Setting) -> int:
    if setting.switch != "freeswitch":
        print("personsvar: render is for FreeSWITCH: give --switch freeswitch", file=sys.stderr)
        return 2
    try:
        render(setting)
    except OSError as wrong:
        raise SwitchFailedError(f"{wrong.filename}: {wrong.strerror}") from wrong
    print(f"personsvar: FreeSWITCH's configuration is in {setting.etc}")
    return 0


def _health(setting: Setting) -> int:
    wrong = complaint(setting)
    print(f"personsvar: {f'the switch is not well: {wrong}' if wrong else 'the switch is well'}")
    return 1 if wrong else 0


def how_to_call(setting: Setting) -> str:
    """A phone without SIP is only told of where no secret, which no line may show, has to be set for it."""
    name = "FreeSWITCH" if setting.switch == "freeswitch" else "Asterisk"
    told = f"""{name} is ready. The operator's trunk calls from {setting.trunk_match}:
  INVITE sip:{_at(setting)}
  an owner   P-Asserted-Identity: <sip:+4790000001@example.test>
  a caller   the same with another number, and Diversion: <sip:+4790000001@example.test>;reason=no-answer
A softphone that only sends From (baresip, Linphone) is asked for number and PIN: sip:{_at(setting)}"""
    if any(os.environ.get(name) for name in SECRETS_OF_A_PHONE):
        return told
    return f"{told}\nNo SIP at hand: {shell_command('phone --from 90000002', os.environ, OF_A_PHONE)}"


def _at(setting: Setting) -> str:
    return f"{setting.access_number}@{setting.sip_external or setting.sip_bind}"


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m dialplan.switch", description=__doc__)
    parser.add_argument("what", choices=["find", "run", "health", "render"])
    parser.add_argument(
        "--switch", choices=check.KINDS, help="which of the two, whatever PERSONSVAR_SWITCH says"
    )
    parser.add_argument("--folder", help="where it lives: configuration, sockets, logs")
    parser.add_argument("--log", choices=["-"], help="its log goes to stdout, not to files in its folder")
    return parser


def _setting(options: argparse.Namespace) -> Setting:
    said = {} if options.switch is None else {"PERSONSVAR_SWITCH": options.switch}
    setting = replace(setting_from({**os.environ, **said}), log_here=options.log == "-")
    if options.folder is None:
        return setting
    try:
        return replace(setting, folder=check.folder(options.folder))
    except ValueError as wrong:
        raise BadSettingsError(f"--folder {options.folder}: {wrong}") from wrong


if __name__ == "__main__":
    sys.exit(main())
