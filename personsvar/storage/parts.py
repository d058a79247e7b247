"""The parts gateways took, found by the gateways' ids of them.

A receipt may come while the part it is for is being written. On PostgreSQL both sides first take a lock on
the gateway's id, so that one of them sees the other; SQLite has one writer at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select, text

from personsvar.storage.columns import legible
from personsvar.storage.tables import notice_parts, receipts

PartKey = tuple[str, str]
"""The gateway, and its id of a part."""
Found = Mapping[PartKey, Sequence[Row[Any]]]

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
_NEWEST = (
    select(notice_parts)
    .where(
        notice_parts.c.gateway.in_(bindparam("gateways", expanding=True)),
        notice_parts.c.gateway_id.in_(bindparam("ids", expanding=True)),
    )
    .order_by(notice_parts.c.notice_id.desc(), notice_parts.c.number.desc())
)


def key_of(gateway: str, gateway_id: str) -> PartKey:
    """As it is stored."""
    return legible(gateway), legible(gateway_id)


def hold(connection: Connection, keys: Iterable[PartKey]) -> None:
    """Nobody else writes of these parts until the transaction ends."""
    numbers = sorted({_number(key) for key in keys})
    if numbers and connection.dialect.name == "postgresql":
        connection.execute(_HOLD, {"keys": numbers})


def waiting_for(connection: Connection, keys: Iterable[PartKey]) -> Found:
    """The receipts that came before their parts, in the order they came."""
    return _found(connection, _WAITING, keys)


def newest_parts(connection: Connection, keys: Iterable[PartKey]) -> Mapping[PartKey, Row[Any]]:
    """A gateway may use its ids again, after a restart or a year: the newest is meant."""
    return {key: rows[0] for key, rows in _found(connection, _NEWEST, keys).items()}


def _found(connection: Connection, statement: Select[Any], keys: Iterable[PartKey]) -> Found:
    wanted = set(keys)
    found: dict[PartKey, list[Row[Any]]] = defaultdict(list)
    if wanted:
        lists = {"gateways": list({key[0] for key in wanted}), "ids": list({key[1] for key in wanted})}
        for row in connection.execute(statement, lists):
            found[row.gateway, row.gateway_id].append(row)
    return {key: rows for key, rows in found.items() if key in wanted}


def _number(key: PartKey) -> int:
    """A lock's number; two ids that share one only wait for each other."""
    said = "\0".join(key).encode()
    return int.from_bytes(blake2b(said, digest_size=8).digest(), "big", signed=True)
