"""One transaction, and the repositories that take part in it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager, suppress
from itertools import chain
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import InvalidRequestError

from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.notice import Channel
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.storage.absences import SqlAbsences
from personsvar.storage.api_keys import SqlApiKeys
from personsvar.storage.audit import SqlAuditTrail
from personsvar.storage.bringing import Brought
from personsvar.storage.calendars import SqlCalendars
from personsvar.storage.call_backs import SqlCallBacks
from personsvar.storage.call_log import SqlCallLog
from personsvar.storage.caller_names import SqlCallerNames
from personsvar.storage.changes import MAILBOXES, payloads, write_down
from personsvar.storage.greetings import SqlGreetings
from personsvar.storage.import_jobs import SqlImportJobs
from personsvar.storage.kept_requests import SqlKeptRequests
from personsvar.storage.keys import InstallationKeys, SqlMailboxKeys
from personsvar.storage.locks import SqlLocks
from personsvar.storage.login_codes import SqlLoginCodes
from personsvar.storage.mail_texts import SqlMailTexts
from personsvar.storage.messages import SqlMessages
from personsvar.storage.objects import NoObjects, Objects
from personsvar.storage.outbox import SqlOutbox
from personsvar.storage.postgres_listener import NOTICES, payload_of
from personsvar.storage.roles import SqlRoles
from personsvar.storage.sounds import SqlRenditions, SqlSounds
from personsvar.storage.subscribers import SqlSubscribers
from personsvar.storage.tallies import SqlTallies
from personsvar.storage.transcripts import SqlTranscripts
from personsvar.storage.upkeep import SqlUpkeep
from personsvar.storage.visual_accounts import SqlVisualAccounts
from personsvar.storage.web_sessions import SqlWebSessions

BeforeCommit = Callable[[UnitOfWork, AbstractSet[Number]], None]
"""Given the unit of work and the mailboxes whose messages it changed (none, if only greetings did); what it
writes is committed with it."""
AfterCommit = Callable[[AbstractSet[Channel]], None]
"""Called once notices are committed, with their channels: for whoever delivers them in this process."""


class SqlUnitOfWork:
    """Whoever has to know of every change in a mailbox (a lamp, later a mail program that waits) is told in
    `commit`, where no use case can forget it. It costs nothing when there is nobody to tell.
    """

    def __init__(
        self,
        connection: Connection,
        keys: InstallationKeys,
        before_commit: BeforeCommit | None = None,
        after_commit: AfterCommit | None = None,
        *,
        objects: Objects | None = None,
        brought: Brought | None = None,
    ) -> None:
        self._connection = connection
        self._before_commit = before_commit
        self._after_commit = after_commit
        self.by_client = False
        self.subscribers = SqlSubscribers(connection)
        mailbox_keys = SqlMailboxKeys(connection, keys)
        self.sounds = SqlSounds(connection, mailbox_keys, objects or NoObjects(), brought)
        self.renditions = SqlRenditions(connection, mailbox_keys)
        self.messages = SqlMessages(connection)
        self.transcripts = SqlTranscripts(connection, mailbox_keys)
        self.mail_texts = SqlMailTexts(connection)
        self.greetings = SqlGreetings(connection)
        self.absences = SqlAbsences(connection)
        self.calendars = SqlCalendars(connection)
        self.outbox = SqlOutbox(connection)
        self.locks = SqlLocks(connection)
        self.call_backs = SqlCallBacks(connection)
        self.call_log = SqlCallLog(connection)
        self.tallies = SqlTallies(connection)
        self.caller_names = SqlCallerNames(connection)
        self.visual = SqlVisualAccounts(connection)
        self.upkeep = SqlUpkeep(connection)
        self.login_codes = SqlLoginCodes(connection)
        self.web_sessions = SqlWebSessions(connection)
        self.roles = SqlRoles(connection)
        self.audit = SqlAuditTrail(connection)
        self.api_keys = SqlApiKeys(connection)
        self.kept_requests = SqlKeptRequests(connection)
        self.import_jobs = SqlImportJobs(connection)

    @property
    def changed(self) -> AbstractSet[Number]:
        """The mailboxes in which a message was added, changed or removed so far."""
        return self.messages.changed

    @property
    def altered(self) -> AbstractSet[Number]:
        return self.messages.altered

    @property
    def changed_greetings(self) -> AbstractSet[Number]:
        return self.greetings.changed

    def commit(self) -> None:
        if self._undone():
            raise StoreUnavailableError("the transaction had failed before its end: nothing was committed")
        if self._before_commit is not None and (self.changed or self.changed_greetings):
            self._before_commit(self, self.changed)
        write_down(self._connection, self._seen_by_mail - self.subscribers.removed)
        try:
            self._connection.commit()
        except InvalidRequestError as lost:
            raise StoreUnavailableError("the connection was lost before the end") from lost
        self.sounds.committed()
        self._notify_others()

    def _undone(self) -> bool:
        """After some errors the database has rolled back by itself, and takes COMMIT as if all were well.

        PostgreSQL does after any error, SQLite when the disk is full (sqlite.org/lang_transaction.html, 3.1).
        """
        if self._connection.invalidated or not self._connection.in_transaction():
            return False
        driver = self._connection.connection.driver_connection
        if isinstance(driver, sqlite3.Connection):
            return not driver.in_transaction
        return _has_failed(driver)

    @property
    def _seen_by_mail(self) -> frozenset[Number]:
        """The mailboxes in which something changed for whoever waits (`ports.world.MailboxChanges`)."""
        return frozenset(
            self.changed | self.changed_greetings | self.visual.changed | self.transcripts.changed
        )

    def _notify_others(self) -> None:
        """After the commit and apart from it: NOTIFY inside would let commits through one by one."""
        touched = self._seen_by_mail | self.subscribers.removed
        if self._after_commit is not None and self.outbox.added_to:
            self._after_commit(frozenset(self.outbox.added_to))
        if (self.outbox.added_to or touched) and self._connection.dialect.name == "postgresql":
            with suppress(StoreUnavailableError):  # who is not told looks by himself
                self._notify(touched)
        self.outbox.added_to.clear()

    def _notify(self, touched: AbstractSet[Number]) -> None:
        told = [(NOTICES, payload_of(self.outbox.added_to))] if self.outbox.added_to else []
        told += [(MAILBOXES, numbers) for numbers in payloads(touched)]
        every = ", ".join("pg_notify(%s, %s)" for _ in told)
        with _at_once(self._connection.connection.driver_connection):
            self._connection.exec_driver_sql(f"SELECT {every}", tuple(chain.from_iterable(told)))
            self._connection.commit()


@contextmanager
def _at_once(driver: Any) -> Iterator[None]:
    """A statement is a transaction here, without a BEGIN and a COMMIT that would each be waited for."""
    driver.autocommit = True
    try:
        yield
    finally:
        if driver.info.transaction_status == driver.info.transaction_status.IDLE:
            driver.autocommit = False
        else:  # nobody may get it as it is
            driver.close()


def _has_failed(driver: object) -> bool:
    import psycopg  # noqa: PLC0415 - 50 ms, and loaded already where it is the driver

    failed = psycopg.pq.TransactionStatus.INERROR
    return isinstance(driver, psycopg.Connection) and driver.info.transaction_status == failed
