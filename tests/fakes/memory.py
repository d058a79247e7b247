"""A store in memory: the same promises as the database's, and a switch that takes it away."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from threading import Lock

from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.ids import Number, SoundId
from personsvar.mailbox.model.message import NewSound
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.storage.store import OpenUnits
from personsvar.storage.unit_of_work import AfterCommit, BeforeCommit
from tests.fakes.memory_absences import MemoryAbsences
from tests.fakes.memory_access import MemoryApiKeys, MemoryAuditTrail, MemoryKeptRequests
from tests.fakes.memory_calendars import MemoryCalendars
from tests.fakes.memory_caller_names import MemoryCallerNames
from tests.fakes.memory_calls import MemoryCallLog
from tests.fakes.memory_imports import MemoryImportJobs
from tests.fakes.memory_mail_texts import MemoryMailTexts
from tests.fakes.memory_mailbox import (
    MemoryCallBacks,
    MemoryGreetings,
    MemoryLocks,
    MemoryMessages,
    MemoryRenditions,
    MemorySounds,
    MemorySubscribers,
    MemoryUpkeep,
    MemoryVisualAccounts,
)
from tests.fakes.memory_outbox import MemoryOutbox
from tests.fakes.memory_tables import Ids, Tables
from tests.fakes.memory_tallies import MemoryTallies
from tests.fakes.memory_transcripts import MemoryTranscripts
from tests.fakes.memory_web_access import MemoryLoginCodes, MemoryRoles, MemoryWebSessions


class MemoryStore:
    """One writer at a time works on a copy; `commit` puts the copy in place of what was there."""

    def __init__(
        self,
        *,
        wait_seconds: float = 10,
        before_commit: BeforeCommit | None = None,
        after_commit: AfterCommit | None = None,
    ) -> None:
        self.tables = Tables()
        self.before_commit = before_commit
        self.after_commit = after_commit
        self.away = False
        """As long as it is set the store can't be reached, and nothing is committed."""
        self.commits = 0
        self.ids: defaultdict[str, Ids] = defaultdict(Ids)
        self._wait_seconds = wait_seconds
        self._writer = Lock()
        self._tally = OpenUnits()

    @property
    def open_transactions(self) -> int:
        """How many units of work are open now, in any thread."""
        return self._tally.everywhere

    @property
    def open_in_this_thread(self) -> int:
        return self._tally.in_this_thread

    def must_be_there(self) -> None:
        if self.away:
            raise StoreUnavailableError("the store is away")

    @contextmanager
    def begin(self, *, bringing: NewSound | None = None) -> Iterator[UnitOfWork]:  # noqa: ARG002 - it has one place
        self.must_be_there()
        if not self._writer.acquire(timeout=self._wait_seconds):
            raise StoreUnavailableError("too many are waiting to write")
        try:
            with self._tally.one_open():
                yield MemoryUnitOfWork(self, closed=False)
        finally:
            self._writer.release()

    @contextmanager
    def look(self, *, may_be_late: bool = False) -> Iterator[UnitOfWork]:  # noqa: ARG002 - nothing is
        self.must_be_there()
        with self._tally.one_open():
            yield MemoryUnitOfWork(self, closed=True)

    def sound(self, which: SoundId) -> bytes:
        with self.look() as uow:
            return uow.sounds.read(which)

    def close(self) -> None:
        """Nothing is held open."""


class MemoryUnitOfWork:
    def __init__(self, store: MemoryStore, *, closed: bool) -> None:
        self._store = store
        self._closed = closed
        self.by_client = False
        self._tables = store.tables.copied(closed=closed)
        ids = store.ids
        self.subscribers = MemorySubscribers(self._tables)
        self.sounds = MemorySounds(self._tables, ids["sounds"])
        self.renditions = MemoryRenditions(self._tables)
        self.messages = MemoryMessages(self._tables, ids["messages"])
        self.transcripts = MemoryTranscripts(self._tables)
        self.mail_texts = MemoryMailTexts(self._tables)
        self.greetings = MemoryGreetings(self._tables, ids["greetings"])
        self.absences = MemoryAbsences(self._tables, ids["absences"])
        self.calendars = MemoryCalendars(self._tables, ids["calendars"], ids["leases"])
        self.outbox = MemoryOutbox(self._tables, ids["notices"], ids["leases"], ids["receipts"])
        self.locks = MemoryLocks(self._tables)
        self.call_backs = MemoryCallBacks(self._tables, ids["call_backs"])
        self.call_log = MemoryCallLog(self._tables, ids["calls"])
        self.tallies = MemoryTallies(self._tables)
        self.caller_names = MemoryCallerNames(self._tables)
        self.visual = MemoryVisualAccounts(self._tables)
        self.upkeep = MemoryUpkeep(self._tables)
        self.login_codes = MemoryLoginCodes(self._tables)
        self.web_sessions = MemoryWebSessions(self._tables, ids["web_sessions"])
        self.roles = MemoryRoles(self._tables)
        self.audit = MemoryAuditTrail(self._tables, ids["audit"])
        self.api_keys = MemoryApiKeys(self._tables, ids["api_keys"])
        self.kept_requests = MemoryKeptRequests(self._tables)
        self.import_jobs = MemoryImportJobs(self._tables, ids["import_jobs"])

    @property
    def changed(self) -> AbstractSet[Number]:
        return self.messages.changed

    @property
    def altered(self) -> AbstractSet[Number]:
        return self.messages.altered

    @property
    def changed_greetings(self) -> AbstractSet[Number]:
        return self.greetings.changed

    def commit(self) -> None:
        self._store.must_be_there()
        if self._store.before_commit is not None and (self.changed or self.changed_greetings):
            self._store.before_commit(self, self.changed)
        if not self._closed:
            self._store.tables = self._tables.copied(closed=False)
            self._store.commits += 1
        if self._store.after_commit is not None and self.outbox.added_to:
            self._store.after_commit(frozenset(self.outbox.added_to))
        self.outbox.added_to.clear()
