"""Receipts in the database: many taken at once, each kept once, matched to its part or waiting for it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Insert,
    Row,
    Select,
    Update,
    bindparam,
    delete,
    insert,
    select,
    update,
)

from personsvar.mailbox import receipts as mailbox_receipts
from personsvar.mailbox.model.ids import NoticeId
from personsvar.mailbox.model.ledger import Receipt, ReceiptState
from personsvar.mailbox.model.notice import Notice, NoticeStatus
from personsvar.mailbox.model.tally import Counted, Occurrence
from personsvar.mailbox.receipts import verdict, word_of
from personsvar.storage.early import unclear
from personsvar.storage.holding import IN_TURN, hold_who_may_be_told_otherwise
from personsvar.storage.notice_rows import notice_of
from personsvar.storage.parts import PartKey, canonical, hold, key_of, matched_parts, waiting_for
from personsvar.storage.tables import notice_parts, notices, receipts
from personsvar.storage.tallies import write_occurrences

WAITS = timedelta(days=7)
"""So long a receipt waits for its part; no worker needs longer to write it."""

Values = dict[str, Any]

_WHICH: BindParameter[Any] = bindparam("which", expanding=True)
_NOTICES = select(notices).where(notices.c.id.in_(_WHICH)).order_by(*IN_TURN).with_for_update()
_PARTS = select(notice_parts).where(notice_parts.c.notice_id.in_(_WHICH)).order_by(notice_parts.c.position)
_MATCHED = select(receipts).where(receipts.c.notice_id.in_(_WHICH))
_KEEP = insert(receipts)
_REPORT = (
    update(notice_parts)
    .where(
        notice_parts.c.notice_id == bindparam("b_notice"),
        notice_parts.c.number == bindparam("b_number"),
        notice_parts.c.position == bindparam("b_position"),
    )
    .values(state=bindparam("b_state"), state_at=bindparam("b_at"), detail=bindparam("b_detail"))
)
_CONCLUDE = (
    update(notices)
    .where(notices.c.id == bindparam("b_notice"))
    .values(status=bindparam("b_status"), error=bindparam("b_error"), finished_at=bindparam("b_at"))
)


@dataclass
class _PartRow:
    row: Row[Any]
    state: ReceiptState | None
    detail: str
    word: Receipt | None = None
    """The receipt that changed it now."""

    def hear(self, receipt: Receipt, about: Row[Any]) -> None:
        """`about`: the part it is about. A gateway may give parts one id: it is about all of them."""
        mine = (about.gateway, about.gateway_id) == (self.row.gateway, self.row.gateway_id)
        if mine and word_of(self.state, receipt.state) is not self.state:
            self.state, self.detail, self.word = receipt.state, receipt.detail, receipt


Attempts = Mapping[int, Sequence[_PartRow]]
"""The parts of a notice, by the number of the attempt."""


def receive(connection: Connection, reported: Sequence[Receipt]) -> Sequence[Notice]:
    """Keep them; the notices that they made delivered or failed."""
    keys = {key_of(each.gateway, each.gateway_id) for each in reported}
    hold(connection, keys)
    known = matched_parts(connection, keys)
    hold_who_may_be_told_otherwise(connection, {row.notice_id for row in known.of.values()})
    found = _rows(connection, _NOTICES, {row.notice_id for row in known.of.values()})
    held = {row.id: notice_of(row) for row in found}
    parts = {key: row for key, row in known.of.items() if row.notice_id in held}
    new = _keep(connection, reported, keys, parts)
    if keys - parts.keys():
        _forget_the_oldest(connection)
    every = _attempts(connection, held)
    for receipt in new:
        key = key_of(receipt.gateway, receipt.gateway_id)
        if key in known.unclear:
            unclear(*key)
        about = parts.get(key)
        if about is not None:
            for part in every[about.notice_id][about.number]:
                part.hear(receipt, about)
    run(connection, _REPORT, list(_reports(every.values())))
    over = [done for id_, attempts in every.items() for done in _concluded(held[id_], attempts)]
    run(connection, _CONCLUDE, [_conclusion(notice) for notice in over])
    write_occurrences(connection, _happened(over))
    return over


def expire(connection: Connection, now: datetime) -> int:
    old = select(receipts.c.id).where(receipts.c.notice_id.is_(None), receipts.c.at <= now - WAITS)
    return _removed(connection, old)


def _removed(connection: Connection, waiting: Select[Any]) -> int:
    """But for those that are being matched: they move to their notice's month, and nobody waits for that."""
    some = receipts.c.id.in_(waiting.with_for_update(skip_locked=True))
    return connection.execute(delete(receipts).where(receipts.c.notice_id.is_(None), some)).rowcount


