"""Receipts that were quicker than their parts: which of those being written now each is about."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row

from personsvar.mailbox.model.ids import NoticeId
from personsvar.storage.parts import PartKey, Rows, canonical_key, parts_alike, waiting_alike, waiting_for

log = logging.getLogger(__name__)

UNCLEAR = "a receipt fits the ids of several SMS: none is marked"

Part = tuple[NoticeId, PartKey]


def early_for(connection: Connection, parts: Sequence[Part]) -> Rows:
    """By the parts' own ids, in the order the receipts came."""
    keys = {key for _, key in parts}
    exact = waiting_for(connection, keys)
    taken = {row.id for rows in exact.values() for row in rows}
    alike = {
        key: rest
        for key, rows in waiting_alike(connection, keys).items()
        if (rest := [row for row in rows if row.id not in taken])
    }
    return _both(exact, _clear(connection, alike, parts) if alike else {})


def _clear(connection: Connection, alike: Rows, parts: Sequence[Part]) -> Rows:
    """Those that can be about one part only, of the ones being written and of all before."""
    about: defaultdict[PartKey, set[Part]] = defaultdict(set)
    for part in parts:
        about[canonical_key(part[1])].add(part)
    before = parts_alike(connection, alike)
    clear: dict[PartKey, Sequence[Row[Any]]] = {}
    for key, rows in alike.items():
        spelled = {gateway_id for _, (_, gateway_id) in about[key]}
        if len(about[key]) > 1 or any(row.gateway_id not in spelled for row in before.get(key, ())):
            unclear(rows[0].gateway, rows[0].gateway_id)
        else:
            ((_, mine),) = about[key]
            clear[mine] = rows
    return clear


def _both(exact: Rows, alike: Rows) -> Rows:
    merged: Mapping[PartKey, list[Row[Any]]] = {
        key: [*exact.get(key, ()), *alike.get(key, ())] for key in exact.keys() | alike.keys()
    }
    return {key: sorted(rows, key=lambda row: row.id) for key, rows in merged.items()}


def unclear(gateway: str, gateway_id: str) -> None:
    log.warning(UNCLEAR, extra={"gateway": gateway, "gateway_id": gateway_id})
