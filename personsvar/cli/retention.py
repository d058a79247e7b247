"""`personsvar retention …`: what the next round removes by its age, and the word that it may."""

from __future__ import annotations

from typing import Annotated

import typer

from personsvar.cli.acting import typist
from personsvar.cli.opening import open_application
from personsvar.cli.printing import print_fields, print_json, print_line, stamp
from personsvar.mailbox import retention as rounds
from personsvar.world import uptime

app = typer.Typer(no_args_is_help=True)


@app.command()
def show(
    as_json: Annotated[bool, typer.Option("--json", help="For programs; see docs/json.md.")] = False,
) -> None:
    """Show what a round would take now, and why it waits, if it does."""
    planned, last = rounds.next_round(open_application().services, uptime())
    fields = {
        "to_mark": planned.to_mark,
        "to_remove": planned.to_remove,
        "of": planned.of,
        "waits_for": planned.doubt,
        "last_at": stamp(None if last is None else last.at),
    }
    if as_json:
        print_json(fields)
    else:
        print_fields(fields)


@app.command("go-on")
def go_on() -> None:
    """Say that the clock is right, and that the next round may take what is past its time, however much."""
    planned = rounds.go_on(open_application().services, uptime(), by=typist())
    marked, removed = planned.to_mark, planned.to_remove
    print_line(f"The next round moves {marked} messages to the deleted ones and removes {removed} for good.")
