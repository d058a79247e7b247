"""What gateways report of the parts they took, and what that makes of a notice.

A part's first final word stays: a network that says "delivered" and then "expired" has delivered. A notice
arrived when all its parts did, and failed as soon as one has.
"""

from __future__ import annotations

from collections.abc import Sequence

from personsvar.mailbox.model.ledger import Receipt, ReceiptState
from personsvar.mailbox.model.notice import Notice, NoticeStatus
from personsvar.mailbox.notice_writer import NoticeWriter
from personsvar.mailbox.services import Services
from personsvar.mailbox.undelivered import fall_back

MOST_WAITING = 10_000
"""Receipts that belong to nothing yet. One may overtake the answer it is about, by seconds; above this the
oldest go, so that nobody fills the database with them."""
_FINAL = (ReceiptState.DELIVERED, ReceiptState.FAILED)


def word_of(before: ReceiptState | None, reported: ReceiptState) -> ReceiptState:
    """What a part's state is after this report."""
    return before if before in _FINAL else reported


def verdict(parts: Sequence[ReceiptState | None]) -> NoticeStatus | None:
    """What a sent notice is, by the states of its parts; None: still only sent."""
    if ReceiptState.FAILED in parts:
        return NoticeStatus.FAILED
    if parts and all(state is ReceiptState.DELIVERED for state in parts):
        return NoticeStatus.DELIVERED
    return None


def take_receipt(services: Services, receipt: Receipt) -> Sequence[Notice]:
    """One at a time, for a gateway that gets few."""
    return take_receipts(services, [receipt])


def take_receipts(services: Services, receipts: Sequence[Receipt]) -> Sequence[Notice]:
    """Keep them; the notices they made delivered or failed. An MMS that failed becomes an SMS.

    Committed when it returns: only then may they be acknowledged. Raise StoreUnavailableError when they
    can't be kept now.
    """
    with services.store.begin() as uow:
        over = uow.outbox.receive(receipts)
        writer = NoticeWriter(uow, services.rules, services.clock.now())
        for notice in over:
            if notice.status is NoticeStatus.FAILED:
                fall_back(writer, notice)
        uow.commit()
    return over
