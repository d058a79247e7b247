"""Recordings are brought from the database to the object store, or back, while calls go on.

What lies in one place is written to the other first, and then, in a transaction of its own that holds nothing
but its row, that is where it is; whoever reads it beside has it from there, or from here. A command that is
broken off is gone on with by the same one: what it had written is found by `removing`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Row, func, select, update

from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.storage.loose_objects import cross_out, doom, write_down
from personsvar.storage.objects import new_name
from personsvar.storage.rounds import in_rounds
from personsvar.storage.store import SqlStore
from personsvar.storage.tables import sounds

log = logging.getLogger(__name__)

AT_ONCE = 20
"""Some megabytes in memory."""
UNDER_WAY = 4
"""So many requests are made of the object store at a time."""


@dataclass(frozen=True, slots=True)
class RecordingsStanding:
    """Where an installation's recordings are."""

    in_database: int
    in_objects: int


def standing(store: SqlStore) -> RecordingsStanding:
    counted = select(func.count(), func.count(sounds.c.object_name)).select_from(sounds)
    with store.reading() as connection:
        every, elsewhere = connection.execute(counted).one()
    return RecordingsStanding(every - elsewhere, elsewhere)


def any_in_objects(store: SqlStore) -> bool:
    elsewhere = select(sounds.c.id).where(sounds.c.object_name.is_not(None))
    with store.reading() as connection:
        return connection.execute(elsewhere.order_by(sounds.c.object_name).limit(1)).first() is not None


def to_objects(store: SqlStore, pause: Callable[[], None]) -> Iterator[int]:
    """Yields how many each time some are there. `pause` comes between.

    Until a round finds none: meanwhile a call that had begun before may have stored one more.
    """
    return in_rounds(partial(_page_to_objects, store), pause)


def to_database(store: SqlStore, pause: Callable[[], None]) -> Iterator[int]:
    """The other way: what is gone from the object store is left as it is, and the log tells of it."""
    return in_rounds(partial(_page_to_database, store), pause)


def _page_to_objects(store: SqlStore, after: int) -> tuple[int, int | None]:
    here = select(sounds.c.id, sounds.c.alaw, sounds.c.key_id).where(sounds.c.object_name.is_(None))
    with store.reading() as connection:
        rows = connection.execute(_page(here, after)).all()
    names = [new_name() for _ in rows]
    with store.writing() as connection:
        write_down(connection, names)
        connection.commit()
    _at_once(store.objects.put, names, [bytes(row.alaw) for row in rows])
    done = sum(_is_in_objects(store, row, name) for row, name in zip(rows, names, strict=True))
    return done, rows[-1].id if rows else None


def _is_in_objects(store: SqlStore, row: Row[Any], name: str) -> bool:
    """False: it was removed, encrypted or moved in the meantime, and the object goes."""
    as_it_was = sounds.c.key_id.is_not_distinct_from(row.key_id)
    mine = update(sounds).where(sounds.c.id == row.id, sounds.c.object_name.is_(None), as_it_was)
    with store.writing() as connection:
        moved = bool(connection.execute(mine.values(alaw=b"", object_name=name)).rowcount)
        if not moved:
            doom(connection, name)
        elif not cross_out(connection, name):
            raise StoreUnavailableError("a recording was too long on its way to the object store")
        connection.commit()
    return moved


def _page_to_database(store: SqlStore, after: int) -> tuple[int, int | None]:
    here = select(sounds.c.id, sounds.c.object_name).where(sounds.c.object_name.is_not(None))
    with store.reading() as connection:
        rows = connection.execute(_page(here, after)).all()
    contents = _at_once(store.objects.read, [row.object_name for row in rows])
    done = sum(_is_in_database(store, row, it) for row, it in zip(rows, contents, strict=True))
    return done, rows[-1].id if rows else None


def _is_in_database(store: SqlStore, row: Row[Any], content: bytes | None) -> bool:
    """False: it is gone, or was removed, encrypted or moved in the meantime."""
    if content is None:
        more = {"sound": row.id, "object": row.object_name}
        log.error("a recording is gone from the object store", extra=more)
        return False
    mine = update(sounds).where(sounds.c.id == row.id, sounds.c.object_name == row.object_name)
    with store.writing() as connection:
        moved = bool(connection.execute(mine.values(alaw=content, object_name=None)).rowcount)
        if moved:
            write_down(connection, [row.object_name], doomed=True)
        connection.commit()
    return moved


def _page(found: Any, after: int) -> Any:
    return found.where(sounds.c.id > after).order_by(sounds.c.id).limit(AT_ONCE)


def _at_once(ask: Callable[..., Any], *values: Sequence[Any]) -> list[Any]:
    """All of them, in order. Raise RecordingsAwayError for the first that can't be done."""
    with ThreadPoolExecutor(UNDER_WAY) as some:
        return list(some.map(ask, *values))
