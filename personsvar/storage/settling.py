"""Writing back what became of notices: many at once, in a few statements for the whole batch.

Each is fenced: its row is held, and the lease on it must still be the worker's. Receipts that were quicker
than this are looked up first, so that a part is written with what is known of it, and its notice too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from personsvar.mailbox.model.ids import NoticeId
from personsvar.mailbox.model.ledger import ReceiptState, Settlement
from personsvar.mailbox.model.notice import Channel, NoticeStatus
from personsvar.mailbox.model.tally import Counted, Occurrence
from personsvar.mailbox.receipts import verdict, word_of
from personsvar.storage.early import early_for
from personsvar.storage.holding import IN_TURN, hold_who_may_be_told_otherwise
from personsvar.storage.parts import PartKey, Rows, canonical, hold, key_of
from personsvar.storage.receipts import run
from personsvar.storage.tables import notice_attempts, notice_parts, notices, receipts
from personsvar.storage.tallies import write_occurrences

ENDED = (NoticeStatus.SENT, NoticeStatus.DELIVERED, NoticeStatus.FAILED, NoticeStatus.DEAD)

_HELD = (
    select(notices.c.id, notices.c.lease, notices.c.tries, notices.c.channel)
    .where(notices.c.id.in_(bindparam("which", expanding=True)))
    .order_by(*IN_TURN)
    .with_for_update()
)
_WRITTEN_BACK = (
    update(notices)
    .where(notices.c.id == bindparam("b_notice"))
    .values(
        status=bindparam("b_status"),
        lease=None,
        error=bindparam("b_error"),
        due_at=bindparam("b_due_at"),
        finished_at=bindparam("b_finished_at"),
        attempts=notices.c.attempts - bindparam("b_unspent"),
        tries=notices.c.tries - bindparam("b_untried"),
    )
)
_ENDED = _WRITTEN_BACK.values(secret=None)
_READY = _WRITTEN_BACK.values(next_at=bindparam("b_due_at"))
_NEW_ATTEMPT = insert(notice_attempts)
_NEW_PART = insert(notice_parts)
_MATCHED = (
    update(receipts).where(receipts.c.id == bindparam("b_receipt")).values(notice_id=bindparam("b_notice"))
)

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Ours:
    """A settlement whose lease is still its worker's, the number of its attempt, and its notice's channel."""

    settlement: Settlement
    number: int
    channel: Channel

    def attempt(self) -> Iterator[Values]:
        made = self.settlement.attempt
        if made is not None:
            yield {
                "notice_id": self.settlement.notice,
                "number": self.number,
                "at": made.at,
                "outcome": made.outcome,
                "gateway": made.gateway,
                "error": made.error,
            }

    def parts(self, early: Rows) -> list[Values]:
        made = self.settlement.attempt
        if made is None:
            return []
        ids = {
            "notice_id": self.settlement.notice,
            "number": self.number,
            "gateway": made.gateway,
        }
        return [
            {
                **ids,
                "position": position,
                "gateway_id": id_,
                "canonical_id": canonical(id_),
                **_reported(early.get(key_of(made.gateway, id_), ())),
            }
            for position, id_ in enumerate(made.ids)
        ]

    def written_back(self, parts: Sequence[Values], now: datetime) -> Values:
        settled = self.settlement
        sent = settled.status is NoticeStatus.SENT
        status = (verdict([part["state"] for part in parts]) if sent else None) or settled.status
        failed = next((part["detail"] for part in parts if part["state"] is ReceiptState.FAILED), None)
        ready = settled.status is NoticeStatus.READY
        return {
            "b_notice": settled.notice,
            "b_status": status,
            "b_error": failed or settled.error if status is NoticeStatus.FAILED else settled.error,
            "b_due_at": (settled.next_at or now) if ready else None,
            "b_finished_at": None if ready else now,
            "b_unspent": int(not settled.spent),
            "b_untried": int(settled.attempt is None),
        }


def settle(connection: Connection, settlements: Sequence[Settlement], now: datetime) -> frozenset[NoticeId]:
    for each in settlements:
        if each.status is NoticeStatus.LEASED:
            raise ValueError(f"a delivery does not end as {each.status}")
    # before the rows, as a receipt does: two that wait for each other would never end
    hold(connection, [key for each in settlements for key in _keys(each)])
    ours = _still_ours(connection, settlements)
    written = [(each.settlement.notice, key) for each in ours for key in _keys(each.settlement)]
    early = early_for(connection, written)
    _write(connection, ours, early, now)
    return frozenset(each.settlement.notice for each in ours)


def _write(connection: Connection, ours: Sequence[_Ours], early: Rows, now: datetime) -> None:
    parts = {each.settlement.notice: each.parts(early) for each in ours}
    back = [each.written_back(parts[each.settlement.notice], now) for each in ours]
    run(connection, _READY, [row for row in back if row["b_status"] is NoticeStatus.READY])
    run(connection, _ENDED, [row for row in back if row["b_status"] is not NoticeStatus.READY])
    run(connection, _NEW_ATTEMPT, [row for each in ours for row in each.attempt()])
    run(connection, _NEW_PART, [part for every in parts.values() for part in every])
    run(connection, _MATCHED, list(_matches(ours, early)))
    became = {row["b_notice"]: row["b_status"] for row in back}
    write_occurrences(connection, _ended(ours, became, now))


def _ended(
    ours: Sequence[_Ours], became: Mapping[NoticeId, NoticeStatus], now: datetime
) -> Iterator[Occurrence]:
    """A notice was sent also where a receipt was quicker than this."""
    every: Counter[Counted] = Counter()
    for each in ours:
        channel = each.channel
        states = {each.settlement.status, became[each.settlement.notice]} - {NoticeStatus.READY}
        every.update(Counted.notice(channel, status) for status in states)
    return (Occurrence(now, what, times) for what, times in every.items())


def _still_ours(connection: Connection, settlements: Sequence[Settlement]) -> list[_Ours]:
    if not settlements:
        return []
    which = [each.notice for each in settlements]
    hold_who_may_be_told_otherwise(connection, which)
    rows = connection.execute(_HELD, {"which": which})
    held = {(row.id, row.lease): row for row in rows}
    keyed = ((each, held.pop((each.notice, each.lease), None)) for each in settlements)
    return [_Ours(each, row.tries, Channel(row.channel)) for each, row in keyed if row is not None]


def _keys(settlement: Settlement) -> list[PartKey]:
    made = settlement.attempt
    return [] if made is None else [key_of(made.gateway, id_) for id_ in made.ids]


def _reported(receipts_of_part: Sequence[Row[Any]]) -> Values:
    """What is known of a part at the moment it is written."""
    state: ReceiptState | None = None
    last: Row[Any] | None = None
    for row in receipts_of_part:
        reported = ReceiptState(row.state)
        if word_of(state, reported) is not state:
            state, last = reported, row
    if last is None:
        return {"state": None, "state_at": None, "detail": ""}
    return {"state": state, "state_at": last.at, "detail": last.detail}


def _matches(ours: Sequence[_Ours], early: Rows) -> Iterator[Values]:
    """Each receipt once, though a gateway gave two parts the same id."""
    whose = {key: each.settlement.notice for each in ours for key in _keys(each.settlement)}
    for key, rows in early.items():
        for row in rows:
            if key in whose:
                yield {"b_receipt": row.id, "b_notice": whose[key]}
