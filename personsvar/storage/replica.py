"""A standby of PostgreSQL that may be read for lists and figures, when a moment late is early enough.

How far it is behind is measured, and not believed: where the primary's log stands is asked beside it, and the
standby has to have applied what was there some seconds ago. The time of what it applied last would tell
nothing: in a quiet night that is hours ago, and one that nobody tells any news looks as if there were none.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Lock

from sqlalchemy import Connection, text
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.storage import postgres
from personsvar.storage.database_url import address

log = logging.getLogger(__name__)

LEFT_ALONE_SECONDS = 10.0
"""One that was of no use is not asked again for so long."""
CONNECT_SECONDS = 2.0
_OF_WHICH = "(SELECT system_identifier FROM pg_control_system())::text || '/' || current_database()"
_WHERE = text(f"SELECT pg_current_wal_lsn()::text, {_OF_WHICH}")
_IS_THERE = "coalesce(pg_last_wal_replay_lsn() >= CAST(:place AS pg_lsn), false)"
_APPLIED = text(f"SELECT {_OF_WHICH} = :of, pg_is_in_recovery(), {_IS_THERE}")


@dataclass(frozen=True, slots=True)
class LogPlace:
    """Where the primary's log stood at a moment, and of which database that is."""

    at: float
    log: str
    database: str


def place_of(connection: Connection, at: float) -> LogPlace:
    """Of the primary: what was committed before this is before it."""
    stands, database = connection.execute(_WHERE).one()
    return LogPlace(at, stands, database)


class Replica:
    """Thread safe. `place` asks the primary; `seconds` is how far the standby may be behind."""

    def __init__(
        self,
        url: str,
        *,
        connections: int,
        wait_seconds: float,
        seconds: float,
        place: Callable[[], LogPlace],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = postgres.pooled(
            address(url, of_several="standby"),
            connections=connections,
            wait_seconds=wait_seconds,
            keep_prepared=True,
            connect_seconds=CONNECT_SECONDS,
        )
        self._seconds = seconds
        self._place = place
        self._now = now
        self._mutex = Lock()
        self._places: tuple[LogPlace, ...] = ()
        self._left_alone_until = 0.0
        self._is_told = False

    @contextmanager
    def reading(self) -> Iterator[Connection | None]:
        """A transaction on it; None: whoever wants to read goes to the primary."""
        connection = self._connected()
        if connection is None:
            yield None
            return
        try:
            yield connection
        except StoreUnavailableError as wrong:
            self._leave_alone(str(wrong))
            raise
        finally:
            _given_back(connection)

    def close(self) -> None:
        self._engine.dispose()

    def _connected(self) -> Connection | None:
        if self._now() < self._left_alone_until:
            return None
        try:
            places = self._known_places()
            connection = self._engine.connect()
        except (StoreUnavailableError, PoolTimeoutError) as wrong:
            self._leave_alone(str(wrong))
            return None
        try:
            why_not = _why_not(connection, places)
        except StoreUnavailableError as wrong:
            why_not = str(wrong)
        if why_not is None:
            self._is_read()
            return connection
        _given_back(connection)
        self._leave_alone(why_not)
        return None

    def _known_places(self) -> tuple[LogPlace, ...]:
        """Those of the last seconds, the newest first; one of just now among them."""
        with self._mutex:
            now = self._now()
            known = tuple(one for one in self._places if now - one.at <= self._seconds)
            if not known or now - known[0].at > self._seconds / 4:
                known = (self._place(), *known)
            self._places = known
            return known

    def _leave_alone(self, why: str) -> None:
        self._left_alone_until = self._now() + LEFT_ALONE_SECONDS
        if not self._is_told:
            log.warning("the replica is not read, the primary is: %s", why)
        self._is_told = True

    def _is_read(self) -> None:
        if self._is_told:
            log.info("the replica is read again")
        self._is_told = False


def _why_not(connection: Connection, places: tuple[LogPlace, ...]) -> str | None:
    connection.begin()
    for place in places:
        is_same, follows, is_there = connection.execute(
            _APPLIED, {"of": place.database, "place": place.log}
        ).one()
        if not is_same:
            return "it is of another database"
        if not follows:
            return "it is no standby"
        if is_there:
            return None
    return "it is too far behind"


def _given_back(connection: Connection) -> None:
    with suppress(StoreUnavailableError):  # it is gone, and its transaction with it
        connection.close()
