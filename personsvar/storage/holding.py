"""One order of locks: the subscriber's row first, then what hangs on it.

Who removes a subscriber takes that row, and then all that hangs on it. Who changes a message, a session or a
notice writes something more in the same transaction that names its owner (the audit trail, a lamp), for which
PostgreSQL looks at the owner's row, and waits for who removes it. Held the other way round, each would wait
for the other, and one of the two would be undone.

Held so, nobody removes the subscriber until the end of the transaction; all else goes on. SQLite has one
writer at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from personsvar.mailbox.model.ids import NoticeId, Number
from personsvar.mailbox.model.notice import Channel
from personsvar.storage.tables import notices, subscribers

IN_TURN = (notices.c.to_number, notices.c.id)
"""In which order several notices are held: by mailbox, as lamps are renewed, and then as they were made."""
_ONE = (
    select(subscribers.c.number)
    .where(subscribers.c.number == bindparam("owner"))
    .with_for_update(read=True, key_share=True)
)


def hold_owner(connection: Connection, owner: Number) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(_ONE, {"owner": owner})


def hold_owners(connection: Connection, of: Select[Any], values: dict[str, Any] | None = None) -> None:
    """`of`: their numbers. Everybody holds several in the same order."""
    if connection.dialect.name == "postgresql":
        here = select(subscribers.c.number).where(subscribers.c.number.in_(of))
        connection.execute(
            here.order_by(subscribers.c.number).with_for_update(read=True, key_share=True), values or {}
        )


def hold_owner_for_change(connection: Connection, of: Select[Any], values: dict[str, Any]) -> None:
    """`of`: the number. A message that is kept sets in its owner's row when to warn of its end.

    So nobody else changes that row, or takes a message in for it, until the end of the transaction.
    """
    if connection.dialect.name == "postgresql":
        here = select(subscribers.c.number).where(subscribers.c.number.in_(of))
        connection.execute(here.with_for_update(key_share=True), values)


def hold_who_may_be_told_otherwise(connection: Connection, of: Collection[NoticeId]) -> None:
    """An MMS that is lost becomes an SMS in the same transaction: a row that names the same subscriber."""
    if of:
        mms = notices.c.id.in_(of), notices.c.channel == Channel.MMS
        hold_owners(connection, select(notices.c.to_number).where(*mms))


def free_owners(connection: Connection, numbers: Collection[Number]) -> Sequence[Number]:
    """Those that nobody removes just now: held, without waiting for any."""
    if connection.dialect.name != "postgresql":
        return tuple(numbers)
    here = select(subscribers.c.number).where(subscribers.c.number.in_(numbers))
    return (
        connection.execute(here.with_for_update(read=True, key_share=True, skip_locked=True)).scalars().all()
    )
