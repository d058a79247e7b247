"""The store: transactions over everything that is kept."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from typing import Protocol

from personsvar.mailbox.model.ids import Number, SoundId
from personsvar.mailbox.model.message import NewSound
from personsvar.mailbox.ports.absences import Absences
from personsvar.mailbox.ports.access import ApiKeys, AuditTrail, KeptRequests
from personsvar.mailbox.ports.calendars import Calendars
from personsvar.mailbox.ports.call_log import CallLog
from personsvar.mailbox.ports.caller_names import CallerNames
from personsvar.mailbox.ports.import_jobs import ImportJobs
from personsvar.mailbox.ports.mail_texts import MailTexts
from personsvar.mailbox.ports.outbox import Outbox
from personsvar.mailbox.ports.repositories import (
    CallBacks,
    Greetings,
    Locks,
    Messages,
    Renditions,
    Sounds,
    Subscribers,
    Upkeep,
    VisualAccounts,
)
from personsvar.mailbox.ports.tallies import Tallies
from personsvar.mailbox.ports.transcripts import Transcripts
from personsvar.mailbox.ports.web_access import LoginCodes, Roles, WebSessions


class UnitOfWork(Protocol):
    """One transaction. Leaving the block without `commit()` undoes it all."""

    by_client: bool
    """Whoever changes a mailbox for a mail program sets it: the program need not be told of it by SMS."""

    @property
    def subscribers(self) -> Subscribers: ...
    @property
    def sounds(self) -> Sounds: ...
    @property
    def renditions(self) -> Renditions: ...
    @property
    def messages(self) -> Messages: ...
    @property
    def transcripts(self) -> Transcripts: ...
    @property
    def mail_texts(self) -> MailTexts: ...
    @property
    def greetings(self) -> Greetings: ...
    @property
    def absences(self) -> Absences: ...
    @property
    def calendars(self) -> Calendars: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def locks(self) -> Locks: ...
    @property
    def call_backs(self) -> CallBacks: ...
    @property
    def call_log(self) -> CallLog: ...
    @property
    def tallies(self) -> Tallies: ...
    @property
    def caller_names(self) -> CallerNames: ...
    @property
    def visual(self) -> VisualAccounts: ...
    @property
    def upkeep(self) -> Upkeep: ...
    @property
    def login_codes(self) -> LoginCodes: ...
    @property
    def web_sessions(self) -> WebSessions: ...
    @property
    def roles(self) -> Roles: ...
    @property
    def audit(self) -> AuditTrail: ...
    @property
    def api_keys(self) -> ApiKeys: ...
    @property
    def kept_requests(self) -> KeptRequests: ...
    @property
    def import_jobs(self) -> ImportJobs: ...
    @property
    def altered(self) -> AbstractSet[Number]:
        """The mailboxes in which a message was changed or removed so far, and not only added.

        A deleted one that is removed for good changes nothing that anybody looks at.
        """
        ...

    @property
    def changed_greetings(self) -> AbstractSet[Number]:
        """The mailboxes in which a greeting was recorded, put in or out of use, or removed so far."""
        ...

    def commit(self) -> None:
        """The changes are durable when this returns; those that are made again if they are lost, soon after.

        Raise StoreUnavailableError when they could not be.
        """
        ...


class Store(Protocol):
    def begin(self, *, bringing: NewSound | None = None) -> AbstractContextManager[UnitOfWork]:
        """A transaction that reads and writes.

        `bringing`: the recording that `sounds.add` will be asked to keep, if it comes to that. Where
        recordings are not kept in the database it is brought to its place before the transaction begins, so
        that this waits for nothing else; what was not kept in the end is taken away from there again.

        Raise StoreUnavailableError when the database is away or locked, or RecordingsAwayError.
        """
        ...

    def look(self, *, may_be_late: bool = False) -> AbstractContextManager[UnitOfWork]:
        """A transaction that only reads, and waits for no writer.

        `may_be_late`: for lists and figures, where what was committed in the last seconds may be missing.
        """
        ...

    def sound(self, which: SoundId) -> bytes:
        """As `sounds.read`, and no transaction is open while it comes from where it is kept."""
        ...
