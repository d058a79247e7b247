"""How often something happened, in the database.

A call's row says as what it was counted, and an index holds the rows of which that is not what they are now.
So a call that is written down costs no statement more, and one that becomes a message later is counted anew,
as that. What else happens is written down as rows, which are removed as they are counted. Both, and the sums
they are added to, are of one transaction: whoever dies half-way has counted nothing. Those who count at the
same time pass each other's rows by, and add up in one order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import (
    CTE,
    Connection,
    Integer,
    and_,
    bindparam,
    column,
    delete,
    func,
    insert,
    select,
    text,
    tuple_,
    update,
    values,
)

from personsvar.mailbox.model.call_record import CameOf
from personsvar.mailbox.model.tally import Counted, Occurrence, Stretch, TallySubject
from personsvar.storage.columns import Moment
from personsvar.storage.inserting import add_up
from personsvar.storage.tables import UNCOUNTED, calls, occurrences, tallies

_TO_COUNT = text(UNCOUNTED)
_CALLS = (
    select(calls.c.id, calls.c.began_at, calls.c.came_of, calls.c.counted_as)
    .where(_TO_COUNT)
    .order_by(calls.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_FIRST_TO_COUNT = select(
    select(calls.c.id).where(_TO_COUNT).order_by(calls.c.id).limit(1).scalar_subquery(),
    select(occurrences.c.id).order_by(occurrences.c.id).limit(1).scalar_subquery(),
)
"""Of each kind, in the order of its index: asked for any of them, PostgreSQL reads all calls to find none."""
_COUNTED = (
    update(calls).where(calls.c.id.in_(bindparam("which", expanding=True))).values(counted_as=calls.c.came_of)
)
_OLDEST = select(occurrences.c.id).order_by(occurrences.c.id).limit(bindparam("most"))
_TAKEN = (
    delete(occurrences)
    .where(occurrences.c.id.in_(_OLDEST.with_for_update(skip_locked=True)))
    .returning(occurrences)
)
_KEY = (tallies.c.stretch, tallies.c.begins_at, tallies.c.subject, tallies.c.name, tallies.c.outcome)


def write_occurrences(connection: Connection, happened: Iterable[Occurrence]) -> None:
    rows = [
        {
            "at": each.at,
            "subject": each.what.subject,
            "name": each.what.name,
            "outcome": each.what.outcome,
            "times": each.times,
        }
        for each in happened
    ]
    if rows:
        connection.execute(insert(occurrences), rows)


class SqlTallies:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, occurrences: Sequence[Occurrence]) -> None:
        write_occurrences(self._connection, occurrences)

    def is_behind(self) -> bool:
        firsts = self._connection.execute(_FIRST_TO_COUNT).one()
        return any(first is not None for first in firsts)

    def count_up(self, *, limit: int) -> int:
        called = self._connection.execute(_CALLS, {"most": limit}).all()
        if called:
            self._connection.execute(_COUNTED, {"which": [row.id for row in called]})
        taken = self._connection.execute(_TAKEN, {"most": limit}).all()
        self._add_up([*_of_calls(called), *map(_occurrence, taken)])
        return len(called) + len(taken)

    def sums(self, stretch: Stretch, edges: Sequence[datetime]) -> Sequence[Mapping[Counted, int]]:
        parts = _parts(edges)
        what = (tallies.c.subject, tallies.c.name, tallies.c.outcome)
        within = and_(
            tallies.c.stretch == stretch,
            tallies.c.begins_at >= parts.c.since,
            tallies.c.begins_at < parts.c.until,
        )
        wanted = select(parts.c.place, *what, func.sum(tallies.c.times).label("times"))
        found: list[dict[Counted, int]] = [{} for _ in edges[1:]]
        for row in self._connection.execute(wanted.join(tallies, within).group_by(parts.c.place, *what)):
            found[row.place][_what(row)] = int(row.times)
        return found

    def by_stretch(
        self, stretch: Stretch, subject: TallySubject, *, since: datetime, until: datetime
    ) -> Mapping[datetime, int]:
        wanted = (
            select(tallies.c.begins_at, func.sum(tallies.c.times).label("times"))
            .where(
                tallies.c.stretch == stretch,
                tallies.c.begins_at >= since,
                tallies.c.begins_at < until,
                tallies.c.subject == subject,
            )
            .group_by(tallies.c.begins_at)
        )
        return {row.begins_at: int(row.times) for row in self._connection.execute(wanted)}

    def first(self, stretch: Stretch) -> datetime | None:
        of_it = select(tallies.c.begins_at).where(tallies.c.stretch == stretch)
        oldest = of_it.order_by(tallies.c.begins_at).limit(1)
        return self._connection.execute(oldest).scalar_one_or_none()

    def purge(self, stretch: Stretch, *, before: datetime, limit: int) -> int:
        old = (
            select(*_KEY)
            .where(tallies.c.stretch == stretch, tallies.c.begins_at < before)
            .order_by(tallies.c.begins_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return self._connection.execute(delete(tallies).where(tuple_(*_KEY).in_(old))).rowcount

    def _add_up(self, happened: Iterable[Occurrence]) -> None:
        sums: Counter[tuple[str, datetime, Counted]] = Counter()
        for each in happened:
            for stretch in Stretch:
                sums[stretch, stretch.begin(each.at), each.what] += each.times
        rows = [
            {
                "stretch": stretch,
                "begins_at": at,
                "subject": what.subject,
                "name": what.name,
                "outcome": what.outcome,
                "times": times,
            }
            for (stretch, at, what), times in sorted(sums.items())
            if times
        ]
        if rows:
            add_up(self._connection, tallies, rows, tallies.c.times)


def _of_calls(rows: Iterable[Any]) -> Iterator[Occurrence]:
    for row in rows:
        if row.counted_as is not None:
            yield Occurrence(row.began_at, Counted.call(CameOf(row.counted_as)), -1)
        yield Occurrence(row.began_at, Counted.call(CameOf(row.came_of)))


def _occurrence(row: Any) -> Occurrence:
    return Occurrence(row.at, _what(row), row.times)


def _what(row: Any) -> Counted:
    return Counted(TallySubject(row.subject), row.name, row.outcome)


def _parts(edges: Sequence[datetime]) -> CTE:
    """Each two of them, as a table."""
    columns = (column("place", Integer), column("since", Moment), column("until", Moment))
    rows = [(place, *pair) for place, pair in enumerate(pairwise(edges))]
    return values(*columns, name="parts").data(rows).cte("parts")
