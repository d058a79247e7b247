"""Sessions on the page, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, or_, select, update

from personsvar.mailbox.model.ids import Number, TokenHash, WebSessionId
from personsvar.mailbox.model.web_access import Role, WebSession
from personsvar.storage.holding import hold_owner
from personsvar.storage.inserting import fresh_id
from personsvar.storage.prepared import one_of
from personsvar.storage.tables import web_sessions as sessions

_BY_TOKEN = select(sessions).where(sessions.c.token == bindparam("token"))


class SqlWebSessions:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, session: WebSession) -> WebSession:
        values = {
            "number": session.number,
            "token": session.token,
            "role": session.role,
            "device": session.device,
            "began_at": session.began_at,
            "seen_at": session.seen_at,
        }
        return replace(session, id=WebSessionId(fresh_id(self._connection, sessions, values)))

    def by_token(self, token: TokenHash) -> WebSession | None:
        row = one_of(self._connection, _BY_TOKEN, token=token)
        return None if row is None else _session_of(row)

    def seen(self, which: WebSessionId, at: datetime) -> None:
        self._connection.execute(update(sessions).where(sessions.c.id == which), {"seen_at": at})

    def listed(self, owner: Number) -> Sequence[WebSession]:
        of_owner = select(sessions).where(sessions.c.number == owner)
        newest_first = of_owner.order_by(sessions.c.seen_at.desc(), sessions.c.id.desc())
        return [_session_of(row) for row in self._connection.execute(newest_first)]

    def remove(self, owner: Number, which: WebSessionId) -> bool:
        hold_owner(self._connection, owner)
        here = delete(sessions).where(sessions.c.id == which, sessions.c.number == owner)
        return self._connection.execute(here).rowcount > 0

    def remove_all(self, owner: Number) -> int:
        hold_owner(self._connection, owner)
        return self._connection.execute(delete(sessions).where(sessions.c.number == owner)).rowcount

    def purge(self, role: Role, *, seen_before: datetime, began_before: datetime) -> int:
        over = or_(sessions.c.seen_at <= seen_before, sessions.c.began_at <= began_before)
        some = select(sessions.c.id).where(sessions.c.role == role, over).with_for_update(skip_locked=True)
        return self._connection.execute(delete(sessions).where(sessions.c.id.in_(some))).rowcount


def _session_of(row: Row[Any]) -> WebSession:
    return WebSession(row.id, row.number, row.token, Role(row.role), row.device, row.began_at, row.seen_at)
