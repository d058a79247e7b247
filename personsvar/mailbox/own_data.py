"""All that is kept of a subscriber, part by part, as its owner may have it.

Left out is what opens something (PINs, passwords, codes, the tokens of sessions, and the address of a
calendar: whoever has that reads the calendar), and who of the operator's staff did something. Long parts are
read page by page, in a transaction each, so that no mailbox is held in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from personsvar.mailbox import audit
from personsvar.mailbox import own_data_records as records
from personsvar.mailbox.model.audit import Actor, AuditAction
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import Number, SoundId
from personsvar.mailbox.model.lock import LockScope
from personsvar.mailbox.own_data_pages import OwnPages
from personsvar.mailbox.own_data_records import Record
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.services import Services
from personsvar.mailbox.transcription.said import signed_text

_EVER = datetime(1, 1, 2, tzinfo=UTC)


class DataPart(StrEnum):
    """What there is of a subscriber; each a file of its own, in this order."""

    PROFILE = "profile"
    MESSAGES = "messages"
    TRANSCRIPTS = "transcripts"
    GREETINGS = "greetings"
    ABSENCES = "absences"
    CALENDARS = "calendars"
    NAMES = "names"
    NOTICES = "notices"
    CALLS = "calls"
    CHARGES = "charges"
    VISUAL = "visual-voicemail"
    SESSIONS = "sessions"
    LOCKS = "locks"
    CHANGES = "changes"


@dataclass(frozen=True, slots=True)
class OwnSound:
    """A recording, and under which name it goes."""

    sound: SoundId
    file: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OwnText:
    """What a message says, and under which name that goes."""

    text: str
    file: str
    at: datetime


@dataclass(frozen=True)
class OwnData:
    """One subscriber's, as it is when it is read."""

    services: Services
    owner: Number

    def records(self, part: DataPart) -> Iterator[Record]:
        """Of one part; each time they are asked for they are read anew."""
        return self._parts[part]()

    def shown(self, part: DataPart) -> Iterator[Record]:
        """The same to be read by people: what is said carries its marks."""
        if part is DataPart.TRANSCRIPTS:
            return self._few(self._transcripts_shown)
        return self.records(part)

    def sounds(self) -> Iterator[OwnSound]:
        for message in self._pages.messages():
            yield OwnSound(message.sound.id, records.message_file(message), message.received_at)
        with self.services.store.look() as uow:
            greetings = uow.greetings.listed(self.owner, tuple(GreetingKind))
            absences = uow.absences.not_over(self.owner, at=_EVER)
        for it in greetings:
            yield OwnSound(it.greeting.sound.id, records.greeting_file(it.greeting), it.greeting.recorded_at)
        for absence in absences:
            if absence.recording is not None:
                yield OwnSound(absence.recording.id, records.absence_file(absence), absence.starts_at)

    def texts(self) -> Iterator[OwnText]:
        """Of the messages that were written down and understood."""
        with self.services.store.look() as uow:
            made = [it for it in uow.transcripts.of_mailbox(self.owner) if it.text]
        said = {it.message: signed_text(it) for it in made}
        for message in self._pages.messages() if said else ():
            if message.id in said:
                yield OwnText(said[message.id], records.transcript_file(message), message.received_at)

    def alaw(self, sound: OwnSound) -> bytes | None:
        """None: it was removed meanwhile."""
        try:
            return self.services.store.sound(sound.sound)
        except KeyError:
            return None

    @property
    def _pages(self) -> OwnPages:
        return OwnPages(self.services, self.owner)

    @property
    def _parts(self) -> dict[DataPart, Callable[[], Iterator[Record]]]:
        pages, few = self._pages, self._few
        return {
            DataPart.PROFILE: lambda: few(self._profile),
            DataPart.MESSAGES: pages.message_records,
            DataPart.TRANSCRIPTS: lambda: few(self._transcripts),
            DataPart.GREETINGS: lambda: few(self._greetings),
            DataPart.ABSENCES: lambda: few(self._absences),
            DataPart.CALENDARS: lambda: few(self._calendars),
            DataPart.NAMES: lambda: map(records.name_record, pages.names()),
            DataPart.NOTICES: lambda: map(records.notice_record, pages.notices()),
            DataPart.CALLS: lambda: map(records.call_record, pages.calls()),
            DataPart.CHARGES: lambda: map(records.charge_record, pages.charges()),
            DataPart.VISUAL: lambda: few(self._visual),
            DataPart.SESSIONS: lambda: few(self._sessions),
            DataPart.LOCKS: lambda: few(self._locks),
            DataPart.CHANGES: lambda: map(records.change_record, pages.changes()),
        }

    def _few(self, read: Callable[[UnitOfWork], list[Record]]) -> Iterator[Record]:
        with self.services.store.look() as uow:
            found = read(uow)
        return iter(found)

    def _profile(self, uow: UnitOfWork) -> list[Record]:
        owner = uow.subscribers.need(self.owner)
        return [records.profile_record(owner, uow.roles.of(self.owner), self.services.clock.now())]

    def _transcripts(self, uow: UnitOfWork) -> list[Record]:
        return [records.transcript_record(it) for it in uow.transcripts.of_mailbox(self.owner)]

    def _transcripts_shown(self, uow: UnitOfWork) -> list[Record]:
        return [records.transcript_shown(it) for it in uow.transcripts.of_mailbox(self.owner)]

    def _greetings(self, uow: UnitOfWork) -> list[Record]:
        return [records.greeting_record(it) for it in uow.greetings.listed(self.owner, tuple(GreetingKind))]

    def _absences(self, uow: UnitOfWork) -> list[Record]:
        return [records.absence_record(it) for it in uow.absences.not_over(self.owner, at=_EVER)]

    def _calendars(self, uow: UnitOfWork) -> list[Record]:
        return [records.calendar_record(it) for it in uow.calendars.of(self.owner)]

    def _visual(self, uow: UnitOfWork) -> list[Record]:
        account = uow.visual.get(self.owner)
        return [] if account is None else [records.visual_record(account)]

    def _sessions(self, uow: UnitOfWork) -> list[Record]:
        return [records.session_record(it) for it in uow.web_sessions.listed(self.owner)]

    def _locks(self, uow: UnitOfWork) -> list[Record]:
        ways = (LockScope.MAILBOX, LockScope.OWN_PHONE)
        counted = (uow.locks.get(scope, self.owner) for scope in ways)
        return [records.lock_record(lock) for lock in counted if lock.failures or lock.closed_until]


def take_out(services: Services, owner: Number, *, by: Actor) -> OwnData:
    """All data of a subscriber, to be read now; that somebody has them is written down.

    Raise UnknownSubscriberError when nobody has the number.
    """
    with services.store.begin() as uow:
        uow.subscribers.need(owner)
        audit.note(uow, services.clock.now(), by, AuditAction.DATA_TAKEN_OUT, mailbox=owner)
        uow.commit()
    return OwnData(services, owner)
