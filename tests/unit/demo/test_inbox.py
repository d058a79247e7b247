"""The demo's page over HTTP, as a browser asks for it, and as others might."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from docker.demo.inbox import inbox, is_ours, within
from docker.demo.page import POLICY
from docker.demo.shelf import Arrived, File, Shelf
from docker.demo.web import Server

FILES = [
    File("s.mp3", "audio/mpeg", b"0123456789"),
    File("x.html", "text/html", b"<script>alert(1)</script>"),
]


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


@pytest.fixture
def server(shelf: Shelf) -> Iterator[Server]:
    it = inbox(("127.0.0.1", 0), shelf)
    thread = threading.Thread(target=it.serve_forever, args=(0.02,))
    thread.start()
    yield it
    it.shutdown()
    thread.join()
    it.server_close()


def asked(server: Server, path: str, **headers: str) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def put(shelf: Shelf) -> str:
    return shelf.put(Arrived("mail", "a", "b", "Emne", files=FILES), at=datetime.now(UTC))


def test_the_page_shows_what_is_there(server: Server, shelf: Shelf) -> None:
    before = asked(server, "/state")[1]
    name = put(shelf)
    answer, body = asked(server, "/")
    assert answer.status == 200
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert name.encode() in body
    now = asked(server, "/state")[1]
    assert b'data-state="%b"' % now in body
    assert now != before


def test_a_sound_is_played_in_place(server: Server, shelf: Shelf) -> None:
    answer, body = asked(server, f"/items/{put(shelf)}/0")
    assert (answer.status, body) == (200, b"0123456789")
    assert (answer.headers["Content-Type"], answer.headers["Content-Disposition"]) == ("audio/mpeg", "inline")


def test_any_other_file_is_saved_and_never_shown(server: Server, shelf: Shelf) -> None:
    answer, body = asked(server, f"/items/{put(shelf)}/1")
    assert body == FILES[1].content
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == "attachment"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_player_may_jump(server: Server, shelf: Shelf) -> None:
    answer, body = asked(server, f"/items/{put(shelf)}/0", Range="bytes=3-5")
    assert (answer.status, body, answer.headers["Content-Range"]) == (206, b"345", "bytes 3-5/10")


@pytest.mark.parametrize("rest", ["9", "-1", "item.json", "", "0/..", "%2e%2e/0"])
def test_there_is_nothing_else(server: Server, shelf: Shelf, rest: str) -> None:
    assert asked(server, f"/items/{put(shelf)}/{rest}")[0].status == 404


@pytest.mark.parametrize("path", ["/items/../../etc/passwd", "/etc/passwd", "/items/.mta/0"])
def test_there_is_no_way_out(server: Server, path: str) -> None:
    assert asked(server, path)[0].status == 404


def test_a_name_of_others_that_leads_here_is_sent_away(server: Server, shelf: Shelf) -> None:
    name = put(shelf)
    answer, body = asked(server, "/", Host="evil.example.test:8025")
    assert answer.status == 421
    assert name.encode() not in body


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8025", "localhost:8025", "[::1]:8025", "inbox", "172.18.0.4:8025"]
)
def test_addresses_and_names_of_this_machine_are_ours(host: str) -> None:
    assert is_ours(host)


@pytest.mark.parametrize("host", ["", "evil.example.test", "localhost.evil.test:80", "[::1", "a:b"])
def test_others_are_not(host: str) -> None:
    assert not is_ours(host)


@pytest.mark.parametrize(
    ("asked_for", "got"),
    [
        ("bytes=0-", (0, 9)),
        ("bytes=2-99", (2, 9)),
        ("bytes=9-9", (9, 9)),
        ("bytes=10-", None),
        ("bytes=5-2", None),
        ("bytes=-3", None),
        ("bytes=0-1,3-4", None),
        ("", None),
    ],
)
def test_ranges(asked_for: str, got: tuple[int, int] | None) -> None:
    assert within(asked_for, 10) == got
