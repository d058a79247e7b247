"""HTTP against those who take their time: each wait has an end, and each number a limit."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse, Response

from personsvar.http.connection_limits import ConnectionLimits, source_of
from personsvar.http.http_server import HttpServer
from personsvar.http.timeouts import HttpTimeouts, protocol

SOON = 0.3
HEAD = b"GET /healthz HTTP/1.1\r\nHost: here\r\n"
LARGE = 30_000_000
BRIEF = HttpTimeouts(head_seconds=SOON, body_seconds=SOON, taking_seconds=SOON, idle_seconds=1)
LONG = HttpTimeouts(head_seconds=120, body_seconds=120, taking_seconds=120, idle_seconds=120)


def _app() -> FastAPI:
    app = FastAPI()

    @app.get("/healthz")
    def healthz() -> PlainTextResponse:
        return PlainTextResponse("ok\n")

    @app.post("/read")
    async def read(request: Request) -> PlainTextResponse:
        return PlainTextResponse(f"{len(await request.body())}")

    @app.post("/refuse")
    async def refuse() -> PlainTextResponse:
        return PlainTextResponse("no", 401)

    @app.get("/large")
    async def large() -> Response:
        return Response(b"x" * LARGE)

    return app


@dataclass(frozen=True)
class ServerOnPort:
    port: int
    limits: ConnectionLimits

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), 60)

    def get(self) -> str:
        return httpx.get(f"http://127.0.0.1:{self.port}/healthz", timeout=60).text


@contextmanager
def opened(timeouts: HttpTimeouts, *, most: int = 50, each: int = 50) -> Iterator[ServerOnPort]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    limits = ConnectionLimits(most, each)
    web = HttpServer(_app(), f"127.0.0.1:{port}", limits, timeouts)
    web.start()
    try:
        yield ServerOnPort(port, limits)
    finally:
        web.stop()


def _is_ended(connection: socket.socket) -> bool:
    """Waits for it, for as long as the connection's own time-out."""
    try:
        while connection.recv(65536):
            pass
    except ConnectionResetError:
        return True
    return True


def _until(what: Callable[[], bool]) -> None:
    last = time.monotonic() + 60
    while not what():
        assert time.monotonic() < last
        time.sleep(0.01)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"G",
        HEAD,
        HEAD + b"A: " + b"b" * 30_000,
        b"POST /read HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\n\r\nhal",
        b"POST /read HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nha",
        b"POST /refuse HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\n\r\nhal",
        HEAD + b"\r\n" + HEAD,
        HEAD + b"\r\n",
    ],
)
def test_whoever_does_not_go_on_is_ended(said: bytes) -> None:
    with opened(BRIEF) as server, server.connect() as slow:
        slow.sendall(said)
        assert _is_ended(slow)


@pytest.mark.parametrize(
    ("begin", "piece"),
    [
        (b"", b"G"),
        (HEAD, b"A: b\r\n"),
        (HEAD + b"\r\n" + HEAD, b"A: b\r\n"),
        (b"POST /read HTTP/1.1\r\nHost: here\r\nContent-Length: 500000\r\n\r\n", b"x"),
        (b"POST /refuse HTTP/1.1\r\nHost: here\r\nContent-Length: 500000\r\n\r\n", b"x"),
    ],
)
def test_going_on_slowly_gives_no_more_time(begin: bytes, piece: bytes) -> None:
    with opened(BRIEF) as server, server.connect() as slow:
        slow.sendall(begin)
        slow.settimeout(0.05)
        ended = False
        for _ in range(1200):
            try:
                slow.sendall(piece)
                ended = slow.recv(65536) == b""
            except TimeoutError:
                continue
            except OSError:
                ended = True
            if ended:
                break
        assert ended


def test_an_answer_that_nobody_takes_is_ended_too() -> None:
    with opened(BRIEF) as server, socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect(("127.0.0.1", server.port))
        deaf.sendall(b"GET /large HTTP/1.1\r\nHost: here\r\n\r\n")
        _until(lambda: server.limits.taken == 1)
        _until(lambda: server.limits.taken == 0)


@pytest.mark.parametrize("closing", [b"", b"Connection: close\r\n"])
def test_whoever_takes_an_answer_gets_all_of_it(closing: bytes) -> None:
    """More than the system holds for him, and though nothing more is asked for."""
    with opened(replace(LONG, idle_seconds=1)) as server, server.connect() as reader:
        reader.sendall(b"GET /large HTTP/1.1\r\nHost: here\r\n" + closing + b"\r\n")
        got = 0
        while got < LARGE:
            piece = reader.recv(200_000)
            assert piece, got
            got += len(piece)


