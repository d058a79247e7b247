"""`personsvar absence …`: when a subscriber is away, planned ahead."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from personsvar.cli.acting import typist
from personsvar.cli.arguments import Given
from personsvar.cli.forms import absence_form
from personsvar.cli.opening import open_application
from personsvar.cli.printing import print_json, print_line, print_table
from personsvar.cli.recording_file import recording_of
from personsvar.mailbox.absences import absences_ahead, plan_absence, planned, remove_absence
from personsvar.mailbox.model.availability import Absence, AbsenceReason
from personsvar.mailbox.model.ids import AbsenceId
from personsvar.mailbox.provision import find_subscriber
from personsvar.mailbox.written_times import FORMS

app = typer.Typer(no_args_is_help=True)

Reason = Annotated[AbsenceReason | None, typer.Option(help="What callers hear why; nothing, without.")]
From = Annotated[
    str | None,
    typer.Option("--from", metavar="TIME", help=f"By the subscriber's clock: {FORMS}. Without: from now."),
]
Until = Annotated[str, typer.Option("--until", metavar="TIME", help="The same; a day alone is the last one.")]
NoMessages = Annotated[bool, typer.Option("--no-messages", help="Callers can leave no message meanwhile.")]
Recording = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="What callers hear (WAV, MP3, M4A, Ogg); else the built-in words."),
]
AbsenceNumber = Annotated[int, typer.Argument(metavar="ID", min=0, help="From `absence list`.")]
Json = Annotated[bool, typer.Option("--json", help="For programs; the fields are in docs/json.md.")]


@app.command()
def add(
    number: Given,
    *,
    until: Until,
    begin: From = None,
    reason: Reason = None,
    no_messages: NoMessages = False,
    recording: Recording = None,
) -> None:
    """Plan an absence: callers hear why, and until when."""
    services = open_application().services
    subscriber = find_subscriber(services, number)
    plan = planned(
        subscriber,
        services.clock.now(),
        begin=begin,
        end=until,
        reason=reason,
        takes_messages=not no_messages,
        alaw=None if recording is None else recording_of(recording, services.rules.max_greeting_seconds),
    )
    absence = plan_absence(services, subscriber.number, plan, by=typist())
    print_line(f"Absence {absence.id} of {subscriber.number} is planned.")


@app.command("list")
def list_(number: Given, as_json: Json = False) -> None:
    """List the absences that are not over, those of calendars too."""
    services = open_application().services
    absences = absences_ahead(services, find_subscriber(services, number).number)
    if as_json:
        print_json([absence_form(one) for one in absences])
    else:
        columns = ("ID", "FROM", "UNTIL", "REASON", "MESSAGES", "RECORDING", "SOURCE")
        print_table(columns, map(_row, absences))


@app.command()
def remove(number: Given, absence: AbsenceNumber) -> None:
    """Remove an absence, with its recording; one that is on ends at once."""
    services = open_application().services
    subscriber = find_subscriber(services, number)
    removed = remove_absence(services, subscriber.number, AbsenceId(absence), by=typist())
    print_line(f"Absence {removed.id} of {subscriber.number} is gone.")


def _row(one: Absence) -> tuple[object, ...]:
    recording = None if one.recording is None else f"{one.recording.seconds:.1f} s"
    source = "own" if one.calendar is None else f"calendar {one.calendar}"
    return one.id, one.starts_at, one.ends_at, one.reason, one.takes_messages, recording, source
