"""Looking for messages, newest first, a page at a time: each is found by an index, however many there are.

An index holds a mailbox's messages by state, urgent or not, then by time; and another all there are by state,
then by time. So a page is the newest of a few short lists, one for each state, each already in order: nothing
is sorted but what they give, and nothing counted. The statement is worked out once for each shape of what is
wanted, and its values are given each time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select, tuple_, union_all

from personsvar.mailbox.model.message import State
from personsvar.mailbox.ports.message_search import MessagePlace, MessagesWanted
from personsvar.storage.columns import Id, Moment, Phone
from personsvar.storage.tables import messages

_PLACE = (messages.c.received_at.desc(), messages.c.id.desc())
_MAILBOX, _CALLER = bindparam("of_mailbox", type_=Phone()), bindparam("by_caller", type_=Phone())
_SINCE, _UNTIL = bindparam("since_then", type_=Moment()), bindparam("until_then", type_=Moment())
_BEHIND = tuple_(bindparam("behind_time", type_=Moment()), bindparam("behind_id", type_=Id()))


@dataclass(frozen=True, slots=True)
class _SearchShape:
    """Which values are given, apart from the values."""

    states: tuple[State, ...]
    given: frozenset[str]
    limit: int


def newest_of(
    only: MessagesWanted, behind: MessagePlace | None, limit: int
) -> tuple[Select[Any], Mapping[str, object]]:
    """The rows of a page, whole, and the values of that statement."""
    every: dict[str, object | None] = {
        "of_mailbox": only.mailbox,
        "by_caller": only.caller,
        "since_then": only.since,
        "until_then": only.until,
        "behind_time": None if behind is None else behind.received_at,
        "behind_id": None if behind is None else behind.id,
    }
    given = {name: value for name, value in every.items() if value is not None}
    return _page(_SearchShape(tuple(only.states), frozenset(given), limit)), given


@lru_cache(maxsize=64)
def _page(shape: _SearchShape) -> Select[Any]:
    every = union_all(*(_list(within, shape) for within in _lists(shape))).subquery()
    page = select(every.c.id).order_by(every.c.received_at.desc(), every.c.id.desc())
    page_ids = page.limit(shape.limit).subquery()
    return select(messages).join(page_ids, page_ids.c.id == messages.c.id).order_by(*_PLACE)


def _lists(shape: _SearchShape) -> Iterator[ColumnElement[bool]]:
    """What an index has in the order of time."""
    of_caller = messages.c.caller == _CALLER
    if "of_mailbox" not in shape.given and "by_caller" in shape.given:
        yield and_(of_caller, or_(*(messages.c.state == state for state in shape.states)))
        return
    for state in shape.states:
        if "of_mailbox" not in shape.given:
            yield messages.c.state == state
            continue
        for urgent in (False, True):
            here = and_(messages.c.mailbox == _MAILBOX, messages.c.state == state)
            here = and_(here, messages.c.urgent.is_(urgent))
            yield and_(here, of_caller) if "by_caller" in shape.given else here


def _list(within: ColumnElement[bool], shape: _SearchShape) -> Select[Any]:
    wanted = select(messages.c.id, messages.c.received_at).where(within)
    if "since_then" in shape.given:
        wanted = wanted.where(messages.c.received_at >= _SINCE)
    if "until_then" in shape.given:
        wanted = wanted.where(messages.c.received_at < _UNTIL)
    if "behind_id" in shape.given:
        wanted = wanted.where(tuple_(messages.c.received_at, messages.c.id) < _BEHIND)
    return select(wanted.order_by(*_PLACE).limit(shape.limit).subquery())
