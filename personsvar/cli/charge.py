"""`personsvar charge …`: answered call backs, for the operator's billing."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from personsvar.cli.forms import charge_form
from personsvar.cli.list_options import AfterId, Limit, Until, since_option
from personsvar.cli.opening import open_application
from personsvar.cli.printing import print_csv, print_json, print_table
from personsvar.mailbox.charges import all_charges
from personsvar.mailbox.model.ids import CallBackId
from personsvar.mailbox.phone_numbers import parse_subscriber_number

app = typer.Typer(no_args_is_help=True)

COLUMNS = ("id", "mailbox", "called", "at", "price_ore")


@app.callback()
def charge() -> None:
    """Answered call backs, for the operator's billing."""


@app.command("list")
def list_(
    *,
    of: Annotated[str | None, typer.Option("--of", metavar="NUMBER", help="Only this subscriber's.")] = None,
    since: Annotated[datetime | None, since_option("Dialled")] = None,
    until: Until = None,
    after: AfterId = None,
    limit: Limit = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="For a spreadsheet.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="For programs; see docs/json.md.")] = False,
) -> None:
    """List charges, oldest first. Prices are in øre (1/100 krone)."""
    services = open_application().services
    number = None if of is None else parse_subscriber_number(of, region=services.rules.home_region)
    behind = None if after is None else CallBackId(after)
    found = all_charges(services, mailbox=number, since=since, until=until, after=behind, most=limit)
    charges = map(charge_form, found)
    if as_json:
        print_json(charges)
    elif as_csv:
        print_csv(charges, COLUMNS)
    else:
        rows = ([form[column] for column in COLUMNS] for form in charges)
        print_table(("ID", "SUBSCRIBER", "CALLED", "AT", "PRICE (ØRE)"), rows)
