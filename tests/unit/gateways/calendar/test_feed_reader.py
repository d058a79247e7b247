"""A feed is read in a process of its own, with bounds that no feed gets around."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
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


@asynccontextmanager
async def feed_reader(**bounds: float) -> AsyncIterator[FeedReader]:
    reader = FeedReader(ReadingBounds(**{"seconds": 120, **bounds}), at_once=1)  # type: ignore[arg-type]
    try:
        yield reader
    finally:
        await reader.close()


async def trouble(content: bytes, **bounds: float) -> FeedTrouble:
    async with feed_reader(**bounds) as reader:
        with pytest.raises(FeedFailedError) as raised:
            await reader.read(content, QUESTION)
        return raised.value.trouble


async def test_what_the_process_finds_is_told() -> None:
    free = "DTSTART;VALUE=DATE:20260310|SUMMARY:Fri|TRANSP:TRANSPARENT"
    content = calendar(meeting(NOW, NOW + HOUR), free, "SUMMARY:no start")
    async with feed_reader() as reader:
        spells, unread = await reader.read(content, QUESTION)
    day = datetime(2026, 3, 9, 23, 0, tzinfo=UTC)
    assert set(spells) == {
        BusySpell(NOW, NOW + HOUR, BusyReason.MEETING),
        BusySpell(day, day + 24 * HOUR, BusyReason.OTHER),
    }
    assert unread == 1


async def test_one_feed_after_the_other_is_read_and_none_learns_from_another() -> None:
    """The first calls a zone by a name that the second uses, too, and says another time of it."""
    zone = "BEGIN:VTIMEZONE|TZID:Ours|BEGIN:STANDARD|DTSTART:19700101T000000|TZOFFSETFROM:{0}|TZOFFSETTO:{0}"
    head = zone + "|END:STANDARD|END:VTIMEZONE"
    at_ten = "DTSTART;TZID=Ours:20260303T100000|DURATION:PT1H"
    async with feed_reader() as reader:
        for offset, hour in (("+0500", 5), ("-0200", 12)):
            ((spell,), _) = await reader.read(calendar(at_ten, head=head.format(offset)), QUESTION)
            assert spell.starts_at.hour == hour


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


@pytest.mark.parametrize("bounds", [{"seconds": 0.5}, {"cpu_seconds": 1}], ids=str)
async def test_the_next_one_is_read_after_one_that_was_ended(bounds: dict[str, float]) -> None:
    async with feed_reader(**bounds) as reader:
        with pytest.raises(FeedFailedError):
            await reader.read(calendar(f"DTSTART:19000302T100000Z|{SECONDS}"), QUESTION)
        spells = await read_in_the_end(reader)
    assert len(spells) == 1


async def test_the_next_one_is_read_after_the_process_was_killed(caplog: pytest.LogCaptureFixture) -> None:
    async with feed_reader() as reader:
        await read_in_the_end(reader)
        (pid,) = pids_of(reader)
        os.killpg(pid, signal.SIGKILL)
        with pytest.raises(FeedFailedError):
            await reader.read(calendar(), QUESTION)
        assert len(await read_in_the_end(reader)) == 1
    assert [record.getMessage() for record in caplog.records] == ["the process that reads calendars ended"]


async def read_in_the_end(reader: FeedReader) -> Sequence[BusySpell]:
    """However slow this machine is."""
    while True:
        with suppress(FeedFailedError):
            spells, _ = await reader.read(calendar(meeting(NOW, NOW + HOUR)), QUESTION)
            return spells


async def test_who_is_closed_leaves_no_process_behind() -> None:
    reader = FeedReader()
    await read_in_the_end(reader)
    pids = pids_of(reader)
    await reader.close()
    assert pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


async def test_who_is_closed_while_it_reads_ends_at_once() -> None:
    """A service that is stopped in the midst of a feed."""
    reader = FeedReader(at_once=1)
    await read_in_the_end(reader)
    (pid,) = pids_of(reader)
    reading = asyncio.create_task(reader.read(calendar(f"DTSTART:19000302T100000Z|{SECONDS}"), QUESTION))
    await asyncio.sleep(0)  # it is asked
    await reader.close()
    with pytest.raises(FeedFailedError):
        await reading
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def pids_of(reader: FeedReader) -> list[int]:
    return [it._process.pid for it in reader._processes if it._process.pid is not None]
