"""`personsvar call …`: the log of calls into the service."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from personsvar.cli.list_options import MOST, Until, since_option
from personsvar.cli.opening import open_application
from personsvar.cli.printing import print_json, print_table
from personsvar.http.api.call_forms import call_form
from personsvar.mailbox import call_log
from personsvar.mailbox.model.call_record import CallRecord, CameOf
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.phone_numbers import parse_subscriber_number
from personsvar.mailbox.ports.call_log import CallsWanted
from personsvar.mailbox.services import Services

app = typer.Typer(no_args_is_help=True)


@app.callback()
def call() -> None:
    """The log of calls into the service."""


@app.command("list")
def list_(
    number: Annotated[str | None, typer.Argument(metavar="[NUMBER]", help="Only to this mailbox.")] = None,
    *,
    caller: Annotated[str | None, typer.Option(metavar="NUMBER", help="Only from this number.")] = None,
    came_of: Annotated[CameOf | None, typer.Option(help="Only those that this came of.")] = None,
    since: Annotated[datetime | None, since_option("Begun")] = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="So many, newest first.")] = 1000,
    as_json: Annotated[bool, typer.Option("--json", help="For programs; see docs/json.md.")] = False,
) -> None:
    """List calls, newest first: when, from where, to which mailbox, and what came of it."""
    services = open_application().services
    only = CallsWanted(_number(services, number), _number(services, caller), came_of, since, until)
    calls = call_log.all_calls(services, only, most=limit)
    if as_json:
        print_json(call_form(record).model_dump(mode="json") for record in calls)
    else:
        columns = ("ID", "BEGAN", "CALLER", "MAILBOX", "CAME OF IT", "REASON", "SECONDS", "LISTENED")
        print_table(columns, map(_row, calls))


def _number(services: Services, typed: str | None) -> Number | None:
    return None if typed is None else parse_subscriber_number(typed, region=services.rules.home_region)


def _row(call: CallRecord) -> tuple[object, ...]:
    about = call.id, call.began_at, call.caller or "withheld", call.mailbox
    return *about, call.came_of, call.reason, round(call.seconds, 1), call.listened
