"""A calendar as its owner reads it: where it is, what it gave, what is wrong. Its address is not shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from personsvar.http.pages.message_shown import moment
from personsvar.http.pages.page_texts import said
from personsvar.mailbox.model.calendar_feed import CalendarFeed
from personsvar.mailbox.model.ids import CalendarId
from personsvar.mailbox.model.subscriber import Subscriber


@dataclass(frozen=True, slots=True)
class ShownCalendar:
    id: CalendarId
    host: str
    word: str
    state: str
    trouble: str
    """Empty: it could be had the last time."""


def shown_calendar(feed: CalendarFeed, owner: Subscriber, now: datetime) -> ShownCalendar:
    return ShownCalendar(feed.id, feed.host, feed.word, _state(feed, owner, now), _trouble(feed, owner, now))


def _state(feed: CalendarFeed, owner: Subscriber, now: datetime) -> str:
    language = owner.language
    if feed.fetched_at is None:
        return said(language, "calendars.never")
    when = moment(feed.fetched_at, owner, now)
    told = said(language, "calendars.fetched", when=when, count=feed.spells)
    unread = said(language, "calendars.unread", count=feed.unread)
    return f"{told} {unread}" if feed.unread else told


def _trouble(feed: CalendarFeed, owner: Subscriber, now: datetime) -> str:
    if feed.trouble is None or feed.failing_since is None:
        return ""
    why = said(owner.language, f"calendars.wrong_{feed.trouble}")
    return said(owner.language, "calendars.failing", since=moment(feed.failing_since, owner, now), why=why)
