"""Notices in an operator's words: why, by what, and what became of them; never what stands in one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from personsvar.http.pages.operator.operator_page import OperatorAtWork
from personsvar.mailbox.model.ids import NoticeId
from personsvar.mailbox.model.ledger import Attempt, AttemptOutcome, History, Receipt, ReceiptState
from personsvar.mailbox.model.notice import Notice, NoticeStatus

UNDER_WAY = (NoticeStatus.READY, NoticeStatus.LEASED)
LOST = (NoticeStatus.FAILED, NoticeStatus.DEAD)


@dataclass(frozen=True, slots=True)
class ShownNotice:
    id: NoticeId
    what: str
    channel: str
    address: str
    when: str
    status: str
    due: str
    """When it goes out, while it waits."""
    ended: str
    error: str
    attempts: int
    is_lost: bool
    may_go_again: bool
    seen: str
    """What the form to send it again was made for."""


@dataclass(frozen=True, slots=True)
class ShownStep:
    """A try, or a receipt."""

    what: str
    when: str
    detail: str
    is_wrong: bool


def shown_notice(work: OperatorAtWork, notice: Notice) -> ShownNotice:
    waits, ended = notice.status in UNDER_WAY, notice.finished_at
    return ShownNotice(
        id=notice.id,
        what=work.said(f"notice.{notice.kind}"),
        channel=work.said(f"channel.{notice.channel}"),
        address=notice.address or "",
        when=work.moment(notice.created_at),
        status=work.said(f"status.{notice.status}"),
        due=work.moment(notice.next_at) if waits else "",
        ended="" if ended is None else work.moment(ended),
        error=notice.error or "",
        attempts=notice.attempts,
        is_lost=notice.status in LOST,
        may_go_again=not waits,
        seen=ended_mark(notice),
    )


def ended_mark(notice: Notice) -> str:
    """Another one each time it ends: a form that is sent twice sends it again once."""
    return "" if notice.finished_at is None else notice.finished_at.isoformat()


def shown_history(work: OperatorAtWork, history: History) -> Sequence[ShownStep]:
    """In the order of time."""
    steps = [(one.at, _try(work, one)) for one in history.attempts]
    steps += [(one.at, _receipt(work, one)) for one in history.receipts]
    return [shown for _, shown in sorted(steps, key=lambda step: step[0])]


def _try(work: OperatorAtWork, attempt: Attempt) -> ShownStep:
    return ShownStep(
        what=work.said(f"try.{attempt.outcome}", number=attempt.number),
        when=work.moment(attempt.at),
        detail=" · ".join(word for word in (attempt.gateway, attempt.error or "") if word),
        is_wrong=attempt.outcome is not AttemptOutcome.ACCEPTED,
    )


def _receipt(work: OperatorAtWork, receipt: Receipt) -> ShownStep:
    return ShownStep(
        what=work.said(f"receipt.{receipt.state}"),
        when=work.moment(receipt.at),
        detail=" · ".join(word for word in (receipt.gateway, receipt.detail) if word),
        is_wrong=receipt.state is ReceiptState.FAILED,
    )
