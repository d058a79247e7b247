"""A feed is read in a process of its own, with bounds that no feed gets around."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest

from personsvar.gateways.calendar.feed_errors import FeedFailedError
from personsvar.gateways.calendar.feed_reader import FeedQuestion, FeedReader, ReadingBounds
from personsvar.mailbox.model.calendar_feed import BusyReason, BusySpell, FeedTrouble
from tests.wire.icalendar_text import calendar, meeting

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTES = "RRULE:FREQ=MINUTELY;COUNT=100000"
SECONDS = "DURATION:PT1S|RRULE:FREQ=SECONDLY|SUMMARY:hush"
QUESTION = FeedQuestion(NOW, NOW + timedelta(days=30), "Europe/Oslo", "fri")


async def trouble(content: bytes, **bounds: float) -> FeedTrouble:
    reader = FeedReader(ReadingBounds(**{"seconds": 120, **bounds}))  # type: ignore[arg-type]
    with pytest.raises(FeedFailedError) as raised:
        await reader.read(content, QUESTION)
    return raised.value.trouble


async def test_what_the_process_finds_is_told() -> None:
    free = "DTSTART;VALUE=DATE:20260310|SUMMARY:Fri|TRANSP:TRANSPARENT"
    content = calendar(meeting(NOW, NOW + HOUR), free, "SUMMARY:no start")
    spells, unread = await FeedReader().read(content, QUESTION)
    day = datetime(2026, 3, 9, 23, 0, tzinfo=UTC)
    assert set(spells) == {
        BusySpell(NOW, NOW + HOUR, BusyReason.MEETING),
        BusySpell(day, day + 24 * HOUR, BusyReason.OTHER),
    }
    assert unread == 1


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<html>hush</html>", FeedTrouble.NO_CALENDAR),
        (calendar(f"DTSTART:20260302T100000Z|DURATION:PT1S|{MINUTES}"), FeedTrouble.TOO_MANY),
    ],
)
async def test_what_can_not_be_read_is_told_why(content: bytes, why: FeedTrouble) -> None:
    assert await trouble(content) is why


@pytest.mark.parametrize(
    "bounds", [{"seconds": 0.5}, {"cpu_seconds": 1}, {"memory_bytes": 48_000_000}], ids=str
)
async def test_what_takes_too_much_is_ended_and_nothing_of_it_is_logged(
    bounds: dict[str, float], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert await trouble(calendar(f"DTSTART:20260302T000000Z|{SECONDS}"), **bounds) is FeedTrouble.TOO_SLOW
    assert "hush" not in caplog.text


async def test_the_next_one_is_read_after_one_that_was_ended() -> None:
    reader = FeedReader(ReadingBounds(seconds=120, cpu_seconds=1), at_once=1)
    with pytest.raises(FeedFailedError):
        await reader.read(calendar(f"DTSTART:19000302T100000Z|{SECONDS}"), QUESTION)
    spells, _ = await reader.read(calendar(meeting(NOW, NOW + HOUR)), QUESTION)
    assert len(spells) == 1
