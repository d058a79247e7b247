"""A feed over real HTTP on loopback: what is asked, what is taken, and where nobody is asked at all."""

from __future__ import annotations

import asyncio
import gzip
import logging
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from personsvar.gateways.calendar.feed_address import feed_destination
from personsvar.gateways.calendar.feed_body import MOST_BYTES
from personsvar.gateways.calendar.feed_errors import FeedFailedError
from personsvar.gateways.calendar.feed_fetcher import MOST_REDIRECTS, FeedFetcher, FetchedFeed
from personsvar.gateways.public_addresses import Address, Resolve, system_resolve
from personsvar.gateways.trust import trusting
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.calendar_feed import FeedTrouble, FeedVersion
from tests.real.ports import free_tcp_port
from tests.wire.certificates import Made, certificate_for
from tests.wire.http_peer import CLOSE, SILENCE, Asked, HttpPeer, Say, answer, http_peer
from tests.wire.icalendar_text import calendar
from tests.wire.loopback_server import loopback_server

pytestmark = pytest.mark.anyio

LOOPBACK = (ip_network("127.0.0.0/8"),)
NOTHING = FeedVersion()
FEED = calendar("DTSTART:20260303T100000Z|DURATION:PT1H|SUMMARY:Budsjett").decode()
MORNING = "Mon, 02 Mar 2026 08:00:00 GMT"
SECRET = "/private-4f1c9b/basic.ics?token=hush"


def fetcher(*, resolve: Resolve = system_resolve, seconds: float = 10, **other: object) -> FeedFetcher:
    known = {"networks": LOOPBACK, "tls": ssl.create_default_context(), **other}
    return FeedFetcher(resolve=resolve, seconds=seconds, **known)  # type: ignore[arg-type]


def at(peer: HttpPeer, path: str = SECRET, *, host: str = "127.0.0.1") -> str:
    return f"http://{host}:{peer.port}{path}"


async def fetched(
    url: str, known: FeedVersion = NOTHING, by: FeedFetcher | None = None
) -> FetchedFeed | None:
    return await (by or fetcher()).fetch(feed_destination(url), known)


async def trouble(url: str, by: FeedFetcher | None = None) -> FeedTrouble:
    with pytest.raises(FeedFailedError) as raised:
        await fetched(url, by=by)
    assert "hush" not in repr(raised.value)
    return raised.value.trouble


def leading_to(*addresses: str) -> Resolve:
    """One each time it is asked, and the last from then on."""
    left = list(addresses)

    async def resolve(_: str) -> Sequence[Address]:
        return [ip_address(left.pop(0) if len(left) > 1 else left[0])]

    return resolve


def packed(body: bytes, packing: str) -> bytes:
    head = f"HTTP/1.1 200 x\r\nContent-Encoding: {packing}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


@asynccontextmanager
async def tls_peer(say: Say, made: Made) -> AsyncIterator[HttpPeer]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(made.certificate, made.key)
    async with http_peer(say, tls=tls) as peer:
        yield peer


async def test_a_feed_is_asked_for_as_a_calendar_and_comes_with_its_marks() -> None:
    said = answer(200, FEED, ETag='"v1"', Last_Modified=MORNING, Content_Type="text/html")
    async with http_peer(lambda _: said) as peer:
        got = await fetched(at(peer).replace("://", "://kari:h%40sh@"))
    assert got == FetchedFeed(FEED.encode(), '"v1"', MORNING)
    (asked,) = peer.asked
    assert (asked.method, asked.target) == ("GET", SECRET)
    assert asked.headers["accept"].startswith("text/calendar")
    assert asked.headers["authorization"] == "Basic a2FyaTpoQHNo"
    assert "if-none-match" not in asked.headers


async def test_what_is_known_already_is_not_sent_again() -> None:
    def say(asked: Asked) -> bytes:
        assert asked.headers["if-modified-since"] == MORNING
        return answer(304) if asked.headers["if-none-match"] == '"v1"' else answer(200, FEED)

    async with http_peer(say) as peer:
        known = FeedVersion('"v1"', MORNING)
        assert await fetched(at(peer), known) is None
        changed = await fetched(at(peer), FeedVersion('"v0"', known.last_modified))
    assert changed is not None
    assert changed.content == FEED.encode()