@dataclass
class HttpLine:
    """The other end's windows, and a loop's clock, as a test turns them."""

    left: int = 0
    aborted: bool = False
    watches: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    def get_write_buffer_size(self) -> int:
        return self.left

    def abort(self) -> None:
        self.aborted = True

    def call_later(self, seconds: float, then: Callable[[], None]) -> HttpLine:
        self.watches.append((seconds, then))
        return self

    def cancel(self) -> None:
        """A handle's."""

    def time_is_over(self) -> None:
        self.watches[-1][1]()


def test_an_answer_is_waited_for_as_long_as_it_goes_on_however_slowly() -> None:
    line = HttpLine()
    bounded = protocol(ConnectionLimits(1, 1), LONG)
    connection = bounded.__new__(bounded)
    connection.transport = connection.loop = line  # type: ignore[assignment] # all that is asked of them
    line.left = 1000
    connection._watch_taking()
    for left in (999, 500, 1):
        line.left = left
        line.time_is_over()
        assert not line.aborted
    line.time_is_over()
    assert line.aborted
    assert {seconds for seconds, _ in line.watches} == {LONG.taking_seconds}


def test_a_connection_may_be_used_again_and_many_requests_at_once_are_answered() -> None:
    with opened(LONG) as server, server.connect() as one:
        for _ in range(3):
            one.sendall(HEAD + b"\r\n")
            answer = b""
            while not answer.endswith(b"ok\n"):
                answer += one.recv(65536)
        one.sendall((HEAD + b"\r\n") * 20)
        answers = b""
        while answers.count(b"ok\n") < 20:
            answers += one.recv(65536)
        assert server.limits.taken == 1


def test_what_is_no_http_is_refused_and_fills_no_log(caplog: pytest.LogCaptureFixture) -> None:
    with opened(LONG) as server:
        for junk in (
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n",
            b"GET\r\n\r\n",
            HEAD + b"Upgrade: x\r\nConnection: upgrade\r\n\r\n",
        ):
            with server.connect() as stranger:
                stranger.sendall(junk)
                assert stranger.recv(100).startswith(b"HTTP/1.1 ")
    assert [record for record in caplog.records if record.levelname == "WARNING"] == []


def test_half_requests_give_way_to_whole_ones() -> None:
    with opened(LONG, most=8, each=8) as server:
        half = [server.connect() for _ in range(20)]
        for one in half:
            with suppress(OSError):  # it is ended already
                one.sendall(HEAD)
        assert server.get() == "ok\n"
        assert _is_ended(half[0])
        _until(lambda: server.limits.taken <= 8)
        assert server.limits.turned_away == 0
        for one in half:
            one.close()


def test_connections_that_idle_after_an_answer_give_way() -> None:
    with opened(LONG, most=8, each=8) as server:
        idle = [server.connect() for _ in range(8)]
        for one in idle:
            one.sendall(HEAD + b"\r\n")
            assert one.recv(4096).startswith(b"HTTP/1.1 200")
        assert server.get() == "ok\n"
        assert _is_ended(idle[0])
        assert server.limits.turned_away == 0
        for one in idle:
            one.close()


@dataclass
class Someone:
    """By itself: one connection."""

    ended: list[Someone] = field(default_factory=list)

    def end(self) -> None:
        self.ended.append(self)

    __hash__ = object.__hash__


def test_one_address_has_its_own_limit_and_the_others_their_places() -> None:
    limits = ConnectionLimits(most=10, each=3)
    loud = [Someone() for _ in range(3)]
    assert all(limits.take(one, "192.0.2.1") for one in loud)
    for one in loud:
        limits.heard(one)
    assert not limits.take(Someone(), "192.0.2.1")
    assert limits.take(Someone(), "192.0.2.2")
    assert limits.turned_away == 1
    limits.unheard(loud[1])  # it begins another request, and does not go on
    assert limits.take(Someone(), "192.0.2.1")
    assert loud[1].ended == [loud[1]]
    limits.leave(loud[1])  # told twice
    limits.leave(loud[0])
    assert limits.take(Someone(), "192.0.2.1")


def test_an_address_at_its_limit_ends_nobody_elses_request() -> None:
    limits = ConnectionLimits(most=10, each=1)
    other, mine = Someone(), Someone()
    assert limits.take(other, "192.0.2.2")
    assert limits.take(mine, "192.0.2.1")
    assert limits.take(Someone(), "192.0.2.1")
    assert (other.ended, mine.ended) == ([], [mine])


def test_turning_away_is_told_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    limits = ConnectionLimits(most=1, each=1, now=lambda: now[0])
    first = Someone()
    limits.take(first, "192.0.2.1")
    limits.heard(first)
    for now[0] in (0.0, 1.0, 59.0, 61.0):
        assert not limits.take(Someone(), "192.0.2.1")
    told = [record.__dict__["so_far"] for record in caplog.records]
    assert told == [1, 4]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("", "192.0.2.1", False),
    ],
)
def test_an_ipv6_subscriber_has_many_addresses_and_is_one(one: str, other: str, same: bool) -> None:
    assert (source_of(one) == source_of(other)) is same
