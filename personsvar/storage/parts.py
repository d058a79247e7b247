"""The parts gateways took, found by the gateways' ids of them.

A gateway may spell an id in several ways, when it takes a part and in the receipts for it:

    023, 23, 0000000023       the same number, padded or not (SMPP appendix B pads to ten digits)
    5f3ac0de, 5F3AC0DE        the same number in hex
    3fa8-11b0, 3FA8-11B0      the same UUID

Other ids are letters of the gateway's own: there a capital may be another id. Which base a number stands in
does not show (10 may be sixteen): that is a setting, `PERSONSVAR_SMPP_RECEIPT_IDS`. An id exactly as the
gateway gave it is believed first, then one that is the same in another spelling, as long as that can mean
one part only.

A receipt may come while the part it is for is being written. On PostgreSQL both sides first take a lock on
the gateway's id, whatever its spelling, so that one of them sees the other; SQLite has one writer at a time.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, Select, bindparam, select, text

from personsvar.storage.columns import legible
from personsvar.storage.tables import notice_parts, receipts

PartKey = tuple[str, str]
"""The gateway, and its id of a part."""
Rows = Mapping[PartKey, Sequence[Row[Any]]]

_NUMBER = re.compile(r"[0-9A-Fa-f]+")
_UUID = re.compile(r"[0-9A-Fa-f-]+")
_HOLD = text("SELECT pg_advisory_xact_lock(key) FROM unnest(CAST(:keys AS bigint[])) AS key")
_GATEWAYS: BindParameter[Any] = bindparam("gateways", expanding=True)
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_UNMATCHED = select(receipts).where(receipts.c.notice_id.is_(None), receipts.c.gateway.in_(_GATEWAYS))
_WAITING = _UNMATCHED.where(receipts.c.gateway_id.in_(_IDS)).order_by(receipts.c.id)
_WAITING_ALIKE = _UNMATCHED.where(receipts.c.canonical_id.in_(_IDS)).order_by(receipts.c.id)
_OF_GATEWAYS = select(notice_parts).where(notice_parts.c.gateway.in_(_GATEWAYS))
_NEWEST_FIRST = (notice_parts.c.notice_id.desc(), notice_parts.c.number.desc())
_PARTS = _OF_GATEWAYS.where(notice_parts.c.gateway_id.in_(_IDS)).order_by(*_NEWEST_FIRST)
_PARTS_ALIKE = _OF_GATEWAYS.where(notice_parts.c.canonical_id.in_(_IDS)).order_by(*_NEWEST_FIRST)


@dataclass(frozen=True, slots=True)
class MatchedParts:
    """The parts that receipts are about."""

    of: Mapping[PartKey, Row[Any]]
    unclear: frozenset[PartKey]
    """Keys that could be about several parts: they count as about none."""


def key_of(gateway: str, gateway_id: str) -> PartKey:
    """The key as it is stored."""
    return legible(gateway), legible(gateway_id)


def canonical(gateway_id: str) -> str:
    """The same for every spelling of one id."""
    if _NUMBER.fullmatch(gateway_id):
        return gateway_id.lower().lstrip("0") or "0"
    return gateway_id.lower() if _UUID.fullmatch(gateway_id) else gateway_id


def canonical_key(key: PartKey) -> PartKey:
    return key[0], canonical(key[1])


def hold(connection: Connection, keys: Iterable[PartKey]) -> None:
    """Lock the keys: nobody else writes of these parts until the transaction ends."""
    numbers = sorted({_number(canonical_key(key)) for key in keys})
    if numbers and connection.dialect.name == "postgresql":
        connection.execute(_HOLD, {"keys": numbers})


def waiting_for(connection: Connection, keys: Iterable[PartKey]) -> Rows:
    """The receipts that came before their parts, in the order they came, by ids exactly alike."""
    wanted = set(keys)
    return {key: rows for key, rows in _found(connection, _WAITING, wanted).items() if key in wanted}


def waiting_alike(connection: Connection, keys: Iterable[PartKey]) -> Rows:
    """Those whose ids are the same in any spelling, by the canonical one."""
    return _alike(connection, _WAITING_ALIKE, keys)


def parts_alike(connection: Connection, keys: Iterable[PartKey]) -> Rows:
    return _alike(connection, _PARTS_ALIKE, keys)


def matched_parts(connection: Connection, keys: Iterable[PartKey]) -> MatchedParts:
    """A gateway may use its ids again, after a restart or a year: of those spelled alike the newest."""
    wanted = set(keys)
    exact = {key: rows[0] for key, rows in _found(connection, _PARTS, wanted).items() if key in wanted}
    rest = wanted - exact.keys()
    alike = parts_alike(connection, rest)
    of, unclear = exact, set()
    for key in rest:
        rows = alike.get(canonical_key(key), ())
        if len({row.gateway_id for row in rows}) > 1:
            unclear.add(key)
        elif rows:
            of[key] = rows[0]
    return MatchedParts(of, frozenset(unclear))


def _alike(connection: Connection, statement: Select[Any], keys: Iterable[PartKey]) -> Rows:
    wanted = {canonical_key(key) for key in keys}
    found: dict[PartKey, list[Row[Any]]] = defaultdict(list)
    for row in _rows(connection, statement, wanted):
        found[row.gateway, row.canonical_id].append(row)
    return {key: rows for key, rows in found.items() if key in wanted}


def _found(connection: Connection, statement: Select[Any], wanted: set[PartKey]) -> Rows:
    found: dict[PartKey, list[Row[Any]]] = defaultdict(list)
    for row in _rows(connection, statement, wanted):
        found[row.gateway, row.gateway_id].append(row)
    return found


def _rows(connection: Connection, statement: Select[Any], wanted: set[PartKey]) -> Sequence[Row[Any]]:
    if not wanted:
        return ()
    lists = {"gateways": list({key[0] for key in wanted}), "ids": list({key[1] for key in wanted})}
    return connection.execute(statement, lists).all()


def _number(key: PartKey) -> int:
    """A lock's number; two ids that share one only wait for each other."""
    digest = blake2b("\0".join(key).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)
