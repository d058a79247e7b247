"""A calendar as JSON: without its address, since whoever has that reads the calendar."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictStr

from personsvar.gateways.calendar.feed_address import LONGEST
from personsvar.gateways.calendar.feed_errors import in_words
from personsvar.http.api.forms import Moment
from personsvar.mailbox.calendars import LONGEST_WORD
from personsvar.mailbox.model.calendar_feed import CalendarFeed, FeedTrouble

GivenAddress = Annotated[
    StrictStr,
    Field(
        min_length=1,
        max_length=LONGEST,
        description="https:// or webcal://…; a secret that is told nobody again",
        examples=["https://calendar.example.test/private-4711/basic.ics"],
    ),
]
GivenWord = Annotated[
    StrictStr,
    Field(
        max_length=LONGEST_WORD,
        description="appointments whose title begins with it count, too; empty: none",
        examples=["Borte"],
    ),
]


class CalendarForm(BaseModel):
    id: int = Field(description="never used again")
    mailbox: str = Field(description="whose it is", examples=["+4790000001"])
    host: str = Field(description="all of its address that is shown", examples=["calendar.example.test"])
    word: str = Field(description="appointments whose title begins with it count, too")
    created_at: Moment = Field(description="when it was given")
    fetched_at: Moment | None = Field(description="when it was fetched last")
    read_at: Moment | None = Field(description="when its appointments were worked out last")
    next_at: Moment = Field(description="when it is fetched next")
    busy_times: int = Field(description="so many it gave, in the next weeks")
    unread: int = Field(description="so many appointments could not be read")
    failing_since: Moment | None = Field(description="since when it can't be had")
    failures: int = Field(description="so many tries failed in a row")
    trouble: FeedTrouble | None = Field(description="why it can't be had")
    why: str | None = Field(description="the same in words")
    owner_told: bool = Field(description="its owner was told that it has failed for a day")


class CalendarList(BaseModel):
    items: list[CalendarForm] = Field(description="in the order they were added")


class CalendarPage(BaseModel):
    items: list[CalendarForm] = Field(description="by id, ascending")
    next: str | None = Field(description="the address of the next page; null: this is the last")


class NewCalendarForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    address: GivenAddress
    word: GivenWord = ""


class CalendarChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    word: GivenWord


def calendar_form(feed: CalendarFeed) -> CalendarForm:
    return CalendarForm(
        id=feed.id,
        mailbox=feed.mailbox,
        host=feed.host,
        word=feed.word,
        created_at=feed.created_at,
        fetched_at=feed.fetched_at,
        read_at=feed.read_at,
        next_at=feed.due_at,
        busy_times=feed.spells,
        unread=feed.unread,
        failing_since=feed.failing_since,
        failures=feed.failures,
        trouble=feed.trouble,
        why=None if feed.trouble is None else in_words(feed.trouble),
        owner_told=feed.owner_told,
    )
