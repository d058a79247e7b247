"""Calendars that are due are fetched over real HTTP, read in a process, and become absences."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest

from personsvar.encryption.vault import FernetVault, new_key
from personsvar.gateways.calendar.calendar_refresher import CalendarRefresher
from personsvar.gateways.calendar.calendar_setup import CalendarSetup
from personsvar.gateways.calendar.feed_fetcher import FeedFetcher
from personsvar.gateways.calendar.feed_reader import FeedReader
from personsvar.gateways.calendar.feed_visit import FeedVisitor
from personsvar.mailbox.audit import by_phone
from personsvar.mailbox.calendars import calendars_of
from personsvar.mailbox.errors import MailboxError, StoreUnavailableError
from personsvar.mailbox.model.availability import Absence
from personsvar.mailbox.model.calendar_feed import CalendarFeed, FeedTrouble
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from tests.fakes.bank_holidays import NamedBankHolidays
from tests.fakes.clock_and_chance import SeededDice, SetClock
from tests.fakes.memory import MemoryStore
from tests.wire.feed_server import FeedServer, feed_server
from tests.wire.icalendar_text import calendar, meeting

pytestmark = pytest.mark.anyio

OLA = Number("+4790000001")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTES = "RRULE:FREQ=MINUTELY;COUNT=100000"
LOOPBACK = ip_network("127.0.0.0/8")


class Diary:
    """A subscriber, a server with a feed, and what fetches it."""

    def __init__(self, feeds: FeedServer) -> None:
        self.feeds = feeds
        self.store, self.clock = MemoryStore(), SetClock(NOW)
        vault = FernetVault(new_key())
        self.services = Services(self.store, self.clock, SeededDice(), vault, Rules(), NamedBankHolidays())
        self.refresher = CalendarRefresher(self.services, self.visitor)
        self.owner = Subscriber(OLA)
        with self.store.begin() as uow:
            uow.subscribers.add(self.owner)
            uow.commit()
        self.says(meeting(NOW, NOW + HOUR))

    def says(self, *events: str) -> None:
        self.feeds.content = calendar(*events)

    def visitor(self, *, allowed: bool = True) -> FeedVisitor:
        networks = (LOOPBACK,) if allowed else ()
        return FeedVisitor(FeedFetcher(networks=networks, tls=ssl.create_default_context()), FeedReader())

    async def add(self, path: str = "/hush", word: str = "", *, allowed: bool = True) -> CalendarFeed:
        visitor = self.visitor(allowed=allowed)
        try:
            setup = CalendarSetup(self.services, visitor)
            return await setup.add(self.owner, self.feeds.address(path), word, by=by_phone(OLA))
        finally:
            await visitor.close()

    def copies(self, feed: CalendarFeed, count: int) -> None:
        with self.store.begin() as uow:
            for _ in range(count):
                uow.calendars.add(replace(feed, due_at=NOW))
            uow.commit()

    def kept(self) -> list[CalendarFeed]:
        return list(calendars_of(self.services, OLA))

    def absences(self) -> list[Absence]:
        with self.store.look() as uow:
            return list(uow.absences.not_over(OLA, at=NOW))


def adding(diary: Diary) -> CalendarFeed:
    return asyncio.run(diary.add())


@pytest.fixture
def diary() -> Iterator[Diary]:
    with feed_server() as feeds:
        yield Diary(feeds)


async def test_a_calendar_that_is_given_is_read_at_once(diary: Diary) -> None:
    feed = await diary.add()
    assert [(it.starts_at, it.ends_at) for it in diary.absences()] == [(NOW, NOW + HOUR)]
    assert diary.kept() == [feed]
    assert feed.host == f"127.0.0.1:{diary.feeds.port}"
    assert diary.services.vault.open(feed.address) == diary.feeds.address("/hush")


REFUSED = {
    "in a private network": (200, calendar()),
    "not shared any more": (404, b""),
    "has a fault": (503, b""),
    "no calendar": (200, b"<html>hush</html>"),
    "larger than 2 MB": (200, calendar(*["SUMMARY:hush"] * 60_000)),
    "more appointments": (200, calendar(f"DTSTART:20260302T100000Z|DURATION:PT1S|{MINUTES}")),
}


@pytest.mark.parametrize("why", REFUSED)
async def test_one_that_can_not_be_used_is_refused_with_why_and_nothing_is_changed_or_repeated(
    diary: Diary, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    allowed = why != "in a private network"
    diary.feeds.status, diary.feeds.content = REFUSED[why]
    before = diary.store.commits
    with pytest.raises(MailboxError, match=f"the calendar was not taken: .*{why}") as raised:
        await diary.add(allowed=allowed)
    assert (diary.store.commits, diary.kept(), diary.absences()) == (before, [], [])
    assert len(diary.feeds.asked) == int(allowed)
    assert "hush" not in str(raised.value)
    assert "hush" not in caplog.text


async def test_the_same_one_is_not_taken_twice(diary: Diary) -> None:
    await diary.add()
    with pytest.raises(MailboxError, match="has that calendar already: it is calendar 1") as raised:
        await diary.add()
    assert "hush" not in str(raised.value)
    await diary.add("/another")
    assert len(diary.kept()) == 2


async def test_by_the_subscribers_word_a_free_day_counts(diary: Diary) -> None:
    diary.says("DTSTART;VALUE=DATE:20260303|SUMMARY:Borte|TRANSP:TRANSPARENT")
    await diary.add(word=" borte ")
    (absence,) = diary.absences()
    assert absence.ends_at - absence.starts_at == 24 * HOUR


def test_a_round_fetches_what_is_due_and_nothing_else(diary: Diary) -> None:
    diary.says(meeting(NOW, NOW + 5 * HOUR))
    adding(diary)
    assert diary.refresher.once() == 0
    diary.says(meeting(NOW + 2 * HOUR, NOW + 3 * HOUR))
    diary.clock.go_on(hours=1)
    assert diary.refresher.once() == 1
    assert [it.starts_at for it in diary.absences()] == [NOW + 2 * HOUR]
    assert diary.refresher.once() == 0
    diary.clock.go_on(hours=1)
    assert diary.refresher.once() == 1
    assert dict(diary.refresher.outcomes) == {"changed": 1, "unchanged": 1}


def test_a_hundred_calendars_are_fetched_beside_each_other_in_one_round(diary: Diary) -> None:
    diary.feeds.etag = '"v1"'
    diary.copies(adding(diary), 120)
    diary.feeds.asked.clear()
    assert diary.refresher.once() == 120
    assert len(diary.feeds.asked) == 120
    assert {it.trouble for it in diary.kept()} == {None}
    assert diary.refresher.outcomes["unchanged"] == 120


def test_a_round_with_nothing_to_do_asks_the_store_once(diary: Diary) -> None:
    before = diary.store.commits
    assert diary.refresher.once() == 0
    assert diary.store.commits == before + 1


def test_a_round_takes_nothing_more_when_its_time_is_over(diary: Diary) -> None:
    diary.copies(adding(diary), 60)
    diary.refresher.round_seconds = 0
    assert diary.refresher.once() == 0


def test_one_that_fails_is_told_in_the_log_when_it_begins_to_and_without_its_address(
    diary: Diary, caplog: pytest.LogCaptureFixture
) -> None:
    adding(diary)
    diary.feeds.status = 403
    for _ in range(3):
        diary.clock.go_on(hours=6)
        assert diary.refresher.once() == 1
    (told,) = caplog.records
    assert told.getMessage() == "a calendar can't be had"
    assert told.__dict__["why"] == "refused"
    assert "hush" not in str(told.__dict__)
    assert diary.kept()[0].failures == 3


def test_one_whose_address_another_key_sealed_fails_and_is_told(diary: Diary) -> None:
    adding(diary)
    diary.refresher.services = replace(diary.services, vault=FernetVault(new_key()))
    diary.clock.go_on(hours=1)
    assert diary.refresher.once() == 1
    assert diary.kept()[0].trouble is FeedTrouble.SEALED


def test_an_error_of_ours_costs_one_calendar_and_no_other(
    diary: Diary, caplog: pytest.LogCaptureFixture
) -> None:
    adding(diary)

    class FaultyVisitor(FeedVisitor):
        async def visit(self, *_: object) -> None:  # type: ignore[override]
            raise RuntimeError(diary.feeds.address())

    diary.refresher.make_visitor = lambda: FaultyVisitor(None, FeedReader())  # type: ignore[arg-type]
    diary.copies(diary.kept()[0], 2)
    assert diary.refresher.once() == 2
    assert {record.__dict__["why"] for record in caplog.records} == {"RuntimeError", "fault"}
    assert "hush" not in "".join(str(record.__dict__) for record in caplog.records)


def test_while_the_database_is_away_a_round_says_so(diary: Diary) -> None:
    adding(diary)
    diary.store.away = True
    with pytest.raises(StoreUnavailableError):
        diary.refresher.once()
