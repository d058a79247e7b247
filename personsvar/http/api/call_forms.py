"""A call of the call log as JSON, for the API and `personsvar call list --json`: see docs/json.md."""

from __future__ import annotations

from pydantic import BaseModel, Field

from personsvar.http.api.forms import Moment
from personsvar.mailbox.model.call_record import CallRecord


class CallForm(BaseModel):
    id: int = Field(description="of the row; never used again")
    began_at: Moment = Field(description="when the call came")
    caller: str | None = Field(description="from where; null when withheld or unknown")
    mailbox: str | None = Field(description="whose mailbox it was about")
    came_of: str = Field(description="what came of it", examples=["message"])
    reason: str | None = Field(description="of a missed call, why", examples=["hung-up"])
    seconds: float = Field(description="how long it went on", examples=[21.5])
    listened: bool = Field(description="whoever was in the mailbox heard a message")
    call_id: str = Field(description="the switch's unique id of the call")


def call_form(call: CallRecord) -> CallForm:
    return CallForm(
        id=call.id,
        began_at=call.began_at,
        caller=call.caller,
        mailbox=call.mailbox,
        came_of=str(call.came_of),
        reason=None if call.reason is None else str(call.reason),
        seconds=round(call.seconds, 1),
        listened=call.listened,
        call_id=call.call_id,
    )
