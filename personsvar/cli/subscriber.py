"""`personsvar subscriber …`: provisioning, and what an operator is asked for by phone."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import datetime
from getpass import getpass
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from personsvar.cli import REFUSED, own_data
from personsvar.cli.acting import typist
from personsvar.cli.arguments import Given
from personsvar.cli.csv_file import lines_of
from personsvar.cli.forms import mailbox_form, subscriber_form
from personsvar.cli.list_options import AfterNumber, Limit
from personsvar.cli.opening import open_application
from personsvar.cli.printing import console, print_fields, print_json, print_line, print_table, warn
from personsvar.gateways.files.outbox_tidying import tidy_files
from personsvar.intake import purge
from personsvar.mailbox import login
from personsvar.mailbox.availability import availability
from personsvar.mailbox.details import Details, Switches
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.phone_numbers import parse_subscriber_number
from personsvar.mailbox.provision import (
    add_subscriber,
    all_subscribers,
    find_subscriber,
    remove_subscriber,
    set_subscriber,
)
from personsvar.mailbox.subscriber_file import import_subscribers
from personsvar.mailbox.voicemail_switch import is_off
from personsvar.mailbox.written_times import FORMS

app = typer.Typer(no_args_is_help=True)

Pin = Annotated[str | None, typer.Option(help="4 to 10 digits; - reads it from standard input.")]
Name = Annotated[str | None, typer.Option(help="The subscriber's name.")]
Email = Annotated[str | None, typer.Option(help='Where copies of messages go; "" removes it.')]
Language = Annotated[str | None, typer.Option(help="nb or en.")]
TimeZone = Annotated[str | None, typer.Option(help="Like Europe/Oslo.")]
Voicemail = Annotated[
    str | None, typer.Option(metavar="on|off", help="Callers may leave messages, or never.")
]
NoVoicemail = Annotated[bool, typer.Option("--no-voicemail", help="The same as --voicemail off.")]
OffUntil = Annotated[
    str | None, typer.Option(metavar="TIME", help=f"Off until then, and on again by itself: {FORMS}.")
]
Hours = Annotated[
    str | None,
    typer.Option(help='When callers may leave messages, like "mon-fri 08:00-16:00"; "" is at any time.'),
]
AskPin = Annotated[bool | None, typer.Option(help="Ask for the PIN on the own phone too.")]
OldestFirst = Annotated[bool | None, typer.Option(help="The order messages are heard in.")]
FromElsewhere = Annotated[bool | None, typer.Option(help="Key 0 after a log-in from another phone.")]
SayCaller = Annotated[bool | None, typer.Option(help="Each message's introduction says from whom, too.")]
Sms = Annotated[bool | None, typer.Option(help="An SMS for each message.")]
Mms = Annotated[bool | None, typer.Option(help="An MMS with the sound in its place.")]
MissedCalls = Annotated[bool | None, typer.Option(help="An SMS for each missed call.")]
EmailCopy = Annotated[bool | None, typer.Option(help="A copy of each message by e-mail.")]
Transcripts = Annotated[
    bool | None,
    typer.Option(help="Messages in words, as its owner wishes; --no-… removes the transcripts there are."),
]
TranscriptSms = Annotated[bool | None, typer.Option(help="What a message says follows by SMS.")]
ConsentedTo = Annotated[
    str | None,
    typer.Option(
        metavar="HOST",
        help="Its owner agrees anew, to where recordings go now to be written down; "
        '"": the operator\'s own machine.',
    ),
]
Quiet = Annotated[
    str | None, typer.Option(help="When notices wait, like 22:00-07:00; urgent ones and PINs never do.")
]
NoQuiet = Annotated[bool, typer.Option("--no-quiet", help="Notices never wait.")]
Json = Annotated[bool, typer.Option("--json", help="For programs; the fields are in docs/json.md.")]


def _with_details(command: Callable[[typer.Context, str, Details], None]) -> Callable[..., None]:
    """The command gets an option for each thing an operator may say of a subscriber."""

    def with_options(
        context: typer.Context,
        number: Given,
        *,
        pin: Pin = None,
        name: Name = None,
        email: Email = None,
        language: Language = None,
        time_zone: TimeZone = None,
        voicemail: Voicemail = None,
        no_voicemail: NoVoicemail = False,
        off_until: OffUntil = None,
        hours: Hours = None,
        ask_pin: AskPin = None,
        oldest_first: OldestFirst = None,
        call_back_from_elsewhere: FromElsewhere = None,
        say_caller: SayCaller = None,
        sms: Sms = None,
        mms: Mms = None,
        missed_calls: MissedCalls = None,
        email_copy: EmailCopy = None,
        transcripts: Transcripts = None,
        transcript_sms: TranscriptSms = None,
        transcripts_consented_to: ConsentedTo = None,
        quiet: Quiet = None,
        no_quiet: NoQuiet = False,
    ) -> None:
        switches = Switches(
            voicemail_on=_on(voicemail, no_voicemail=no_voicemail),
            always_ask_pin=ask_pin,
            oldest_first=oldest_first,
            call_back_from_elsewhere=call_back_from_elsewhere,
            say_caller=say_caller,
            sms=sms,
            mms=mms,
            missed_calls=missed_calls,
            email_copy=email_copy,
            transcripts=transcripts,
            transcript_sms=transcript_sms,
        )
        details = Details(
            name,
            email,
            language,
            time_zone,
            _pin(pin),
            switches,
            _quiet(quiet, no_quiet=no_quiet),
            hours,
            off_until,
            transcripts_consented_to,
        )
        command(context, number, details)

    with_options.__doc__ = command.__doc__
    return with_options


@app.command("add")
@_with_details
def add(_: typer.Context, number: str, details: Details) -> None:
    """Add a subscriber. Without a PIN, the first call gives one by SMS."""
    added = add_subscriber(open_application().services, number, details, by=typist())
    print_line(f"{added.number} is a subscriber now.")


@app.command()
def show(number: Given, as_json: Json = False) -> None:
    """Show a subscriber and what is in the mailbox."""
    services = open_application().services
    subscriber = find_subscriber(services, number)
    with services.store.look() as uow:
        now = services.clock.now()
        stands = availability(uow, subscriber, services.bank_holidays, now)
        fields = mailbox_form(uow, subscriber, stands, now)
    if as_json:
        print_json(fields)
    else:
        print_fields(fields)


@app.command("set")
@_with_details
def set_(context: typer.Context, number: str, details: Details) -> None:
    """Change what is given, and nothing else."""
    if details == Details():
        raise typer.BadParameter(f"say what is to be changed: {_options(context)}")
    changed = set_subscriber(open_application().services, number, details, by=typist())
    print_line(f"{changed.number} is changed.")


@app.command("list")
def list_(*, after: AfterNumber = None, limit: Limit = None, as_json: Json = False) -> None:
    """List all subscribers, by number."""
    services = open_application().services
    behind = None if after is None else parse_subscriber_number(after, region=services.rules.home_region)
    subscribers, now = all_subscribers(services, after=behind, most=limit), services.clock.now()
    if as_json:
        print_json(subscriber_form(one, now) for one in subscribers)
    else:
        columns = ("NUMBER", "NAME", "E-MAIL", "LANGUAGE", "PIN", "VOICEMAIL")
        print_table(columns, (_row(one, now) for one in subscribers))


@app.command()
def remove(number: Given) -> None:
    """Remove a subscriber, messages, transcripts, greetings, notices and sounds: numbers are used again."""
    application = open_application()
    removed = remove_subscriber(application.services, number, by=typist())
    purge(application.services, application.takes.spool, removed)
    tidy_files(application.services, application.settings.outbox_folder)
    print_line(f"{removed.number} and all of it is gone.")


app.command()(own_data.export)
app.command()(own_data.empty)


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help="Columns: number,name,email,language,…")],
) -> None:
    """Add or change the subscribers of a CSV file. Lines that will not do are told by number and left out."""
    application = open_application()
    quiet = not sys.stdout.isatty()
    lines = track(lines_of(file), "Importing", console=console(), transient=True, disable=quiet)
    try:
        result = import_subscribers(application.services, lines, by=typist())
    except MailboxError as wrong:
        raise MailboxError(f"{file}: {wrong}") from wrong
    for refused in result.refused:
        warn(f"{file}:{refused}")
    print_line(f"{result.added} added, {result.changed} changed, {len(result.refused)} refused.")
    if result.refused:
        raise typer.Exit(REFUSED)


@app.command()
def unlock(number: Given) -> None:
    """Open the ways in again that too many wrong PINs closed."""
    application = open_application()
    subscriber = find_subscriber(application.services, number)
    login.unlock(application.services, subscriber.number, by=typist())
    print_line(f"{subscriber.number} may log in again.")


@app.command("reset-pin")
def reset_pin(number: Given) -> None:
    """Give a new PIN, sent by SMS; the old one no longer holds. Lifts no lock-out."""
    application = open_application()
    subscriber = find_subscriber(application.services, number)
    login.reset_pin(application.services, subscriber.number, by=typist())
    print_line(f"{subscriber.number} gets a new PIN by SMS.")


def _row(one: Subscriber, now: datetime) -> tuple[object, ...]:
    return one.number, one.name, one.email, one.language, one.pin is not None, not is_off(one, now)


def _options(context: typer.Context) -> str:
    """The options that `set` takes: `--pin, --name, …`."""
    names = (one.opts[0] for one in context.command.params if one.param_type_name == "option")
    return ", ".join(name for name in names if name != "--help")


def _on(given: str | None, *, no_voicemail: bool) -> bool | None:
    if given not in {None, "on", "off"} or (given == "on" and no_voicemail):
        raise typer.BadParameter("--voicemail is on or off")
    return False if no_voicemail else None if given is None else given == "on"


def _quiet(given: str | None, *, no_quiet: bool) -> str | None:
    if given is not None and no_quiet:
        raise typer.BadParameter("--quiet and --no-quiet: give one of them")
    return "" if no_quiet else given


def _pin(given: str | None) -> str | None:
    """Others may see a PIN on the command line (ps), so it may come from standard input: unseen, too."""
    if given != "-":
        return given
    return getpass("PIN: ").strip() if sys.stdin.isatty() else sys.stdin.readline().strip()