async def test_unchanged_without_a_question_is_no_answer() -> None:
    async with http_peer(lambda _: answer(304)) as peer:
        assert await trouble(at(peer)) is FeedTrouble.FAULT


@pytest.mark.parametrize("etag", ["x" * 5000, "v\u00e6", ""])
async def test_a_mark_that_could_not_be_sent_back_is_none(etag: str) -> None:
    async with http_peer(lambda _: answer(200, FEED, ETag=etag)) as peer:
        got = await fetched(at(peer))
    assert got is not None
    assert got.etag is None


@pytest.mark.parametrize(
    ("status", "means"),
    [
        (401, FeedTrouble.REFUSED),
        (403, FeedTrouble.REFUSED),
        (404, FeedTrouble.REFUSED),
        (410, FeedTrouble.REFUSED),
        (429, FeedTrouble.FAULT),
        (500, FeedTrouble.FAULT),
        (503, FeedTrouble.FAULT),
        (204, FeedTrouble.FAULT),
    ],
)
async def test_what_an_answer_means(status: int, means: FeedTrouble) -> None:
    async with http_peer(lambda _: answer(status, "who are you?")) as peer:
        assert await trouble(at(peer)) is means


async def test_nobody_there_or_nobody_who_answers() -> None:
    assert await trouble(f"http://127.0.0.1:{free_tcp_port()}/") is FeedTrouble.AWAY
    for say in (SILENCE, CLOSE):
        async with http_peer(lambda _, say=say: say) as peer:  # type: ignore[misc]
            assert await trouble(at(peer), fetcher(seconds=0.5)) is FeedTrouble.AWAY


async def test_a_name_nobody_knows_and_a_resolver_that_hangs() -> None:
    async def unknown(_: str) -> Sequence[Address]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    async def hanging(_: str) -> Sequence[Address]:
        await asyncio.Event().wait()
        return []

    for resolve in (unknown, hanging):
        by = fetcher(resolve=resolve, seconds=0.3)
        assert await trouble("https://calendar.example.test/x", by) is FeedTrouble.AWAY


async def test_a_server_that_sends_a_little_now_and_then_is_not_waited_for_longer_than_any_other() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 x\r\nContent-Length: 1000000\r\n\r\n")
        is_there = True
        while is_there:
            writer.write(b".")
            with suppress(TimeoutError):
                async with asyncio.timeout(0.05):
                    is_there = bool(await reader.read(1))

    async with loopback_server(drip) as server:
        assert await trouble(f"http://127.0.0.1:{server.port}/", fetcher(seconds=0.5)) is FeedTrouble.AWAY


# Where nobody is asked


