"""A month of the ledger begins, and one that is over is dropped.

Whoever has to hold a table for it asks for a tenth of a second: calls wait behind who waits for a table. In
vain (a dump is under way, which holds them all) it is for the next round: nothing depends on a month that
begins late, as the month before goes on then.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection, text

from personsvar.mailbox.errors import StoreTooSlowError, StoreUnavailableError
from personsvar.mailbox.model.ids import NoticeId
from personsvar.storage.faults import is_held, sqlstate_of
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
UNDER_WAY = timedelta(days=7)
"""So long after it was made a notice may end, or be told of by its network (`receipts.WAITS`)."""
_MONTHS, _DROPPING = 4747471001, 4747471002
"""Of PostgreSQL's advisory locks; the one before is for changing tables (`storage.one_at_a_time`)."""
_REFUSED = ("2BP01", "42501", "42P07")
"""PostgreSQL's words for what hangs on a table, for rights, and for a table that is there already."""
_ANY = "SELECT EXISTS (SELECT FROM {0})"
_YOUNG = """
SELECT EXISTS (
    SELECT FROM {0}
    WHERE due_at IS NOT NULL OR finished_at IS NULL OR finished_at >= :before OR created_at >= :before
)
"""
_ONE_BY_ONE = "personsvar: not dropped as a whole, one was not over when the others were"
"""In the comment on a month's table. What is found by it stays as it is in later versions."""
_DESCRIPTION = "SELECT coalesce(obj_description(to_regclass('{0}'), 'pg_class'), '')"
_ABOUT = text("SELECT reltuples FROM pg_class WHERE oid = to_regclass(:table)")


def begin(connection: Connection, now: datetime) -> None:
    """This month and the next have their partitions, and from now on ids of this one are given.

    Months only ever follow each other: by a clock that was set back none begins. What ids are given of has a
    partition, whatever the clock says.
    """
    if not is_divided(connection):
        return
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MONTHS})")
    month = Month.of(now)
    for missing in _missing(connection, month):
        make(connection, missing)
    first = _least_id(partitions(connection), month)
    if next_id(connection) < first:
        # who adds a notice has ended, or not begun: its dedup key is looked for in the months before
        connection.exec_driver_sql(f"LOCK TABLE ONLY {NOTICES} IN SHARE ROW EXCLUSIVE MODE")
        free = f"SELECT greatest(max(id) + 1, {first}) FROM {NOTICES} WHERE id >= {first}"  # noqa: S608 - our own name
        next_one = connection.exec_driver_sql(free).scalar_one()
        # not `setval`, which stays though all else is undone
        connection.exec_driver_sql(f"ALTER SEQUENCE {COUNTER} RESTART WITH {next_one}")


def turn(connection: Connection, now: datetime) -> None:
    """The month begins that it is time for."""
    month = Month.of(now)
    there = partitions(connection)
    is_due = there and (_missing(connection, month) or next_id(connection) < _least_id(there, month))
    if is_due and _is_alone(connection, _MONTHS):
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
    """The oldest month that ended a week before that is dropped; how many notices it had. 0: there is none.

    An empty one counts as one. Where one notice of a month is not over then (it was sent again lately, or
    waits), the others go one by one from then on (`not_dropped`).
    """
    next_one = next_id(connection)
    if not _is_alone(connection, _DROPPING):
        return 0
    for partition in partitions(connection):
        if partition.end > next_one or partition.followed_by.begins + UNDER_WAY > before:
            break
        names: dict[str, object] = {"month": partition.name}
        if _goes_one_by_one(connection, partition):
            may_go = _is_empty(connection, partition)
        else:
            may_go = _is_over(connection, partition, before)
            if not may_go:
                _shortly(connection, partial(_let_go_one_by_one, connection, partition), names)
        if may_go:
            many = max(0, int(connection.execute(_ABOUT, {"table": partition.of(NOTICES)}).scalar_one()))
            names["notices"] = many
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
    has_one = next_one < (there[0].first_id or 0) or any(
        (it.first_id or 0) <= next_one < it.end for it in there
    )
    given = [] if has_one else [Month.with_id(next_one)]
    return given + [it for it in (month, month.next) if it.first_id >= there[-1].end and it not in given]


def _least_id(there: Sequence[Partition], month: Month) -> int:
    """None below it is given from now on: the month's first, or the first that has a partition."""
    is_there = any(it.first_id == month.first_id for it in there)
    return month.first_id if is_there else there[0].first_id or 0


def _is_alone(connection: Connection, what: int) -> bool:
    """No other service is at it; what it does need not be done twice."""
    return bool(connection.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock({what})").scalar())


def _is_over(connection: Connection, partition: Partition, before: datetime) -> bool:
    """Whether all in it ended before that: each is looked at. One that takes too long for it is not."""
    try:
        with connection.begin_nested():
            young = text(_YOUNG.format(partition.of(NOTICES)))
            return not connection.execute(young, {"before": before}).scalar()
    except StoreTooSlowError:
        return False


def _is_empty(connection: Connection, partition: Partition) -> bool:
    return not connection.exec_driver_sql(_ANY.format(partition.of(NOTICES))).scalar()


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
    with _for_now(connection, "statement_timeout"):
        connection.exec_driver_sql(f"LOCK TABLE {held} IN ACCESS EXCLUSIVE MODE")
    drop(connection, partition)


@contextmanager
def _for_now(connection: Connection, time_out: str) -> Iterator[None]:
    """It is as short as calls may wait. Where what is done fails, it is undone with it."""
    usual = connection.exec_driver_sql(f"SHOW {time_out}").scalar_one()
    connection.exec_driver_sql(f"SET LOCAL {time_out} = {LOCK_MILLISECONDS}")
    yield
    connection.exec_driver_sql(f"SET LOCAL {time_out} = '{usual}'")


def _shortly(connection: Connection, change: Callable[[], None], names: dict[str, object]) -> bool:
    """Whether it could be done; else nothing of it was, and the log tells why."""
    try:
        with connection.begin_nested(), _for_now(connection, "lock_timeout"):
            change()
    except StoreUnavailableError as refused:
        if is_held(refused):
            log.warning("a month of the ledger has to wait: its tables are held", extra=names)
        elif sqlstate_of(refused) in _REFUSED:
            log.error("a month of the ledger can't begin, or go: %s", refused, extra=names)
        else:
            raise
        return False
    return True
