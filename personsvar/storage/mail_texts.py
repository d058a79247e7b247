"""How long the text part of each message is that mail programs were told of.

Nothing else writes this column, but that a message begins without a text: whoever changes a message beside it
changes nothing here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, bindparam, select, update

from personsvar.mailbox.model.ids import MessageId, Number
from personsvar.storage.tables import messages

_UNTOLD = messages.c.text_octets.is_(None)
_TELL = (
    update(messages)
    .where(messages.c.id == bindparam("message"), _UNTOLD)
    .values(text_octets=bindparam("octets"))
)


class SqlMailTexts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def expect(self, message: MessageId) -> None:
        self._connection.execute(update(messages).where(messages.c.id == message).values(text_octets=None))

    def told(self, mailbox: Number, messages_: Collection[MessageId]) -> Mapping[MessageId, int | None]:
        theirs = messages.c.mailbox == mailbox, messages.c.id.in_(messages_)
        rows = self._connection.execute(select(messages.c.id, messages.c.text_octets).where(*theirs))
        return {MessageId(row.id): row.text_octets for row in rows}

    def tell(self, octets: Mapping[MessageId, int]) -> None:
        rows = [{"message": message, "octets": octets[message]} for message in sorted(octets)]
        if rows:
            self._connection.execute(_TELL, rows)

    def expect_none(self, mailbox: Number) -> None:
        untold = update(messages).where(messages.c.mailbox == mailbox, _UNTOLD)
        self._connection.execute(untold.values(text_octets=0))
