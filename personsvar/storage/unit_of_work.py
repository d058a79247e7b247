"""One transaction, and the repositories that take part in it."""

from __future__ import annotations

from contextlib import suppress

from psycopg.pq import TransactionStatus
from sqlalchemy import Connection
from sqlalchemy.exc import InvalidRequestError

from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.storage.call_backs import SqlCallBacks
from personsvar.storage.greetings import SqlGreetings
from personsvar.storage.locks import SqlLocks
from personsvar.storage.messages import SqlMessages
from personsvar.storage.outbox import SqlOutbox
from personsvar.storage.sounds import SqlSounds
from personsvar.storage.subscribers import SqlSubscribers

NOTICES = "personsvar_notices"
"""The channel on which PostgreSQL tells that a notice was committed."""


class SqlUnitOfWork:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.subscribers = SqlSubscribers(connection)
        self.sounds = SqlSounds(connection)
        self.messages = SqlMessages(connection)
        self.greetings = SqlGreetings(connection)
        self.outbox = SqlOutbox(connection)
        self.locks = SqlLocks(connection)
        self.call_backs = SqlCallBacks(connection)

    def commit(self) -> None:
        if self._broken():
            raise StoreUnavailableError("the transaction had failed before its end: nothing was committed")
        try:
            self._connection.commit()
        except InvalidRequestError as lost:
            raise StoreUnavailableError("the connection was lost before the end") from lost
        self._tell_of_notices()

    def _broken(self) -> bool:
        """PostgreSQL answers COMMIT after an error with a silent rollback; that is not "stored"."""
        if self._on_sqlite or self._connection.invalidated:
            return False
        status = self._connection.connection.dbapi_connection.info.transaction_status  # type: ignore[union-attr] # psycopg's own connection
        return bool(status == TransactionStatus.INERROR)

    def _tell_of_notices(self) -> None:
        """After the commit and apart from it: NOTIFY inside would let commits through one by one."""
        if self.outbox.added and not self._on_sqlite:
            with suppress(StoreUnavailableError):  # a worker not woken looks by itself within a second
                self._connection.exec_driver_sql(f"NOTIFY {NOTICES}")
                self._connection.commit()
        self.outbox.added = False

    @property
    def _on_sqlite(self) -> bool:
        return self._connection.dialect.name == "sqlite"
