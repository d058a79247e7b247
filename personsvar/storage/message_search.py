"""Looking for messages, newest first, a page at a time: each is found by an index, however many there are.

An index holds a mailbox's messages by state, urgent or not, then by time; and another all there are by state,
then by time. So a page is the newest of a few short lists, one for each state, each already in order: nothing
is sorted but what they give, and nothing counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, literal, select, tuple_, union_all

from personsvar.mailbox.ports.message_search import MessagePlace, MessagesWanted
from personsvar.storage.columns import Id, Moment
from personsvar.storage.tables import messages

_PLACE = (messages.c.received_at.desc(), messages.c.id.desc())


def newest_of(only: MessagesWanted, behind: MessagePlace | None, limit: int) -> Select[Any]:
    """The rows of a page, whole."""
    lists = [_list(within, only, behind, limit) for within in _lists(only)]
    every = union_all(*lists).subquery()
    page = select(every.c.id).order_by(every.c.received_at.desc(), every.c.id.desc()).limit(limit).subquery()
    found = select(messages).join(page, page.c.id == messages.c.id)
    return found.order_by(*_PLACE)


def _lists(only: MessagesWanted) -> Iterator[ColumnElement[bool]]:
    """What an index has in the order of time."""
    if only.mailbox is None and only.caller is not None:
        yield and_(messages.c.caller == only.caller, messages.c.state.in_(only.states))
        return
    for state in only.states:
        if only.mailbox is None:
            yield messages.c.state == state
            continue
        for urgent in (False, True):
            here = and_(messages.c.mailbox == only.mailbox, messages.c.state == state)
            here = and_(here, messages.c.urgent.is_(urgent))
            yield here if only.caller is None else and_(here, messages.c.caller == only.caller)


def _list(
    within: ColumnElement[bool], only: MessagesWanted, behind: MessagePlace | None, limit: int
) -> Select[Any]:
    wanted = select(messages.c.id, messages.c.received_at).where(within)
    if only.since is not None:
        wanted = wanted.where(messages.c.received_at >= only.since)
    if only.until is not None:
        wanted = wanted.where(messages.c.received_at < only.until)
    if behind is not None:
        place = tuple_(literal(behind.received_at, Moment()), literal(behind.id, Id()))
        wanted = wanted.where(tuple_(messages.c.received_at, messages.c.id) < place)
    ordered = wanted.order_by(*_PLACE).limit(limit).subquery()
    return select(ordered)
