"""Stopped, started again, killed in the middle of it: uids stay, and what was answered with OK is there."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.postgres import PostgresCluster
from tests.real.spool import eventually
from tests.real.visual.recorded import amr, single
from tests.real.visual.service import Subscription, VisualProcess, visual_service
from tests.real.visual.wire import Wire

ANSWERED_BEFORE_THE_KILL = 3


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def own(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[VisualProcess]:
    """A service that the test may kill."""
    url = ""
    if request.param == "postgres":
        cluster: PostgresCluster = request.getfixturevalue("cluster")
        url = cluster.url(cluster.new_database())
    with visual_service(tmp_path, url) as service:
        yield service


def told_of(visual: VisualProcess, who: Subscription, folder: str) -> list[str]:
    """What a client is told when it selects a folder and lists it with all that never changes."""
    with visual.logged_in(who) as wire:
        return wire.ask(f"SELECT {folder}") + wire.ask(
            "UID FETCH 1:* (FLAGS INTERNALDATE RFC822.SIZE ENVELOPE)"
        )


def test_after_a_restart_every_uid_date_and_byte_is_the_same(own: VisualProcess) -> None:
    who = own.subscription()
    uids = [own.leave(who.number, seconds=0.5) for _ in range(3)]
    with own.logged_in(who, "INBOX") as wire:
        assert wire.ask(f"UID MOVE {uids[1]} Trash")[-1] == "OK done"
        bodies = wire.ask("FETCH 1:* (BODY.PEEK[])")
    before = [told_of(own, who, folder) for folder in ("INBOX", "Trash", "Greetings")]
    assert own.stop() == 0
    own.start()
    assert [told_of(own, who, folder) for folder in ("INBOX", "Trash", "Greetings")] == before
    assert "* OK [UIDVALIDITY 1] ok" in before[0]
    with own.logged_in(who, "INBOX") as wire:
        assert wire.ask("FETCH 1:* (BODY.PEEK[])") == bodies


def test_a_service_that_stops_says_goodbye(own: VisualProcess) -> None:
    who = own.subscription()
    with own.logged_in(who, "INBOX") as idling, own.logged_in(who) as resting, own.wire() as stranger:
        idling.idle()
        assert own.stop() == 0
        for wire in (idling, resting, stranger):
            assert wire.line() == "* BYE shutting down"
            assert wire.is_over()
    assert "Traceback" not in own.said()


def killed_meanwhile(
    own: VisualProcess, who: Subscription, folder: str, work: Callable[[Wire, int], None]
) -> None:
    """The client does it again and again; kill -9 comes when it was answered a few times."""
    answered = 0
    enough = threading.Event()

    def go_on() -> None:
        nonlocal answered
        with suppress(AssertionError, OSError), own.logged_in(who, folder) as wire:
            while True:
                work(wire, answered)
                answered += 1
                if answered >= ANSWERED_BEFORE_THE_KILL:
                    enough.set()

    client = threading.Thread(target=go_on)
    client.start()
    assert enough.wait(60)
    own.kill()
    client.join(60)
    assert not client.is_alive()
    own.start()
    is_valid(own)


def is_valid(own: VisualProcess) -> None:
    if own.url.startswith("sqlite"):
        with closing(sqlite3.connect(own.url.removeprefix("sqlite:///"))) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_killed_while_it_takes_greetings_in(own: VisualProcess) -> None:
    who = own.subscription()
    message = single(amr(1))
    kept: list[int] = []

    def append(wire: Wire, _: int) -> None:
        wire.send(b"a APPEND Greetings ($CNS-Greeting-On) {%d+}\r\n%b\r\n" % (len(message), message))
        found = re.fullmatch(r"OK \[APPENDUID 1 (\d+)\] saved", wire.answer("a")[-1])
        assert found is not None
        kept.append(int(found[1]))

    killed_meanwhile(own, who, "INBOX", append)
    with own.logged_in(who, "Greetings") as wire:
        shown = [int(it) for it in wire.ask("UID SEARCH ALL")[0].split()[2:]]
        on = wire.ask("UID SEARCH KEYWORD $CNS-Greeting-On")[0].split()[2:]
    assert set(kept[-5:]) <= set(shown)
    assert on == [str(shown[-1])]
    versions = own.greetings(who.number)
    assert len(versions) == len(shown)
    assert len({len(alaw) for alaw in versions}) == 1  # each is whole


def test_killed_while_flags_are_stored(own: VisualProcess) -> None:
    who = own.subscription()
    uids = [own.leave(who.number, seconds=0.1) for _ in range(30)]
    done: list[int] = []

    def mark(wire: Wire, answered: int) -> None:
        uid = uids[answered % len(uids)]
        assert wire.ask(rf"UID STORE {uid} +FLAGS.SILENT (\Seen \Flagged)") == ["OK done"]
        done.append(uid)

    killed_meanwhile(own, who, "INBOX", mark)
    with own.logged_in(who, "INBOX") as wire:
        seen = wire.ask("UID SEARCH SEEN")[0].split()[2:]
        flagged = wire.ask("UID SEARCH FLAGGED")[0].split()[2:]
    assert set(map(str, done)) <= set(seen)
    assert seen == flagged


def test_killed_while_it_expunges(own: VisualProcess) -> None:
    who = own.subscription()
    uids = [own.leave(who.number, seconds=0.1) for _ in range(60)]
    done: list[int] = []

    def remove(wire: Wire, answered: int) -> None:
        uid = uids[answered]
        wire.ask(rf"UID STORE {uid} +FLAGS.SILENT (\Deleted)")
        assert wire.ask("EXPUNGE")[-1] == "OK done"
        done.append(uid)

    killed_meanwhile(own, who, "INBOX", remove)
    with own.logged_in(who, "INBOX") as wire:
        left = wire.ask("UID SEARCH ALL")[0].split()[2:]
        wire.ask("SELECT Trash")
        trash = wire.ask("UID SEARCH ALL")[0].split()[2:]
    assert sorted(map(int, left + trash)) == uids  # each is in one of the two, once
    assert set(map(str, done)) <= set(trash)


def test_sessions_wait_out_a_database_that_is_away(cluster: PostgresCluster, tmp_path: Path) -> None:
    """It is told in words that clients know, and the session goes on."""
    name = cluster.new_database()
    with visual_service(tmp_path, cluster.url(name)) as own:
        who = own.subscription()
        own.leave(who.number)
        with own.logged_in(who, "INBOX") as wire:
            cluster.tell(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
            cluster.tell(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
            assert wire.ask("NOOP") == ["NO [UNAVAILABLE] application error"]
            cluster.tell(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
            eventually(lambda: wire.ask("NOOP")[-1] == "OK done", within=20, what="the database")
            tag = wire.idle()
            own.leave(who.number)
            assert wire.line() == "* 2 EXISTS"
            assert wire.done(tag) == ["OK done"]
