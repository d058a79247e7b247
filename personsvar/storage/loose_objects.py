"""Objects that no recording names, so that none is forgotten in an object store that nobody looks through.

A name is written down, and committed, before the object goes to the store; it is crossed out in the very
transaction that gives it to a recording. The transaction that removes a recording writes its object's name
down again. So whatever dies at whatever moment, what is in the store is named by exactly one of the two, and
the round of `removing.Removal` finds what is left here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Row,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)

from personsvar.storage.tables import loose_objects, sounds

GRACE = timedelta(hours=1)
"""Whoever wrote an object has so long to give it to a recording: a transaction takes seconds."""
MARGIN = timedelta(minutes=1)
"""An object stays so long behind its recording's row: somebody may be reading it."""
_NEW = insert(loose_objects).values(
    name=bindparam("name"), since=bindparam("since"), doomed=bindparam("doomed")
)
_IS_NAMED = exists().where(sounds.c.object_name == loose_objects.c.name)


def write_down(connection: Connection, names: Sequence[str], *, doomed: bool = False) -> None:
    if names:
        since = datetime.now(UTC)
        connection.execute(_NEW, [{"name": name, "since": since, "doomed": doomed} for name in names])


def cross_out(connection: Connection, name: str) -> bool:
    """A recording has it from now on; False: it took too long, and the object goes."""
    mine = delete(loose_objects).where(loose_objects.c.name == name, ~loose_objects.c.doomed)
    return bool(connection.execute(mine).rowcount)


def doom(connection: Connection, name: str) -> bool:
    """It may be removed; False: a recording has it."""
    here = update(loose_objects).where(loose_objects.c.name == name)
    return bool(connection.execute(here.values(doomed=True, since=datetime.now(UTC))).rowcount)


def removing_sounds(connection: Connection, which: ColumnElement[bool]) -> None:
    """Delete these recordings' rows, and write down what they leave in the object store."""
    gone = delete(sounds).where(which)
    if connection.dialect.name == "postgresql":  # in one: between two somebody may begin to use one of them
        left = gone.returning(sounds.c.object_name).cte("gone")
        connection.execute(_left_by(left.c.object_name))
        return
    connection.execute(_left_by(sounds.c.object_name, which))
    connection.execute(gone)


def _left_by(name: ColumnElement[Any], *which: ColumnElement[bool]) -> Insert:
    left = select(name, literal(datetime.now(UTC), loose_objects.c.since.type), true())
    columns = ["name", "since", "doomed"]
    return insert(loose_objects).from_select(columns, left.where(name.is_not(None), *which))


def write_down_all_left(connection: Connection) -> None:
    """What all recordings there are would leave, before all of them are removed at once."""
    connection.execute(_left_by(sounds.c.object_name))


def doom_the_late(connection: Connection) -> int:
    """Those that nobody gave to a recording in all that time, by whatever clock; how many."""
    now = datetime.now(UTC)
    late = or_(loose_objects.c.since < now - GRACE, loose_objects.c.since > now + GRACE)
    here = update(loose_objects).where(~loose_objects.c.doomed, late)
    return connection.execute(here.values(doomed=True, since=now)).rowcount


def doomed(connection: Connection, *, limit: int, margin: timedelta) -> Sequence[Row[Any]]:
    """The next to be removed, and of each whether a recording has it after all, which may not be."""
    now = datetime.now(UTC)
    due = or_(loose_objects.c.since <= now - margin, loose_objects.c.since > now + GRACE)
    some = select(loose_objects.c.id, loose_objects.c.name, _IS_NAMED.label("is_named"))
    here = some.where(loose_objects.c.doomed, due).order_by(loose_objects.c.since, loose_objects.c.id)
    return connection.execute(here.limit(limit)).all()


def forget(connection: Connection, ids: Sequence[int]) -> None:
    connection.execute(delete(loose_objects).where(loose_objects.c.id.in_(ids)))


def count(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(loose_objects)).scalar_one())
