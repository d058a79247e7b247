"""Messages in the database.

What every call asks is written once, with its values beside it, and prepared: building a statement anew costs
more CPU than running it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    case,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.sql.dml import ReturningInsert

from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.ids import MessageId, Number, SpoolId
from personsvar.mailbox.model.message import Counts, ListedMessage, Marks, Message, Sound, State
from personsvar.mailbox.ports.message_search import MessagePlace, MessagesWanted
from personsvar.storage.holding import free_owners, hold_owner_for_change
from personsvar.storage.inserting import new_unless_there
from personsvar.storage.message_search import newest_of
from personsvar.storage.prepared import one_of, row_returned_by, rows_of
from personsvar.storage.sounds import drop_unused
from personsvar.storage.tables import messages, reckonings, renditions

_BY_ID = select(messages).where(messages.c.id == bindparam("message"))
_BY_ID_FOR_CHANGE = _BY_ID.with_for_update(key_share=True)
"""key_share: what only points at the message, as a notice does, need not wait."""
_OWNER = select(messages.c.mailbox).where(messages.c.id == bindparam("message"))
_BY_SPOOL_ID = select(messages).where(messages.c.spool_id == bindparam("spool"))
_COUNTS = (
    select(messages.c.state, messages.c.urgent, func.count())
    .where(messages.c.mailbox == bindparam("owner"))
    .group_by(messages.c.state, messages.c.urgent)
)


_SEEN_BY_MAIL = (
    messages.c.id,
    messages.c.caller,
    messages.c.received_at,
    messages.c.seconds,
    messages.c.urgent,
    messages.c.sound_id,
    messages.c.state,
    messages.c.state_before,
    messages.c.flags,
    renditions.c.amr_bytes,
    messages.c.text_octets,
)
"""In the order of `ListedMessage`."""
_LISTED = (
    select(*_SEEN_BY_MAIL)
    .join(renditions, renditions.c.sound_id == messages.c.sound_id, isouter=True)
    .where(
        messages.c.mailbox == bindparam("owner"), messages.c.state.in_(bindparam("states", expanding=True))
    )
    .where(~messages.c.hidden)
    .order_by(messages.c.id)
)
_STATES = {str(state): state for state in State}
_BECAME_AT = bindparam("became_at", type_=messages.c.since.type)
_SINCE = func.coalesce(
    select(reckonings.c.at).where(reckonings.c.at > _BECAME_AT).scalar_subquery(), _BECAME_AT
)
"""From when a message that becomes what it is now is kept: a clock that is behind makes it no older than
when the clock was last believed, which is one row of its own.
"""


class SqlMessages:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.changed: set[Number] = set()
        """The mailboxes in which a message was added, changed or removed."""
        self.altered: set[Number] = set()
        """The same, without those where messages were only added, or deleted ones removed for good."""
        self.written: list[Message] = []

    def add(self, message: Message) -> Message:
        values = values_of(message) | {"became_at": message.became_at}
        given = row_returned_by(self._connection, _adding(self._connection.dialect.name), values)
        if given is None:
            raise MailboxError("that recording is a message already")
        self.changed.add(message.mailbox)
        added = replace(message, id=MessageId(given.id), since=given.since)
        self.written.append(added)
        return added

    def get(self, message: MessageId, *, for_change: bool = False) -> Message | None:
        if for_change:
            hold_owner_for_change(self._connection, _OWNER, {"message": message})
        return self._prepared(_BY_ID_FOR_CHANGE if for_change else _BY_ID, message=message)

    def by_spool_id(self, spool_id: SpoolId) -> Message | None:
        return self._prepared(_BY_SPOOL_ID, spool=spool_id)

    def counts(self, mailbox: Number) -> Counts:
        rows = rows_of(self._connection, _COUNTS, owner=mailbox)
        found = {(State(state), bool(urgent)): int(many) for state, urgent, many in rows}
        of = {state: found.get((state, False), 0) + found.get((state, True), 0) for state in State}
        return Counts(
            new=of[State.NEW],
            heard=of[State.HEARD],
            saved=of[State.SAVED],
            deleted=of[State.DELETED],
            urgent=found.get((State.NEW, True), 0),
        )

    def ids(
        self, mailbox: Number, states: Sequence[State], *, oldest_first: bool = True
    ) -> Sequence[MessageId]:
        if not states:
            return []
        age = (messages.c.received_at, messages.c.id)
        by_age = age if oldest_first else tuple(column.desc() for column in age)
        held = select(messages.c.id).where(_held(mailbox, states))
        return self._connection.scalars(held.order_by(_turn(states), _urgent_first(), *by_age)).all()

    def list(self, mailbox: Number, states: Sequence[State] = tuple(State)) -> Sequence[Message]:
        held = select(messages).where(_held(mailbox, states))
        return self._all(held.order_by(messages.c.received_at, messages.c.id))

    def listed(self, mailbox: Number, states: Sequence[State]) -> Sequence[ListedMessage]:
        found = self._connection.execute(
            _LISTED, {"owner": mailbox, "states": [str(each) for each in states]}
        )
        return [_listed_of(*row) for row in found]

    def search(
        self, only: MessagesWanted, *, behind: MessagePlace | None = None, limit: int = 100
    ) -> Sequence[Message]:
        if not only.states:
            return []
        page, values = newest_of(only, behind, limit)
        return [message_of(row) for row in rows_of(self._connection, page, **values)]

    def latest(self, mailbox: Number) -> MessageId | None:
        # with the bare id PostgreSQL goes through everybody's newer ones, when this mailbox is a large one
        newest = select(func.max(messages.c.id + 0)).where(messages.c.mailbox == mailbox)
        return self._connection.execute(newest).scalar_one_or_none()

    def put(self, message: Message) -> None:
        before = self._connection.execute(
            select(*_LOOKED_AT_BEFORE).where(messages.c.id == message.id)
        ).one_or_none()
        if before is None:
            raise MailboxError(f"there is no message {message.id}")
        is_turned = (before.state, before.changed_at) != (message.state, message.changed_at)
        self.written.append(replace(message, since=self._rewritten(message, is_turned=is_turned)))
        self.changed |= {before.mailbox, message.mailbox}
        self.altered |= {before.mailbox, message.mailbox}
        if before.sound_id != message.sound.id:
            drop_unused(self._connection, [before.sound_id])

    def _rewritten(self, message: Message, *, is_turned: bool) -> datetime:
        """From when it is kept then: a mark on it, or another sound, changes nothing about that."""
        here, values = update(messages).where(messages.c.id == message.id), values_of(message)
        if is_turned:
            here, values = here.values(since=_SINCE), values | {"became_at": message.became_at}
        since: datetime = self._connection.execute(here.returning(messages.c.since), values).scalar_one()
        return since

    def oldest_heard(self, mailbox: Number) -> Message | None:
        return self._oldest(mailbox, State.HEARD)

    def oldest_hidden(self, mailbox: Number) -> Message | None:
        return self._oldest(mailbox, State.SAVED, messages.c.hidden)

    def remove(self, message: MessageId) -> None:
        here = delete(messages).where(messages.c.id == message)
        which = (messages.c.sound_id, messages.c.mailbox, messages.c.state)
        gone = self._connection.execute(here.returning(*which)).one_or_none()
        if gone is not None:
            self.changed.add(gone.mailbox)
            self.altered |= set() if gone.state == State.DELETED else {gone.mailbox}
            drop_unused(self._connection, [gone.sound_id])

    def expired(self, state: State, *, before: datetime, limit: int = 500) -> Sequence[Message]:
        old = select(messages).where(*_expired(state, before)).order_by(messages.c.since, messages.c.id)
        some = old.limit(limit)
        owners = self._connection.execute(select(some.subquery().c.mailbox).distinct()).scalars().all()
        free = messages.c.mailbox.in_(free_owners(self._connection, owners))
        return self._all(some.where(free).with_for_update(skip_locked=True)) if owners else []

    def count(self) -> int:
        return self._connection.execute(select(func.count()).select_from(messages)).scalar_one()

    def count_expired(self, state: State, *, before: datetime) -> int:
        old = select(func.count()).select_from(messages).where(*_expired(state, before))
        return self._connection.execute(old).scalar_one()

    def _oldest(self, mailbox: Number, state: State, *more: ColumnElement[bool]) -> Message | None:
        """Of the urgent ones and of the others, each in its own order: it begins where the index does.

        Asked for both at once PostgreSQL may go through all that stand so, in whatever mailbox.
        """
        here = select(messages).where(messages.c.mailbox == mailbox, messages.c.state == state, *more)
        first = here.order_by(messages.c.received_at, messages.c.id).limit(1)
        found = [self._one(first.where(messages.c.urgent.is_(urgent))) for urgent in (False, True)]
        return min(filter(None, found), key=lambda it: (it.received_at, it.id), default=None)

    def _prepared(self, found: Select[Any], **values: object) -> Message | None:
        row = one_of(self._connection, found, **values)
        return None if row is None else message_of(row)

    def _one(self, found: Select[Any], **values: object) -> Message | None:
        row = self._connection.execute(found, values).one_or_none()
        return None if row is None else message_of(row)

    def _all(self, found: Select[Any]) -> Sequence[Message]:
        return [message_of(row) for row in self._connection.execute(found)]


_LOOKED_AT_BEFORE = (messages.c.sound_id, messages.c.mailbox, messages.c.state, messages.c.changed_at)


@cache
def _adding(dialect: str) -> ReturningInsert[Any]:
    """With the rest of the values beside it."""
    new = new_unless_there(dialect, messages).values(since=_SINCE)
    return new.returning(messages.c.id, messages.c.since)


def _expired(state: State, before: datetime) -> tuple[ColumnElement[bool], ...]:
    return messages.c.state == state, messages.c.since < before


def _held(mailbox: Number, states: Sequence[State]) -> ColumnElement[bool]:
    return and_(messages.c.mailbox == mailbox, messages.c.state.in_(states))


def _turn(states: Sequence[State]) -> ColumnElement[int]:
    return case({state: turn for turn, state in enumerate(states)}, value=messages.c.state, else_=len(states))


def _urgent_first() -> ColumnElement[int]:
    return case((and_(messages.c.state == State.NEW, messages.c.urgent), 0), else_=1)


def message_of(row: Row[Any]) -> Message:
    return Message(
        id=row.id,
        mailbox=row.mailbox,
        spool_id=row.spool_id,
        caller=row.caller,
        received_at=row.received_at,
        sound=Sound(row.sound_id, row.seconds),
        urgent=row.urgent,
        state=State(row.state),
        state_before=State(row.state_before),
        changed_at=row.changed_at,
        marks=Marks(row.flags, row.hidden, row.downloaded_at),
        since=row.since,
    )


def _listed_of(*facts: Any) -> ListedMessage:
    *plain, state, before, flags, amr_bytes, text_octets = facts
    return ListedMessage._make((*plain, _STATES[state], _STATES[before], flags, amr_bytes, text_octets))


def values_of(message: Message) -> dict[str, Any]:
    return {
        "mailbox": message.mailbox,
        "spool_id": message.spool_id,
        "caller": message.caller,
        "received_at": message.received_at,
        "sound_id": message.sound.id,
        "seconds": message.sound.seconds,
        "urgent": message.urgent,
        "state": message.state,
        "state_before": message.state_before,
        "changed_at": message.changed_at,
        "flags": message.marks.flags,
        "hidden": message.marks.hidden,
        "downloaded_at": message.marks.downloaded_at,
    }
