"""docs/calendar.md is held to the program."""

from __future__ import annotations

import re
from pathlib import Path

from personsvar.gateways.calendar.appointments import MOST_OCCURRENCES, MOST_SPELLS
from personsvar.gateways.calendar.feed_body import MOST_BYTES
from personsvar.gateways.calendar.feed_errors import in_words
from personsvar.gateways.calendar.feed_fetcher import FETCH_SECONDS, MOST_REDIRECTS
from personsvar.gateways.calendar.feed_reader import ReadingBounds
from personsvar.gateways.calendar.feed_visit import DAYS_AHEAD
from personsvar.mailbox.calendars import MOST_CALENDARS
from personsvar.mailbox.model.calendar_feed import FeedTrouble
from personsvar.mailbox.rules import Rules

DOCS = Path(__file__).resolve().parents[4] / "docs"
PAGE = " ".join((DOCS / "calendar.md").read_text("utf-8").split())


def test_every_trouble_stands_there_and_has_words() -> None:
    rows = re.findall(r"\| `([a-z-]+)` \| ", PAGE)
    assert rows == ["trouble", *map(str, FeedTrouble)]
    assert [
        trouble for trouble in FeedTrouble if f"`{trouble}`" not in (DOCS / "json.md").read_text("utf-8")
    ] == []
    assert all(in_words(trouble) for trouble in FeedTrouble)


def test_every_bound_is_as_it_says() -> None:
    assert (MOST_CALENDARS, MOST_REDIRECTS) == (5, 5)
    assert "may have five calendars" in PAGE
    assert "Up to five redirects" in PAGE
    assert f"`PERSONSVAR_CALENDAR_MINUTES` ({Rules().calendar_minutes:g};" in PAGE
    assert f"for the next {DAYS_AHEAD} days" in PAGE
    assert f"within {FETCH_SECONDS:g} seconds, and {MOST_BYTES // 1_000_000} MB at most" in PAGE
    bounds = ReadingBounds()
    assert f"{bounds.cpu_seconds} seconds of the processor and {bounds.memory_bytes >> 20} MB" in PAGE
    assert f"{MOST_SPELLS:,} busy times in {DAYS_AHEAD} days, or {MOST_OCCURRENCES:,} appointments" in PAGE
