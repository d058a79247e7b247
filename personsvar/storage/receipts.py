"""Receipts in the database: each kept once, matched to the part it is for, or waiting for it.

A receipt may come while the part it is for is being written. On PostgreSQL both sides first take a lock on
the gateway's id, so that one of them sees the other; SQLite has one writer at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, text, update

from personsvar.mailbox.model import Notice, NoticeStatus, Receipt, ReceiptState
from personsvar.mailbox.receipts import verdict, word_of
from personsvar.storage.columns import legible
from personsvar.storage.inserting import unless_there
from personsvar.storage.notice_rows import notice_of
from personsvar.storage.tables import notice_parts, notices, receipts

WAITS = timedelta(days=7)
"""So long a receipt waits for its part; no worker needs longer to write it."""

PartKey = tuple[str, str]
"""The gateway, and its id of a part."""

_HOLD = text("SELECT pg_advisory_xact_lock(key) FROM unnest(CAST(:keys AS bigint[])) AS key")
_WAITING = (
    select(receipts)
    .where(
        receipts.c.notice_id.is_(None),
        receipts.c.gateway.in_(bindparam("gateways", expanding=True)),
        receipts.c.gateway_id.in_(bindparam("ids", expanding=True)),
    )
    .order_by(receipts.c.id)
)
_NEWEST_PART = (
    select(notice_parts.c.notice_id, notice_parts.c.number)
    .where(notice_parts.c.gateway == bindparam("gateway"), notice_parts.c.gateway_id == bindparam("id"))
    .order_by(notice_parts.c.notice_id.desc(), notice_parts.c.number.desc())
    .limit(1)
)
_NOTICE = select(notices).where(notices.c.id == bindparam("notice")).with_for_update()
_PARTS = (
    select(notice_parts)
    .where(notice_parts.c.notice_id == bindparam("notice"))
    .order_by(notice_parts.c.number, notice_parts.c.position)
)
_REPORT = (
    update(notice_parts)
    .where(
        notice_parts.c.notice_id == bindparam("b_notice"),
        notice_parts.c.number == bindparam("b_number"),
        notice_parts.c.gateway == bindparam("b_gateway"),
        notice_parts.c.gateway_id == bindparam("b_id"),
    )
    .values(state=bindparam("b_state"), state_at=bindparam("b_at"), detail=bindparam("b_detail"))
)
_CONCLUDE = (
    update(notices)
    .where(notices.c.id == bindparam("b_notice"))
    .values(status=bindparam("b_status"), error=bindparam("b_error"), finished_at=bindparam("b_at"))
    .returning(notices)
)


def hold(connection: Connection, keys: Iterable[PartKey]) -> None:
    """Nobody else writes of these parts until the transaction ends."""
    numbers = sorted({_number(key) for key in keys})
    if numbers and connection.dialect.name == "postgresql":
        connection.execute(_HOLD, {"keys": numbers})


def key_of(gateway: str, gateway_id: str) -> PartKey:
    """As it is stored."""
    return legible(gateway), legible(gateway_id)


def waiting_for(connection: Connection, keys: Iterable[PartKey]) -> Mapping[PartKey, Sequence[Row[Any]]]:
    """The receipts that came before their parts, in the order they came."""
    wanted = set(keys)
    found: dict[PartKey, list[Row[Any]]] = defaultdict(list)
    if not wanted:
        return found
    lists = {"gateways": [*{key[0] for key in wanted}], "ids": [*{key[1] for key in wanted}]}
    for row in connection.execute(_WAITING, lists):
        found[row.gateway, row.gateway_id].append(row)
    return found


def receive(connection: Connection, receipt: Receipt) -> Notice | None:
    """Keep it; the notice that it made delivered or failed, if it did."""
    hold(connection, [key_of(receipt.gateway, receipt.gateway_id)])
    wanted = {"gateway": receipt.gateway, "id": receipt.gateway_id}
    part = connection.execute(_NEWEST_PART, wanted).one_or_none()
    notice = None if part is None else connection.execute(_NOTICE, {"notice": part.notice_id}).one_or_none()
    new = _kept(connection, receipt, notice)
    if part is None or notice is None or not new:
        return None
    parts = connection.execute(_PARTS, {"notice": notice.id}).all()
    states = _reported(connection, receipt, [row for row in parts if row.number == part.number])
    is_last = parts[-1].number == part.number
    return _concluded(connection, receipt, notice, states) if is_last else None


def expire(connection: Connection, now: datetime) -> int:
    old = delete(receipts).where(receipts.c.notice_id.is_(None), receipts.c.at <= now - WAITS)
    return connection.execute(old).rowcount


def _kept(connection: Connection, receipt: Receipt, notice: Row[Any] | None) -> bool:
    """False: it was there already."""
    values = {
        "gateway": receipt.gateway,
        "gateway_id": receipt.gateway_id,
        "state": receipt.state,
        "at": receipt.at,
        "detail": receipt.detail,
        "notice_id": None if notice is None else notice.id,
    }
    return unless_there(connection, receipts, values, receipts.c.id) is not None


def _reported(
    connection: Connection, receipt: Receipt, attempt: Sequence[Row[Any]]
) -> Sequence[ReceiptState | None]:
    """The states of the attempt's parts, with this report in them."""
    states = [None if row.state is None else ReceiptState(row.state) for row in attempt]
    meant = [key_of(receipt.gateway, receipt.gateway_id) == (row.gateway, row.gateway_id) for row in attempt]
    after = [word_of(was, receipt.state) if it else was for was, it in zip(states, meant, strict=True)]
    if after != states:
        report = {
            "b_notice": attempt[0].notice_id,
            "b_number": attempt[0].number,
            "b_gateway": receipt.gateway,
            "b_id": receipt.gateway_id,
            "b_state": receipt.state,
            "b_at": receipt.at,
            "b_detail": receipt.detail,
        }
        connection.execute(_REPORT, report)
    return after


def _concluded(
    connection: Connection, receipt: Receipt, notice: Row[Any], states: Sequence[ReceiptState | None]
) -> Notice | None:
    status = verdict(states)
    if status is None or notice.status != NoticeStatus.SENT:
        return None
    error = receipt.detail or None if status is NoticeStatus.FAILED else None
    ending = {"b_notice": notice.id, "b_status": status, "b_error": error, "b_at": receipt.at}
    return notice_of(connection.execute(_CONCLUDE, ending).one())


def _number(key: PartKey) -> int:
    """A lock's number; two ids that share one only wait for each other."""
    said = "\0".join(key).encode("utf-8")
    return int.from_bytes(blake2b(said, digest_size=8).digest(), "big", signed=True)
