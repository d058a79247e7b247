"""A notice as JSON, for the API and `personsvar notice … --json`. docs/json.md lists it, held by a test."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, PlainSerializer

from personsvar.mailbox.model.ledger import Attempt, History, Receipt
from personsvar.mailbox.model.notice import Notice
from personsvar.mailbox.written_times import in_json

HIDDEN = "••••"


Moment = Annotated[datetime, PlainSerializer(in_json, return_type=str)]


class NoticeForm(BaseModel):
    id: int = Field(description="for `notice show` and `notice resend`")
    to: str = Field(description="the subscriber it is for")
    kind: str = Field(description="why")
    channel: str = Field(description="by what")
    address: str | None = Field(description="the e-mail address, for e-mail")
    status: str = Field(description="how it stands")
    attempts: int = Field(description="how often it was tried")
    created_at: Moment = Field(description="when it was caused")
    next_at: Moment = Field(description="when it is or was due")
    finished_at: Moment | None = Field(description="when it ended")
    error: str | None = Field(description="what went wrong last")
    message: int | None = Field(description="the message it is about")
    caller: str | None = Field(description="the caller it tells of")
    seconds: float | None = Field(description="the message's length it tells of")
    urgent: bool = Field(description="it tells of an urgent message")
    new_count: int | None = Field(description="how many new messages it tells of")
    count: int | None = Field(description="how many messages it is about")
    reason: str | None = Field(description="of a missed call")
    calls: int | None = Field(description="how many calls it tells of")
    secret: str | None = Field(description="`••••` while a PIN waits to be sent, then `null`")


class AttemptForm(BaseModel):
    number: int = Field(description="1 for the first")
    at: Moment = Field(description="when it ended")
    outcome: str = Field(description="how it ended")
    gateway: str = Field(description="which gateway took it")
    ids: list[str] = Field(description="the gateway's own ids, one for each part")
    error: str | None = Field(description="what went wrong")


class ReceiptForm(BaseModel):
    gateway: str = Field(description="which gateway reported")
    gateway_id: str = Field(description="of which part")
    state: str = Field(description="what became of it")
    at: Moment = Field(description="when the report came")
    detail: str = Field(description="in the gateway's own words")


class NoticeHistoryForm(NoticeForm):
    tries: list[AttemptForm] = Field(description="each try, in order")
    receipts: list[ReceiptForm] = Field(description="each report of a gateway, in order")


def notice_form(notice: Notice) -> NoticeForm:
    return NoticeForm(**_fields(notice))  # type: ignore[arg-type] # pydantic checks each


def history_form(notice: Notice, history: History) -> NoticeHistoryForm:
    return NoticeHistoryForm(
        **_fields(notice),  # type: ignore[arg-type] # pydantic checks each
        tries=[_attempt(one) for one in history.attempts],
        receipts=[_receipt(one) for one in history.receipts],
    )


def _fields(notice: Notice) -> dict[str, object]:
    facts = notice.facts
    return {
        "id": notice.id,
        "to": notice.to,
        "kind": str(notice.kind),
        "channel": str(notice.channel),
        "address": notice.address,
        "status": str(notice.status),
        "attempts": notice.attempts,
        "created_at": notice.created_at,
        "next_at": notice.next_at,
        "finished_at": notice.finished_at,
        "error": notice.error,
        "message": facts.message,
        "caller": facts.caller,
        "seconds": None if facts.seconds is None else round(facts.seconds, 1),
        "urgent": facts.urgent,
        "new_count": facts.new_count,
        "count": facts.count,
        "reason": None if facts.why is None else str(facts.why),
        "calls": facts.calls,
        "secret": None if facts.secret is None else HIDDEN,
    }


def _attempt(attempt: Attempt) -> AttemptForm:
    return AttemptForm(
        number=attempt.number,
        at=attempt.at,
        outcome=str(attempt.outcome),
        gateway=attempt.gateway,
        ids=list(attempt.ids),
        error=attempt.error,
    )


def _receipt(receipt: Receipt) -> ReceiptForm:
    return ReceiptForm(
        gateway=receipt.gateway,
        gateway_id=receipt.gateway_id,
        state=str(receipt.state),
        at=receipt.at,
        detail=receipt.detail,
    )
