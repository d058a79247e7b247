"""Requests that may come twice, in the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, or_, select, tuple_, update

from personsvar.mailbox.model.kept_request import KeptAnswer, KeptRequest
from personsvar.storage.inserting import unless_there
from personsvar.storage.tables import kept_requests as requests


class SqlKeptRequests:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(
        self, request: KeptRequest, *, forgotten_before: datetime, given_up_before: datetime
    ) -> KeptRequest | None:
        forgotten = requests.c.begun_at < forgotten_before
        given_up = and_(requests.c.status.is_(None), requests.c.begun_at < given_up_before)
        self._connection.execute(delete(requests).where(_is(request), or_(forgotten, given_up)))
        values = {
            "holder": request.holder,
            "key": request.key,
            "digest": request.digest,
            "begun_at": request.begun_at,
        }
        if unless_there(self._connection, requests, values, requests.c.key) is not None:
            return None
        return _request_of(self._connection.execute(select(requests).where(_is(request))).one())

    def finish(self, request: KeptRequest) -> None:
        answer = request.answer
        values = {
            "status": None if answer is None else answer.status,
            "headers": None if answer is None else list(map(list, answer.headers)),
            "body": None if answer is None else answer.body,
            "mailbox": request.mailbox,
        }
        self._connection.execute(update(requests).where(_is(request)).values(values))

    def forget(self, request: KeptRequest) -> None:
        self._connection.execute(delete(requests).where(_is(request)))

    def purge(self, *, before: datetime, limit: int) -> int:
        key = (requests.c.holder, requests.c.key)
        some = select(*key).where(requests.c.begun_at < before).limit(limit).with_for_update(skip_locked=True)
        return self._connection.execute(delete(requests).where(tuple_(*key).in_(some))).rowcount


def _is(request: KeptRequest) -> ColumnElement[bool]:
    return and_(requests.c.holder == request.holder, requests.c.key == request.key)


def _request_of(row: Row[Any]) -> KeptRequest:
    answer = None
    if row.status is not None:
        headers = tuple((name, value) for name, value in row.headers)
        answer = KeptAnswer(row.status, headers, bytes(row.body))
    return KeptRequest(row.holder, row.key, row.digest, row.begun_at, answer, row.mailbox)
