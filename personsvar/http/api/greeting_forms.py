"""Greetings as JSON, for the API."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, Field

from personsvar.http.api.forms import Moment
from personsvar.http.api.parameters import LARGEST_ID
from personsvar.mailbox.model.greeting import GreetingKind, GreetingVersion


class GreetingForm(BaseModel):
    id: int = Field(description="of this version; never used again")
    kind: GreetingKind = Field(description="which greeting it is a version of")
    seconds: float = Field(description="how long it is", examples=[7.4])
    recorded_at: Moment = Field(description="when it was recorded, or uploaded")
    in_use: bool = Field(description="callers hear it, where they hear its kind")


class GreetingList(BaseModel):
    items: list[GreetingForm] = Field(description="every version that is kept, the oldest first")


class GreetingChoice(BaseModel, extra="forbid"):
    version: int = Field(ge=1, le=LARGEST_ID, description="the id of the version callers are to hear")
    until: date | None = Field(None, description="of an absence greeting: its last day")


def greeting_form(version: GreetingVersion) -> GreetingForm:
    greeting = version.greeting
    return GreetingForm(
        id=greeting.id,
        kind=greeting.kind,
        seconds=round(greeting.sound.seconds, 1),
        recorded_at=greeting.recorded_at,
        in_use=version.in_use,
    )
