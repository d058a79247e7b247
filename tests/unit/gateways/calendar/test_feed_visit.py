"""A feed is read when it is another one than before, and only then."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest

from personsvar.gateways.calendar.feed_address import feed_destination
from personsvar.gateways.calendar.feed_errors import FeedFailedError
from personsvar.gateways.calendar.feed_fetcher import FeedFetcher
from personsvar.gateways.calendar.feed_reader import FeedReader
from personsvar.gateways.calendar.feed_visit import FeedVisit, FeedVisitor
from personsvar.mailbox.model.calendar_feed import FeedReading, FeedTrouble, FeedVersion
from tests.wire.http_peer import HttpPeer, answer, http_peer
from tests.wire.icalendar_text import calendar, meeting

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
FEED = calendar(meeting(NOW, NOW + HOUR)).decode()


async def visited(peer: HttpPeer, known: FeedVersion | None = None) -> FeedReading | FeedVersion:
    networks = (ip_network("127.0.0.0/8"),)
    visitor = FeedVisitor(FeedFetcher(networks=networks, tls=ssl.create_default_context()), FeedReader())
    where = feed_destination(f"http://127.0.0.1:{peer.port}/feed.ics")
    try:
        return await visitor.visit(FeedVisit(where, "Europe/Oslo", "", known or FeedVersion()), NOW)
    finally:
        await visitor.close()


async def first(peer: HttpPeer) -> FeedVersion:
    read = await visited(peer)
    assert isinstance(read, FeedReading)
    assert [spell.ends_at for spell in read.spells] == [NOW + HOUR]
    return read.version


async def test_one_the_server_knows_to_be_the_same_is_not_sent_again() -> None:
    def etag_says() -> bytes:
        return answer(304) if "if-none-match" in peer.asked[-1].headers else answer(200, FEED, ETag='"v1"')

    async with http_peer(lambda _: etag_says()) as peer:
        known = await first(peer)
        assert await visited(peer, known) == known
    assert known.etag == '"v1"'


async def test_one_that_only_says_anew_when_it_was_asked_is_the_same() -> None:
    said = iter([FEED, FEED.replace("DTSTAMP:20260101T000000Z", "DTSTAMP:20260302T093000Z")])
    etags = iter(['"v1"', '"v2"'])
    async with http_peer(lambda _: answer(200, next(said), ETag=next(etags))) as peer:
        known = await first(peer)
        again = await visited(peer, known)
    assert again == FeedVersion('"v2"', None, known.digest)


async def test_one_that_changed_is_read() -> None:
    said = iter([FEED, calendar(meeting(NOW, NOW + 2 * HOUR)).decode()])
    async with http_peer(lambda _: answer(200, next(said))) as peer:
        again = await visited(peer, await first(peer))
    assert isinstance(again, FeedReading)
    assert [spell.ends_at for spell in again.spells] == [NOW + 2 * HOUR]


async def test_a_page_to_log_in_at_is_no_calendar() -> None:
    async with http_peer(lambda _: answer(200, "<html>Sign in</html>")) as peer:
        with pytest.raises(FeedFailedError) as raised:
            await visited(peer)
    assert raised.value.trouble is FeedTrouble.NO_CALENDAR