def run(connection: Connection, statement: Insert | Update, rows: Sequence[Values]) -> None:
    """Run the statement for each row, all in one go."""
    if rows:
        connection.execute(statement, rows)


def _rows(connection: Connection, statement: Select[Any], which: Iterable[NoticeId]) -> Sequence[Row[Any]]:
    wanted = list(which)
    return connection.execute(statement, {"which": wanted}).all() if wanted else ()


def _keep(
    connection: Connection,
    reported: Sequence[Receipt],
    keys: Iterable[PartKey],
    parts: Mapping[PartKey, Row[Any]],
) -> list[Receipt]:
    """Those that were not there already."""
    matched = _rows(connection, _MATCHED, {row.notice_id for row in parts.values()})
    waiting = waiting_for(connection, (key for key in keys if key not in parts))
    known = [*matched, *(row for rows in waiting.values() for row in rows)]
    there = {(row.notice_id, row.gateway, row.gateway_id, row.state) for row in known}
    rows: dict[tuple[object, ...], tuple[Receipt, Values]] = {}
    for each in reported:
        key = key_of(each.gateway, each.gateway_id)
        notice = parts[key].notice_id if key in parts else None
        rows.setdefault((notice, *key, each.state), (each, _row(each, notice)))
    fresh = [row for identity, row in rows.items() if identity not in there]
    run(connection, _KEEP, [row for _, row in fresh])
    return [each for each, _ in fresh]


def _forget_the_oldest(connection: Connection) -> None:
    """Of those that wait for their part, when they are too many."""
    waiting = receipts.c.notice_id.is_(None)
    newest = select(receipts.c.id).where(waiting).order_by(receipts.c.at.desc(), receipts.c.id.desc())
    first_to_go = connection.execute(newest.offset(mailbox_receipts.MOST_WAITING).limit(1)).scalar()
    if first_to_go is not None:
        _removed(connection, select(receipts.c.id).where(waiting, receipts.c.id <= first_to_go))


def _row(receipt: Receipt, notice: NoticeId | None) -> Values:
    return {
        "gateway": receipt.gateway,
        "gateway_id": receipt.gateway_id,
        "canonical_id": canonical(receipt.gateway_id),
        "state": receipt.state,
        "at": receipt.at,
        "detail": receipt.detail,
        "notice_id": notice,
    }


def _attempts(connection: Connection, which: Iterable[NoticeId]) -> Mapping[NoticeId, Attempts]:
    every: defaultdict[NoticeId, defaultdict[int, list[_PartRow]]] = defaultdict(lambda: defaultdict(list))
    for row in _rows(connection, _PARTS, which):
        state = None if row.state is None else ReceiptState(row.state)
        every[row.notice_id][row.number].append(_PartRow(row, state, row.detail))
    return every


def _reports(every: Iterable[Attempts]) -> Iterator[Values]:
    for part in (part for attempts in every for parts in attempts.values() for part in parts):
        if part.word is not None:
            yield {
                "b_notice": part.row.notice_id,
                "b_number": part.row.number,
                "b_position": part.row.position,
                "b_state": part.state,
                "b_at": part.word.at,
                "b_detail": part.detail,
            }


def _concluded(notice: Notice, attempts: Attempts) -> Iterator[Notice]:
    """By its last attempt that has parts; what came of an earlier one is past."""
    parts = attempts[max(attempts)]
    words = [part.word.at for part in parts if part.word is not None]
    status = verdict([part.state for part in parts])
    if words and status is not None and notice.status is NoticeStatus.SENT:
        failed = next((part.detail for part in parts if part.state is ReceiptState.FAILED), None)
        yield replace(notice, status=status, error=failed or None, finished_at=max(words))


def _happened(over: Sequence[Notice]) -> Iterator[Occurrence]:
    every = Counter((notice.finished_at, Counted.notice(notice.channel, notice.status)) for notice in over)
    return (Occurrence(at, what, times) for (at, what), times in every.items() if at is not None)


def _conclusion(notice: Notice) -> Values:
    return {
        "b_notice": notice.id,
        "b_status": notice.status,
        "b_error": notice.error,
        "b_at": notice.finished_at,
    }
