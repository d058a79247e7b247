"""What gateways report of the parts they took, and what that makes of a notice.

A part's first final word stays: a network that says "delivered" and then "expired" has delivered. A notice
arrived when all its parts did, and failed as soon as one has.
"""

from __future__ import annotations

from collections.abc import Sequence

from personsvar.mailbox.model import NoticeStatus, ReceiptState

FINAL = (ReceiptState.DELIVERED, ReceiptState.FAILED)


def word_of(before: ReceiptState | None, reported: ReceiptState) -> ReceiptState:
    """What a part's state is after this report."""
    return before if before in FINAL else reported


def verdict(parts: Sequence[ReceiptState | None]) -> NoticeStatus | None:
    """What a sent notice is, by the states of its parts; None: still only sent."""
    if ReceiptState.FAILED in parts:
        return NoticeStatus.FAILED
    if parts and all(state is ReceiptState.DELIVERED for state in parts):
        return NoticeStatus.DELIVERED
    return None
