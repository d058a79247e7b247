"""`personsvar absence …`: when a subscriber is away, planned ahead."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from personsvar.cli.acting import typist
from personsvar.cli.arguments import Given
from personsvar.cli.forms import absence_form
from personsvar.cli.opening import open_application
from personsvar.cli.printing import print_json, print_line, print_table
from personsvar.cli.recording_file import recording_of
from personsvar.mailbox.absences import (
    PlannedAbsence,
    absence_ahead,
    absence_version,
    absences_ahead,
    change_absence,
    plan_absence,
    planned,
    remove_absence,
)
from personsvar.mailbox.being_back import be_back
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.availability import Absence, AbsenceReason
from personsvar.mailbox.model.ids import AbsenceId
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.provision import find_subscriber
from personsvar.mailbox.services import Services
from personsvar.mailbox.written_times import FORMS, parse_begin, parse_end

app = typer.Typer(no_args_is_help=True)


class ChangedReason(StrEnum):
    """Another reason, or none any more."""

    MEETING = "meeting"
    OFF = "off"
    HOLIDAY = "holiday"
    NONE = "none"

    @property
    def wanted(self) -> AbsenceReason | None:
        return None if self is ChangedReason.NONE else AbsenceReason(self.value)


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
NewFrom = Annotated[
    str | None, typer.Option("--from", metavar="TIME", help=f"By the subscriber's clock: {FORMS}.")
]
NewUntil = Annotated[
    str | None, typer.Option("--until", metavar="TIME", help="The same; a day alone is the last one.")
]
NewReason = Annotated[ChangedReason | None, typer.Option(help="What callers hear why.")]
NewMessages = Annotated[
    bool | None,
    typer.Option("--messages/--no-messages", help="Whether callers can leave messages meanwhile."),
]
BuiltIn = Annotated[bool, typer.Option("--built-in", help="Callers hear the built-in words again.")]
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
def change(
    number: Given,
    absence: AbsenceNumber,
    *,
    until: NewUntil = None,
    begin: NewFrom = None,
    reason: NewReason = None,
    messages: NewMessages = None,
    recording: Recording = None,
    built_in: BuiltIn = False,
) -> None:
    """Change what is given of an absence that is not over, and nothing else."""
    if built_in and recording is not None:
        raise typer.BadParameter("give --recording or --built-in, not both")
    services = open_application().services
    owner, now = find_subscriber(services, number), services.clock.now()
    found = _ahead(services, owner, AbsenceId(absence))
    plan = PlannedAbsence(
        found.starts_at if begin is None else parse_begin(owner, begin, now),
        found.ends_at if until is None else parse_end(owner, until, now),
        found.reason if reason is None else reason.wanted,
        found.takes_messages if messages is None else messages,
        alaw=None if recording is None else recording_of(recording, services.rules.max_greeting_seconds),
        keeps_recording=not built_in and recording is None,
    )
    seen = absence_version(found)  # what is not given is as it was read
    change_absence(services, owner.number, found.id, plan, by=typist(), as_seen=seen)
    print_line(f"Absence {found.id} of {owner.number} is changed.")


@app.command()
def back(number: Given) -> None:
    """The subscriber is back: what absence is on, a calendar's too, is over."""
    services = open_application().services
    owner = find_subscriber(services, number).number
    be_back(services, owner, by=typist())
    print_line(f"{owner} is back.")


@app.command()
def remove(number: Given, absence: AbsenceNumber) -> None:
    """Remove an absence, with its recording; one that is on ends at once."""
    services = open_application().services
    subscriber = find_subscriber(services, number)
    removed = remove_absence(services, subscriber.number, AbsenceId(absence), by=typist())
    print_line(f"Absence {removed.id} of {subscriber.number} is gone.")


def _ahead(services: Services, owner: Subscriber, which: AbsenceId) -> Absence:
    found = absence_ahead(services, owner.number, which)
    if found is None:
        raise MailboxError(f"there is no absence {which} ahead")
    return found


def _row(one: Absence) -> tuple[object, ...]:
    recording = None if one.recording is None else f"{one.recording.seconds:.1f} s"
    source = "own" if one.calendar is None else f"calendar {one.calendar}"
    return one.id, one.starts_at, one.ends_at, one.reason, one.takes_messages, recording, source