@pytest.mark.parametrize("scheme", ["https", "http"])
@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f.1", "localhost", "[::ffff:127.0.0.1]"])
async def test_a_private_address_is_never_connected_to(
    scheme: str, host: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with http_peer(lambda _: answer(200, FEED)) as peer:
        url = f"{scheme}://{host}:{peer.port}{SECRET}"
        assert await trouble(url, fetcher(networks=())) is FeedTrouble.PRIVATE
        assert peer.connections == 0
    assert "hush" not in caplog.text


async def test_a_redirect_to_a_private_address_is_never_followed() -> None:
    async with http_peer(lambda _: answer(200, FEED)) as inner:
        away = answer(302, Location=f"http://127.0.0.2:{inner.port}/")
        async with http_peer(lambda _: away) as outer:
            by = fetcher(networks=(ip_network("127.0.0.1/32"),))
            assert await trouble(at(outer), by) is FeedTrouble.PRIVATE
        assert inner.connections == 0


async def test_a_name_that_changes_its_address_is_checked_each_time() -> None:
    """DNS rebinding: good for the check, private for the connection. Here both are one."""
    async with http_peer(lambda _: answer(200, FEED)) as peer:
        by = fetcher(resolve=leading_to("127.0.0.1", "10.0.0.1"))
        url = at(peer, host="calendar.example.test")
        assert await fetched(url, by=by) is not None
        assert await trouble(url, by) is FeedTrouble.PRIVATE
    assert [one.headers["host"] for one in peer.asked] == [f"calendar.example.test:{peer.port}"]


async def test_a_name_that_changes_within_a_redirect_is_checked_again() -> None:
    async with http_peer(lambda asked: answer(302, Location=f"{asked.target}x")) as peer:
        by = fetcher(resolve=leading_to("127.0.0.1", "169.254.169.254"))
        assert await trouble(at(peer, host="calendar.example.test"), by) is FeedTrouble.PRIVATE
    assert len(peer.asked) == 1


async def test_without_tls_a_feed_comes_from_no_public_address() -> None:
    by = fetcher(resolve=leading_to("193.75.75.75"))
    assert await trouble("http://calendar.example.test/", by) is FeedTrouble.PRIVATE


# Redirects


async def test_a_redirect_is_followed_and_the_login_stays_behind() -> None:
    async with (
        http_peer(lambda _: answer(200, FEED)) as inner,
        http_peer(lambda _: answer(307, Location=at(inner, "/new"))) as outer,
    ):
        got = await fetched(at(outer).replace("://", "://kari:hush@"))
    assert got is not None
    assert inner.asked[0].target == "/new"
    assert "authorization" not in inner.asked[0].headers


async def test_a_relative_redirect_leads_on_at_the_same_host() -> None:
    def say(asked: Asked) -> bytes:
        return answer(200, FEED) if asked.target == "/b?x=1" else answer(301, Location="b?x=1")

    async with http_peer(say) as peer:
        assert await fetched(at(peer, "/a")) is not None


@pytest.mark.parametrize("location", ["", "ftp://example.test/", "file:///etc/passwd", "//[", "javascript:1"])
async def test_a_redirect_to_nothing_a_feed_can_be_at(location: str) -> None:
    async with http_peer(lambda _: answer(302, Location=location)) as peer:
        assert await trouble(at(peer, "/a")) in (FeedTrouble.REDIRECTS, FeedTrouble.AWAY)


async def test_redirects_without_end_are_followed_a_few_times() -> None:
    async with http_peer(lambda asked: answer(302, Location=f"{asked.target}x")) as peer:
        assert await trouble(at(peer, "/")) is FeedTrouble.REDIRECTS
    assert len(peer.asked) == MOST_REDIRECTS + 1


# Size


async def test_a_feed_of_a_gigabyte_is_not_read() -> None:
    async with http_peer(
        lambda _: b"HTTP/1.1 200 x\r\nContent-Length: 1073741824\r\n\r\n" + b"x" * 9
    ) as peer:
        assert await trouble(at(peer)) is FeedTrouble.TOO_LARGE


async def test_a_feed_without_end_is_read_so_far_and_no_further() -> None:
    written = 0

    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal written
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 x\r\nContent-Type: text/calendar\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()
            written += 65536

    async with loopback_server(pour) as server:
        assert await trouble(f"http://127.0.0.1:{server.port}/") is FeedTrouble.TOO_LARGE
    assert written < 20 * MOST_BYTES


@pytest.mark.parametrize("packing", ["identity", "gzip"])
async def test_the_largest_feed_is_taken_and_one_byte_more_is_not(packing: str) -> None:
    def say(asked: Asked) -> bytes:
        body = b"x" * int(asked.target.removeprefix("/"))
        return packed(gzip.compress(body, 1) if packing == "gzip" else body, packing)

    async with http_peer(say) as peer:
        got = await fetched(at(peer, f"/{MOST_BYTES}"))
        assert got is not None
        assert len(got.content) == MOST_BYTES
        assert await trouble(at(peer, f"/{MOST_BYTES + 1}")) is FeedTrouble.TOO_LARGE


@pytest.mark.parametrize(
    ("packing", "body"),
    [
        ("gzip", gzip.compress(FEED.encode())),
        ("x-gzip", gzip.compress(FEED.encode())),
        ("deflate", zlib.compress(FEED.encode())),
        ("identity", FEED.encode()),
    ],
)
async def test_a_packed_feed_is_unpacked(packing: str, body: bytes) -> None:
    async with http_peer(lambda _: packed(body, packing)) as peer:
        got = await fetched(at(peer))
    assert got is not None
    assert got.content == FEED.encode()


async def test_what_unpacks_to_a_gigabyte_is_unpacked_so_far_and_no_further() -> None:
    bomb = gzip.compress(bytes(200_000_000), 9)
    assert len(bomb) < 250_000
    async with http_peer(lambda _: packed(bomb, "gzip")) as peer:
        assert await trouble(at(peer)) is FeedTrouble.TOO_LARGE


@pytest.mark.parametrize(
    ("packing", "body"),
    [
        ("gzip", gzip.compress(FEED.encode())[:-9]),
        ("gzip", FEED.encode()),
        ("br", FEED.encode()),
        ("gzip, gzip", gzip.compress(gzip.compress(FEED.encode()))),
    ],
)
async def test_what_is_packed_wrongly_or_in_a_way_nobody_asked_for(packing: str, body: bytes) -> None:
    async with http_peer(lambda _: packed(body, packing)) as peer:
        assert await trouble(at(peer)) is FeedTrouble.FAULT


# TLS


async def test_over_tls_the_certificate_is_the_names(tmp_path: Path) -> None:
    made = certificate_for("calendar.example.test", folder=tmp_path)
    by = fetcher(tls=trusting(made.certificate), resolve=leading_to("127.0.0.1"))
    strict = fetcher(resolve=leading_to("127.0.0.1"))
    async with tls_peer(lambda _: answer(200, FEED), made) as peer:
        assert await fetched(f"webcal://calendar.example.test:{peer.port}{SECRET}", by=by) is not None
        other = f"https://other.example.test:{peer.port}/"
        assert await trouble(other, by) is FeedTrouble.CERTIFICATE
        assert await trouble(f"https://calendar.example.test:{peer.port}/", strict) is FeedTrouble.CERTIFICATE
    assert len(peer.asked) == 1


async def test_from_tls_nothing_leads_to_no_tls(tmp_path: Path) -> None:
    made = certificate_for("calendar.example.test", folder=tmp_path)
    by = fetcher(tls=trusting(made.certificate), resolve=leading_to("127.0.0.1"))
    async with http_peer(lambda _: answer(200, FEED)) as plain:
        async with tls_peer(lambda _: answer(302, Location=at(plain)), made) as peer:
            url = f"https://calendar.example.test:{peer.port}/"
            assert await trouble(url, by) is FeedTrouble.PRIVATE
        assert plain.connections == 0


# Addresses


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("https://example.test/a.ics", "https://example.test/a.ics"),
        ("webcal://example.test/a.ics", "https://example.test/a.ics"),
        ("WEBCALS://example.test/a", "https://example.test/a"),
        ("  HTTPS://Example.test/A?b=%20c#d ", "https://example.test/A?b=%20c"),
        ("https://blåbær.test/", "https://xn--blbr-roah.test/"),
        ("http://example.test:8080/a", "http://example.test:8080/a"),
    ],
)
def test_an_address_as_people_paste_it(given: str, url: str) -> None:
    assert str(feed_destination(given).bare) == url


@pytest.mark.parametrize(
    "given",
    [
        "",
        "hush.ics",
        "ftp://example.test/hush",
        "file:///etc/hush",
        "https://",
        "https:///hush",
        "https://exa mple.test/hush",
        "https://example.test/hush\r\nHost: x",
        "https://example.test:99999/hush",
        "https://example.test:x/hush",
        "https://[::1/hush",
        "https://-ø-.test/hush" + "x" * 3000,
        "javascript:hush",
    ],
)
def test_what_is_no_address_is_refused_and_not_repeated(given: str) -> None:
    with pytest.raises(MailboxError, match="no address of a calendar") as raised:
        feed_destination(given)
    assert "hush" not in str(raised.value)
    assert "example" not in str(raised.value)
