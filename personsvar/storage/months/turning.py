"""A month of the ledger begins, and one that is over is dropped.

Whoever has to hold a table for it asks for a tenth of a second: calls wait behind who waits for a table. In
vain (a dump is under way, which holds them all) it is for the next round: nothing depends on a month that
begins late, as the month before goes on then.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, text

from personsvar.mailbox.errors import StoreTooSlowError, StoreUnavailableError
from personsvar.mailbox.model.ids import NoticeId
from personsvar.storage.months.month import Month
from personsvar.storage.months.partitions import (
    COUNTER,
    LEDGER,
    NOTICES,
    Partition,
    drop,
    is_divided,
    make,
    next_id,
    partitions,
)

log = logging.getLogger(__name__)

LOCK_MILLISECONDS = 100
_MONTHS, _DROPPING = 4747471001, 4747471002
"""Of PostgreSQL's advisory locks; the one before is for changing tables (`storage.one_at_a_time`)."""
_HELD = ("55P03", "40P01")
"""PostgreSQL's words for a lock that was not to be had in time, and for two who wait for each other."""
_ANY = "SELECT EXISTS (SELECT FROM {0})"
_YOUNG = """
SELECT EXISTS (
    SELECT FROM {0}
    WHERE due_at IS NOT NULL OR finished_at IS NULL OR finished_at >= :before OR created_at >= :before
)
"""
_ONE_BY_ONE = "personsvar: not dropped as a whole, one was not over when the others were"
_DESCRIPTION = "SELECT coalesce(obj_description(to_regclass('{0}'), 'pg_class'), '')"
_ABOUT = text("SELECT reltuples FROM pg_class WHERE oid = to_regclass(:table)")


def begin(connection: Connection, now: datetime) -> None:
    """This month and the next have their partitions, and from now on ids of this one are given.

    Months only ever follow each other: by a clock that was set back none begins. What ids are given of has a
    partition, whatever the clock says.
    """
    month = Month.of(now)
    for missing in _missing(connection, month):
        make(connection, missing)
    if _is_to_be_given(connection, month):
        # who adds a notice has ended, or not begun: its dedup key is looked for in the months before
        connection.exec_driver_sql(f"LOCK TABLE ONLY {NOTICES} IN SHARE ROW EXCLUSIVE MODE")
        own = f"SELECT coalesce(max(id) + 1, {month.first_id}) FROM {NOTICES}_{month}"  # noqa: S608 - our own names
        first_free = connection.exec_driver_sql(own).scalar_one()
        # not `setval`, which stays though all else is undone
        connection.exec_driver_sql(f"ALTER SEQUENCE {COUNTER} RESTART WITH {first_free}")


def turn(connection: Connection, now: datetime) -> None:
    """The month begins that it is time for."""
    month = Month.of(now)
    if not (_missing(connection, month) or _is_to_be_given(connection, month)):
        return
    if _is_alone(connection, _MONTHS):
        _shortly(connection, partial(begin, connection, now), {"month": str(month)})


def not_dropped(connection: Connection) -> Sequence[range]:
    """The ids of what goes notice by notice: of no month, of the one under way, of one that can't be dropped.

    What is under way is not old, unless the clock was years ahead once: then it is under way for years.
    """
    next_one = next_id(connection)
    return [
        range(it.first_id or 0, it.end)
        for it in partitions(connection)
        if it.is_before or it.end > next_one or _goes_one_by_one(connection, it)
    ]


def drop_over(connection: Connection, before: datetime) -> int:
    """The oldest month in which all ended before that is dropped; how many notices it had. 0: none is over.

    An empty one counts as one. In a month that has been over for as long, but for one that was sent again
    lately, the others go one by one from then on (`not_dropped`).
    """
    next_one = next_id(connection)
    if not _is_alone(connection, _DROPPING):
        return 0
    for partition in partitions(connection):
        if partition.end > next_one or partition.followed_by.begins > before:
            break
        if _is_over(connection, partition, before):
            many = max(0, int(connection.execute(_ABOUT, {"table": partition.of(NOTICES)}).scalar_one()))
            names = {"month": partition.name, "notices": many}
            if _shortly(connection, partial(_drop, connection, partition), names):
                log.info("a month of the ledger was dropped", extra=names)
                return max(many, 1)
    return 0


