"""`personsvar visual …`: visual voicemail, the phones' own inbox."""

from __future__ import annotations

from typing import Annotated

import typer

from personsvar.bootstrap import Application
from personsvar.cli import CannotStartError
from personsvar.cli.acting import typist
from personsvar.cli.forms import visual_form
from personsvar.cli.opening import open_application
from personsvar.cli.printing import print_fields, print_json, print_line
from personsvar.cli.serve_visual import serve
from personsvar.mailbox import lookups
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.phone_numbers import parse_subscriber_number
from personsvar.mailbox.provision import find_subscriber
from personsvar.mailbox.visual import accounts
from personsvar.mailbox.visual.requests import request_for

app = typer.Typer(invoke_without_command=True)

Who = Annotated[str, typer.Argument(metavar="NUMBER", help="The subscriber's number.")]
Json = Annotated[bool, typer.Option("--json", help="For programs; see docs/json.md.")]


@app.callback()
def visual(context: typer.Context) -> None:
    """Serve visual voicemail (IMAP) until it is told to stop; or one of the commands below."""
    if context.invoked_subcommand is None:
        serve()


@app.command()
def status(number: Who, *, as_json: Json = False) -> None:
    """Show how a subscriber's visual voicemail stands, and what the phone said of itself."""
    application = open_application()
    owner = find_subscriber(application.services, number).number
    account = lookups.visual_account(application.services, owner)
    user = accounts.imap_user(owner, application.settings.visual_host)
    form = visual_form(owner, account, user=user)
    (print_json if as_json else print_fields)(form)


@app.command()
def request(
    number: Who,
    text: Annotated[str, typer.Argument(metavar="TEXT", help='Like "Activate:pv=13;ct=acme.p1.14".')],
) -> None:
    """Take a request as if the phone had sent this SMS; it gets its answer by SMS."""
    from personsvar.gateways.visual.activation_requests import asked_of  # noqa: PLC0415 - 20 MB the server does without

    services = _with_visual().services
    asked = asked_of(text)
    if asked is None:
        raise MailboxError("that is no request of visual voicemail")
    sender = parse_subscriber_number(number, region=services.rules.home_region)
    request_for(services, sender, asked, by=typist())
    print_line(f"{sender} will be answered.")


@app.command()
def block(number: Who) -> None:
    """Keep a phone out of its mailbox; it is told so when it asks."""
    services = open_application().services
    owner = find_subscriber(services, number).number
    accounts.block(services, owner, by=typist())
    print_line(f"{owner} is blocked.")


@app.command()
def unblock(number: Who) -> None:
    """Let it in again: the phone has to activate anew."""
    services = open_application().services
    owner = find_subscriber(services, number).number
    accounts.unblock(services, owner, by=typist())
    print_line(f"{owner} is not blocked.")


@app.command()
def kannel() -> None:
    """Print what kannel.conf needs to bring phones' requests here."""
    from personsvar.running.kannel_config import kannel_config  # noqa: PLC0415 - 20 MB the server does without

    print_line(kannel_config(_with_visual().settings).rstrip())


def _with_visual() -> Application:
    application = open_application()
    if not application.settings.visual_host:
        raise CannotStartError("there is no visual voicemail: PERSONSVAR_VISUAL_HOST is not set")
    return application
