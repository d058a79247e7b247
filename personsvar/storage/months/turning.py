"""A month of the ledger begins, and one that is over is dropped.

Whoever has to hold a table for it asks for a tenth of a second: calls wait behind who waits for a table. In
vain (a dump is under way, which holds them all) it is for the next round: nothing depends on a month that
begins late, as the month before goes on then.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.storage.months.month import Month
from personsvar.storage.months.partitions import (
    COUNTER,
    LEDGER,
    NOTICES,
    Partition,
    drop,
    make,
    next_id,
    partitions,
)

log = logging.getLogger(__name__)

LOCK_MILLISECONDS = 100
_MONTHS = 4747471001
"""Of PostgreSQL's advisory locks; the one before is for changing tables (`storage.one_at_a_time`)."""
_HELD = ("55P03", "40P01")
"""PostgreSQL's words for a lock that was not to be had in time, and for two who wait for each other."""
_ROWS = """
SELECT count(*), max(greatest(created_at, coalesce(finished_at, 'infinity'))) FROM {0}
"""
_WAITS = "SELECT EXISTS (SELECT FROM {0} WHERE due_at IS NOT NULL)"
_KEPT = "SELECT CAST(obj_description(to_regclass('{0}'), 'pg_class') AS timestamptz)"


def begin(connection: Connection, now: datetime) -> None:
    """This month and the next have their partitions, and from now on ids of this one are given.

    Months only ever follow each other: by a clock that was set back none begins.
    """
    month = Month.of(now)
    for missing in _missing(connection, month):
        make(connection, missing)
    if _is_to_be_given(connection, month):
        # who adds a notice has ended, or not begun: its dedup key is looked for in the months before
        connection.exec_driver_sql(f"LOCK TABLE ONLY {NOTICES} IN SHARE ROW EXCLUSIVE MODE")
        connection.exec_driver_sql(f"SELECT setval('{COUNTER}', {month.first_id}, false)")


def turn(connection: Connection, now: datetime) -> None:
    """The month begins that it is time for."""
    month = Month.of(now)
    if not (_missing(connection, month) or _is_to_be_given(connection, month)):
        return
    if _is_alone(connection) and not _shortly(connection, lambda: begin(connection, now)):
        log.warning("a month of the ledger can't begin yet: its tables are held")


def _missing(connection: Connection, month: Month) -> list[Month]:
    there = partitions(connection)
    return [it for it in (month, month.next) if there and it.first_id >= there[-1].end]


def _is_to_be_given(connection: Connection, month: Month) -> bool:
    is_there = any(it.first_id == month.first_id for it in partitions(connection))
    return is_there and next_id(connection) < month.first_id


def _is_alone(connection: Connection) -> bool:
    """No other service is at it; what it does need not be done twice."""
    return bool(connection.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock({_MONTHS})").scalar())


def not_dropped(connection: Connection) -> Sequence[range]:
    """The ids that are of no month, and those of the month that is under way.

    What is in it is not old, unless the clock was years ahead once: then it is under way for years.
    """
    next_one = next_id(connection)
    kept = [it for it in partitions(connection) if it.is_before or it.end > next_one]
    return [range(it.first_id or 0, it.end) for it in kept]


def drop_over(connection: Connection, before: datetime) -> int:
    """The oldest month in which all ended before that is dropped; how many notices it had. 0: none is over.

    As long as one is not over that was made long ago and sent again lately, its month is not looked through.
    """
    next_one = next_id(connection)
    if not _is_alone(connection):
        return 0
    for partition in partitions(connection):
        if partition.end > next_one or partition.followed_by.begins > before:
            break
        many = _over(connection, partition, before)
        if many is not None and _dropped(connection, partition, many) and many:
            return many
    return 0


def _over(connection: Connection, partition: Partition, before: datetime) -> int | None:
    """How many notices it has, all of which ended before that; None: it is to be kept."""
    own = partition.of(NOTICES)
    kept_from = connection.exec_driver_sql(_KEPT.format(own)).scalar()
    if kept_from is not None and kept_from >= before:
        return None
    if connection.exec_driver_sql(_WAITS.format(own)).scalar():
        return None
    many, youngest = connection.exec_driver_sql(_ROWS.format(own)).one()
    if youngest is None or youngest < before:
        return int(many)
    connection.exec_driver_sql(f"COMMENT ON TABLE {own} IS '{youngest.isoformat()}'")
    return None


def _dropped(connection: Connection, partition: Partition, many: int) -> bool:
    names = {"month": partition.name, "notices": many}
    if not _shortly(connection, lambda: _drop(connection, partition)):
        log.warning("a month of the ledger can't be dropped yet: its tables are held", extra=names)
        return False
    log.info("a month of the ledger was dropped", extra=names)
    return True


def _drop(connection: Connection, partition: Partition) -> None:
    # in the order in which a call goes through them
    held = ", ".join(["subscribers", *(f"ONLY {table}" for table in LEDGER)])
    connection.exec_driver_sql(f"LOCK TABLE {held} IN ACCESS EXCLUSIVE MODE")
    drop(connection, partition)


def _shortly(connection: Connection, change: Callable[[], None]) -> bool:
    """Whether it could be done; else nothing of it was."""
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_MILLISECONDS}")
            change()
    except StoreUnavailableError as refused:
        if not is_held(refused):
            raise
        return False
    return True


def is_held(refused: StoreUnavailableError) -> bool:
    """Whether a table was not to be had in time, as others were at it."""
    return getattr(refused.__cause__, "sqlstate", None) in _HELD