def hold_old(connection: Connection, notice: NoticeId) -> None:
    """Until the end of the transaction the notice's month is not dropped, if it is one that may be.

    Who drops one has looked whether all in it is over: until it is gone nobody makes that untrue.
    """
    if not is_divided(connection):
        return
    next_one = next_id(connection)
    if any(notice < it.end <= next_one for it in partitions(connection)):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock_shared({_DROPPING})")


def _missing(connection: Connection, month: Month) -> list[Month]:
    there = partitions(connection)
    if not there:
        return []
    next_one = next_id(connection)
    is_held = any((it.first_id or 0) <= next_one < it.end for it in there)
    given = [] if is_held else [Month.with_id(next_one)]
    return given + [it for it in (month, month.next) if it.first_id >= there[-1].end and it not in given]


def _is_to_be_given(connection: Connection, month: Month) -> bool:
    is_there = any(it.first_id == month.first_id for it in partitions(connection))
    return is_there and next_id(connection) < month.first_id


def _is_alone(connection: Connection, what: int) -> bool:
    """No other service is at it; what it does need not be done twice."""
    return bool(connection.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock({what})").scalar())


def _is_over(connection: Connection, partition: Partition, before: datetime) -> bool:
    own = partition.of(NOTICES)
    if _goes_one_by_one(connection, partition):
        return not connection.exec_driver_sql(_ANY.format(own)).scalar()
    if not connection.execute(text(_YOUNG.format(own)), {"before": before}).scalar():
        return True
    _shortly(connection, partial(_let_go_one_by_one, connection, partition), {"month": partition.name})
    return False


def _goes_one_by_one(connection: Connection, partition: Partition) -> bool:
    return _ONE_BY_ONE in str(connection.exec_driver_sql(_DESCRIPTION.format(partition.of(NOTICES))).scalar())


def _let_go_one_by_one(connection: Connection, partition: Partition) -> None:
    """It stands where an operator who wonders sees it, behind what he may have written there himself."""
    own = partition.of(NOTICES)
    said = connection.exec_driver_sql(_DESCRIPTION.format(own)).scalar_one()
    more = connection.execute(text("SELECT quote_literal(:it)"), {"it": f"{said}\n{_ONE_BY_ONE}".strip()})
    connection.exec_driver_sql(f"COMMENT ON TABLE {own} IS {more.scalar_one()}".replace("%", "%%"))


def _drop(connection: Connection, partition: Partition) -> None:
    # in the order in which a call goes through them, and all of them within the time for one
    held = ", ".join(["subscribers", *(f"ONLY {table}" for table in LEDGER)])
    connection.exec_driver_sql(f"SET LOCAL statement_timeout = {LOCK_MILLISECONDS}")
    connection.exec_driver_sql(f"LOCK TABLE {held} IN ACCESS EXCLUSIVE MODE")
    connection.exec_driver_sql("SET LOCAL statement_timeout TO DEFAULT")
    drop(connection, partition)


def _shortly(connection: Connection, change: Callable[[], None], names: dict[str, object]) -> bool:
    """Whether it could be done; else nothing of it was, and the log tells why."""
    try:
        with connection.begin_nested():
            connection.exec_driver_sql(f"SET LOCAL lock_timeout = {LOCK_MILLISECONDS}")
            change()
    except StoreUnavailableError as refused:
        if is_held(refused):
            log.warning("a month of the ledger has to wait: its tables are held", extra=names)
        else:
            log.error("a month of the ledger can't begin, or go: %s", refused, extra=names)
        return False
    return True


def is_held(refused: StoreUnavailableError) -> bool:
    """Whether a table was not to be had in time, as others were at it."""
    return isinstance(refused, StoreTooSlowError) or getattr(refused.__cause__, "sqlstate", None) in _HELD
