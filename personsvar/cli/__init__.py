"""The command line: `personsvar …`, one file a command.

Only the command that is run is imported: `personsvar agi`, which the switch starts for each call, and
`personsvar health`, which each container starts every few seconds, have to be quick.

Exit codes: 0 done; 1 refused, with the reason; 2 it can't start: a bad setting, no database, wrong usage;
130 Ctrl-C.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from contextvars import ContextVar
from importlib import import_module
from typing import TYPE_CHECKING, NoReturn

from personsvar.mailbox.errors import (
    MailboxError,
    MasterKeyError,
    RecordingsAwayError,
    StoreTooSlowError,
    StoreUnavailableError,
)

if TYPE_CHECKING:
    import typer

REFUSED, CANT_START, INTERRUPTED = 1, 2, 130
AGI, HEALTH, PHONE = "agi", "health", "phone"
_opened: ContextVar[ExitStack] = ContextVar("opened")

COMMANDS = {
    "run": "every service in one process",
    "ivr": "the service that answers calls",
    "notifier": "the service that sends notices and serves HTTP",
    AGI: "one call over stdin and stdout, started by the switch",
    HEALTH: "whether the service beside it is ready: [ivr|notifier|visual|transcriber|run], exit code 0 or 1",
    PHONE: "a telephone in the terminal",
    "subscriber": "add, show, set, list, remove, import, export, empty, unlock, reset-pin",
    "operator": "grant, revoke, list: who may do more on the page",
    "absence": "add, list, change, back, remove",
    "names": "set, import, list, remove, clear: what callers are called",
    "message": "list, export, restore",
    "retention": "show, go-on",
    "encryption": "show, bring-over, rotate, take-back: recordings encrypted where they lie",
    "recordings": "show, bring-over, take-back: recordings in an object store",
    "notice": "list, show, resend",
    "calendar": "set, show, list, remove, refresh",
    "charge": "list",
    "call": "list",
    "key": "add, list, revoke: keys of the HTTP API",
    "lamp": "config, light",
    "visual": "the service that phones' visual voicemail asks; status, request, block, unblock, kannel",
    "transcriber": "the service that writes messages down",
    "transcript": "list, show, redo: what messages say, in words",
    "spool": "list, retry",
    "db": "upgrade, downgrade, restored, check",
    "backup": "DIR: all that is kept, while calls go on; verify, list",
    "restore": "DIR: a backup put into an empty database",
    "secrets": "make those of a new installation",
    "prompts": "build and check the sounds",
    "manual": "the printed card",
    "settings": "show, check and describe the settings",
}


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """The program. Whatever is wrong with what was asked or set is a line, never a traceback.

    Nor is Ctrl-C: most of a command's first second goes into importing what it needs.
    """
    try:
        sys.exit(carry_out(list(sys.argv[1:] if arguments is None else arguments)))
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def carry_out(arguments: list[str]) -> int:
    """One command is carried out, and what it opened is closed; returns its exit code."""
    os.umask(0o007)
    with ExitStack() as opened:
        before = _opened.set(opened)
        if arguments[:1] == [PHONE] and "--help" not in arguments and sys.stdin.isatty():
            from personsvar.telephony.raw_terminal import raw  # noqa: PLC0415 - for this only

            opened.enter_context(raw(sys.stdin))  # before all that takes time
        try:
            return _carry_out(arguments)
        finally:
            _opened.reset(before)


def at_the_end(close: Callable[[], None]) -> None:
    """`close` is called when the command under way ends, however it ends."""
    _opened.get().callback(close)


def _carry_out(arguments: list[str]) -> int:
    try:
        if arguments[:1] == [AGI] and arguments[1:] != ["--help"]:
            # the switch gives AGI()'s arguments twice: here, and (what we read) as agi_arg_1 and so on
            return int(import_module("personsvar.cli.agi").take_call())
        if arguments[:1] == [HEALTH] and arguments[1:] != ["--help"]:
            return int(import_module("personsvar.cli.health").look(arguments[1:]))
        return _command(arguments)
    except MailboxError as refused:
        return _fail(REFUSED, str(refused))
    except (CannotStartError, MasterKeyError, _settings_error()) as wrong:
        return _fail(CANT_START, str(wrong))
    except StoreUnavailableError as away:
        return _fail(CANT_START, f"{_in_vain(away)}: {away}")


class CannotStartError(Exception):
    """Something outside is not as it has to be; the text is one line that says what to do."""


def program(commands: Sequence[str]) -> typer.Typer:
    """The command line with these commands."""
    import typer  # noqa: PLC0415 - `personsvar agi` does without

    from personsvar.cli.command_group import CommandGroup  # noqa: PLC0415 - as above

    app = typer.Typer(
        cls=CommandGroup,
        name="personsvar",
        help="The voicemail you run beside your own switch.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_nothing)
    for name in commands:
        if name in (AGI, HEALTH):
            app.command(name, help=COMMANDS[name])(_nothing)  # `carry_out` did it already: this is its help
        else:
            app.add_typer(import_module(f"personsvar.cli.{name}").app, name=name, help=COMMANDS[name])
    return app


def _command(arguments: list[str]) -> int:
    wanted = arguments[:1] if arguments and arguments[0] in COMMANDS else list(COMMANDS)
    try:
        program(wanted)(args=arguments, prog_name="personsvar")
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return 0


def _settings_error() -> type[Exception]:
    from personsvar.settings.loading import SettingsError  # noqa: PLC0415 - only once something went wrong

    return SettingsError


def _in_vain(away: StoreUnavailableError) -> str:
    if isinstance(away, StoreTooSlowError):
        return "the database took too long, ask for less"
    return away.what if isinstance(away, RecordingsAwayError) else "the database can't be used"


def _fail(code: int, text: str) -> int:
    for line in text.splitlines():
        print(f"personsvar: {line}", file=sys.stderr)  # noqa: T201 - this is the command line
    return code


def _nothing() -> None:
    """The voicemail you run beside your own switch."""
