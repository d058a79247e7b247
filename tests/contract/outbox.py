"""The words the outbox's tests are written in: each a transaction of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from personsvar.mailbox.model.ids import NoticeId
from personsvar.mailbox.model.ledger import (
    Attempt,
    AttemptOutcome,
    History,
    Receipt,
    ReceiptState,
    Settlement,
)
from personsvar.mailbox.model.notice import Channel, Facts, NewNotice, Notice, NoticeStatus
from personsvar.mailbox.ports.store import Store
from tests.contract.stores import NOON, OpenStore, notice

SMSC = "smsc.example.test:2775"
ON_ITS_WAY, DELIVERED, FAILED = ReceiptState


def add(
    store: OpenStore,
    key: str = "message:1:sms",
    *,
    seconds: float = 0,
    channel: Channel = Channel.SMS,
    facts: Facts | None = None,
) -> NoticeId:
    with store.begin() as work:
        added = work.outbox.add(notice(key, seconds=seconds, channel=channel, facts=facts))
        work.commit()
    assert added is not None
    return added


def claim(
    store: OpenStore, *, now: datetime = NOON, limit: int = 10, channels: Sequence[str] = ("sms",)
) -> Sequence[Notice]:
    with store.begin() as work:
        claimed = work.outbox.claim(channels=channels, now=now, lease_seconds=60, limit=limit)
        work.commit()
    return claimed


def settle(
    store: OpenStore,
    held: Notice,
    status: NoticeStatus,
    *,
    now: datetime = NOON,
    next_at: datetime | None = None,
    error: str | None = None,
) -> bool:
    assert held.lease is not None
    said = Settlement(held.id, held.lease, status, next_at=next_at, error=error)
    with store.begin() as work:
        written = work.outbox.settle([said], now=now)
        work.commit()
    assert written <= {held.id}
    return bool(written)


def look(store: OpenStore, id_: NoticeId) -> Notice:
    with store.look() as work:
        found = work.outbox.get(id_)
    assert found is not None
    return found


def put(store: Store, *notices: NewNotice) -> list[NoticeId | None]:
    with store.begin() as work:
        added = [work.outbox.add(each) for each in notices]
        work.commit()
    return added


def tried(
    outcome: AttemptOutcome = AttemptOutcome.ACCEPTED,
    *ids: str,
    seconds: float = 0,
    error: str | None = None,
    gateway: str = SMSC,
) -> Attempt:
    """An attempt as a worker tells of it; its number is the ledger's business."""
    return Attempt(1, NOON + timedelta(seconds=seconds), outcome, gateway, ids, error)


def settled(
    held: Notice,
    status: NoticeStatus,
    attempt: Attempt | None = None,
    *,
    next_at: datetime | None = None,
    spent: bool = True,
) -> Settlement:
    assert held.lease is not None
    error = None if attempt is None else attempt.error
    return Settlement(held.id, held.lease, status, attempt, next_at, error, spent)


def write_back(store: Store, *settlements: Settlement, now: datetime = NOON) -> frozenset[NoticeId]:
    with store.begin() as work:
        ours = work.outbox.settle(settlements, now=now)
        work.commit()
    return ours


def send(store: OpenStore, *ids: str, key: str = "message:1:sms") -> NoticeId:
    """A notice that a gateway took, under these ids."""
    added = add(store, key)
    (held,) = claim(store)
    assert write_back(store, settled(held, NoticeStatus.SENT, tried(AttemptOutcome.ACCEPTED, *ids))) == {
        added
    }
    return added


def receipt(
    id_: str,
    state: ReceiptState = DELIVERED,
    *,
    seconds: float = 10,
    detail: str = "",
    gateway: str = SMSC,
) -> Receipt:
    return Receipt(gateway, id_, state, NOON + timedelta(seconds=seconds), detail)


def receive(store: Store, *receipts: Receipt) -> list[tuple[NoticeId, NoticeStatus]]:
    """What they made of notices."""
    with store.begin() as work:
        over = work.outbox.receive(receipts)
        work.commit()
    return [(each.id, each.status) for each in over]


def history(store: Store, id_: NoticeId) -> History:
    with store.look() as work:
        return work.outbox.history(id_)
