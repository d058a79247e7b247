"""A message as JSON, for the API and `personsvar message list --json`: see docs/json.md."""

from __future__ import annotations

from pydantic import BaseModel, Field

from personsvar.http.api.forms import Moment
from personsvar.mailbox.model.message import Message
from personsvar.mailbox.model.transcript import Understanding


class MessageForm(BaseModel):
    id: int = Field(description="never used again")
    mailbox: str = Field(description="whose it is", examples=["+4790000001"])
    caller: str | None = Field(description="who left it; null when withheld or unknown")
    received_at: Moment = Field(description="when the call came")
    seconds: float = Field(description="how long it is", examples=[21.5])
    urgent: bool = Field(description="marked urgent by the caller")
    state: str = Field(description="`new`, `heard`, `saved` or `deleted`", examples=["new"])
    changed_at: Moment | None = Field(description="when the state last changed")
    transcript: str | None = Field(
        description="how well it was understood: `text`, `unsure` or `not-understood`; null: no transcript"
    )
    spool_id: str = Field(description="the switch's unique id of the call")


def message_form(message: Message, transcript: Understanding | None) -> MessageForm:
    return MessageForm(
        id=message.id,
        mailbox=message.mailbox,
        caller=message.caller,
        received_at=message.received_at,
        seconds=round(message.sound.seconds, 1),
        urgent=message.urgent,
        state=str(message.state),
        changed_at=message.changed_at,
        transcript=None if transcript is None else str(transcript),
        spool_id=message.spool_id,
    )
