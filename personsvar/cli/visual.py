"""`personsvar visual …`: visual voicemail, the phones' own inbox."""

from __future__ import annotations

from typing import Annotated

import typer

from personsvar.bootstrap import House
from personsvar.cli import CannotStartError
from personsvar.cli.forms import visual_form
from personsvar.cli.house import open_house
from personsvar.cli.printing import print_fields, print_json, say
from personsvar.cli.visual_server import serve
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.numbers import parse_subscriber_number
from personsvar.mailbox.provision import find_subscriber
from personsvar.mailbox.visual import accounts
from personsvar.mailbox.visual.requests import Taken, take_request

app = typer.Typer(invoke_without_command=True)

Who = Annotated[str, typer.Argument(metavar="NUMBER", help="The subscriber's number.")]
Json = Annotated[bool, typer.Option("--json", help="For programs; see docs/json.md.")]
_REFUSED = {
    Taken.STRANGER: "is no subscriber",
    Taken.TOO_OFTEN: "asked too often within an hour: it is not answered",
}


@app.callback()
def visual(context: typer.Context) -> None:
    """Serve visual voicemail (IMAP) until it is told to stop; or one of the commands below."""
    if context.invoked_subcommand is None:
        serve()


@app.command()
def status(number: Who, *, as_json: Json = False) -> None:
    """Show how a subscriber's visual voicemail stands, and what the phone said of itself."""
    house = open_house()
    owner = find_subscriber(house.office, number).number
    with house.office.store.look() as uow:
        account = uow.visual.get(owner)
    user = accounts.imap_user(owner, house.settings.visual_host)
    form = visual_form(owner, account, user=user)
    (print_json if as_json else print_fields)(form)


@app.command()
def request(
    number: Who,
    text: Annotated[str, typer.Argument(metavar="TEXT", help='Like "Activate:pv=13;ct=acme.p1.14".')],
) -> None:
    """Take a request as if the phone had sent this SMS; it gets its answer by SMS."""
    from personsvar.notifier.visual.desk import asked_of  # noqa: PLC0415 - 20 MB the server does without

    office = _with_visual().office
    asked = asked_of(text)
    if asked is None:
        raise MailboxError("that is no request of visual voicemail")
    sender = parse_subscriber_number(number, region=office.rules.home_region)
    taken = take_request(office, sender, asked)
    if taken in _REFUSED:
        raise MailboxError(f"{sender} {_REFUSED[taken]}")
    say(f"{sender} will be answered.")


@app.command()
def block(number: Who) -> None:
    """Keep a phone out of its mailbox; it is told so when it asks."""
    office = open_house().office
    owner = find_subscriber(office, number).number
    accounts.block(office, owner)
    say(f"{owner} is blocked.")


@app.command()
def unblock(number: Who) -> None:
    """Let it in again: the phone has to activate anew."""
    office = open_house().office
    owner = find_subscriber(office, number).number
    accounts.unblock(office, owner)
    say(f"{owner} is not blocked.")


@app.command()
def kannel() -> None:
    """Print what kannel.conf needs to bring phones' requests here."""
    from personsvar.notifier.kannel import incoming_url  # noqa: PLC0415 - 20 MB the server does without
    from personsvar.running.gateways import key_for  # noqa: PLC0415

    settings = _with_visual().settings
    base = settings.public_url or f"http://{settings.http_bind}"
    for line in (
        "group = sms-service",
        "keyword = default",
        "max-messages = 0",
        "accepted-smsc = smsc  # the one that brings them",
        f'get-url = "{incoming_url(base, key=key_for(settings, "kannel"))}"',
    ):
        say(line)


def _with_visual() -> House:
    house = open_house()
    if not house.settings.visual_host:
        raise CannotStartError("there is no visual voicemail: PERSONSVAR_VISUAL_HOST is not set")
    return house
