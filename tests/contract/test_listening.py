"""PostgreSQL tells at once that a notice was committed, and again once it is back (storage.listening)."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import replace

import psycopg
import pytest

from personsvar.mailbox.model.notice import Channel
from personsvar.storage import SqlStore, upgrade
from personsvar.storage.postgres_listener import NOTICES, PostgresListener
from tests.contract.outbox import put
from tests.contract.stores import KARI, notice, postgres_url, subscribe
from tests.postgres import PostgresCluster, running_cluster

pytestmark = pytest.mark.postgres
PATIENCE_SECONDS = 30


class RingCounter:
    """Counts its rings, and waits for the next."""

    def __init__(self) -> None:
        self.rings = 0
        self.channels: AbstractSet[Channel] = frozenset()
        """The last one's."""
        self._waited = 0
        self._changed = threading.Condition()

    def ring(self, channels: AbstractSet[Channel]) -> None:
        with self._changed:
            self.rings += 1
            self.channels = channels
            self._changed.notify_all()

    def waits(self) -> None:
        """Until it rings once more than it was waited for."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.rings > self._waited, PATIENCE_SECONDS), "no ring"
            self._waited = self.rings


@pytest.fixture
def url(cluster: PostgresCluster) -> Iterator[str]:
    with postgres_url(cluster) as url:
        yield url


@pytest.fixture
def own_cluster() -> Iterator[PostgresCluster]:
    """One that may be taken away."""
    with running_cluster() as running:
        yield running


@contextmanager
def listening(url: str) -> Iterator[RingCounter]:
    bell = RingCounter()
    listener = PostgresListener(url, bell.ring)
    listener.start()
    try:
        yield bell
    finally:
        listener.stop()


def listeners(connection: psycopg.Connection) -> list[int]:
    found = connection.execute(
        "SELECT pid FROM pg_stat_activity WHERE query = %s AND datname = current_database()",
        (f"LISTEN {NOTICES}",),
    )
    return [pid for (pid,) in found]


def test_it_rings_when_a_notice_is_committed_elsewhere_and_for_nothing_else(url: str) -> None:
    store = SqlStore(url)
    with listening(url) as bell:
        bell.waits()
        subscribe(store, KARI)
        with psycopg.connect(url, autocommit=True) as other:
            other.execute("NOTIFY something_else")
        with store.begin() as work:
            work.outbox.add(notice("undone"))
        put(store, notice("kept"))
        bell.waits()
        assert bell.rings == 2
        with store.begin() as work:
            work.outbox.renew(notice("kept"))
            work.commit()
        bell.waits()
    store.close()


def test_it_tells_the_channels_of_what_was_committed_and_all_where_that_is_not_known(url: str) -> None:
    store = SqlStore(url)
    subscribe(store, KARI)
    every = set(Channel)
    with listening(url) as bell, psycopg.connect(url, autocommit=True) as other:
        bell.waits()
        assert bell.channels == every
        with store.begin() as work:
            work.outbox.add(notice("by SMS"))
            work.outbox.add(replace(notice("to a lamp"), channel=Channel.LAMP))
            work.commit()
        bell.waits()
        assert bell.channels == {Channel.SMS, Channel.LAMP}
        with store.begin() as work:
            work.outbox.add(replace(notice("by mail"), channel=Channel.EMAIL))
            work.commit()
        bell.waits()
        assert bell.channels == {Channel.EMAIL}
        for payload in ("", "sms pigeon"):  # of another version
            other.execute("SELECT pg_notify(%s, %s)", (NOTICES, payload))
            bell.waits()
            assert bell.channels == every
    store.close()


def test_a_connection_that_is_cut_is_made_anew_and_rings(url: str) -> None:
    store = SqlStore(url)
    subscribe(store, KARI)
    with listening(url) as bell, psycopg.connect(url, autocommit=True) as operator:
        for n in range(3):
            bell.waits()
            (backend,) = listeners(operator)
            operator.execute("SELECT pg_terminate_backend(%s, 5000)", (backend,))
            bell.waits()
            put(store, notice(f"n{n}"))
    store.close()


def test_it_waits_for_a_database_that_is_away(own_cluster: PostgresCluster) -> None:
    url = own_cluster.url(own_cluster.new_database())
    upgrade(url)
    own_cluster.stop()
    with listening(url) as bell:
        own_cluster.start()
        bell.waits()
        own_cluster.stop()
        own_cluster.start()
        bell.waits()
        store = SqlStore(url)
        subscribe(store, KARI)
        put(store, notice())
        bell.waits()
        store.close()


def test_once_stopped_it_is_silent_and_holds_no_connection(url: str) -> None:
    store = SqlStore(url)
    subscribe(store, KARI)
    bell = RingCounter()
    listener = PostgresListener(url, bell.ring)
    listener.start()
    bell.waits()
    listener.stop()
    listener.stop()
    put(store, notice())
    assert bell.rings == 1
    assert "listener" not in {thread.name for thread in threading.enumerate()}
    store.close()


def test_one_that_never_started_can_be_stopped(url: str) -> None:
    PostgresListener(url, lambda _: None).stop()


def test_it_stops_at_once_while_the_database_is_away(tmp_path: object) -> None:
    with listening(f"postgresql://personsvar@/nobody?host={tmp_path}"):
        pass
    assert "listener" not in {thread.name for thread in threading.enumerate()}


def test_its_thread_says_no_password(caplog: pytest.LogCaptureFixture, tmp_path: object) -> None:
    listener = PostgresListener(f"postgresql://someone:hemmelig@/nobody?host={tmp_path}", lambda _: None)
    listener.start()
    for _ in range(PATIENCE_SECONDS * 100):
        if caplog.records:
            break
        threading.Event().wait(0.01)
    listener.stop()
    assert "looked for" in caplog.text
    assert "hemmelig" not in caplog.text


def test_sqlite_has_none() -> None:
    with pytest.raises(ValueError, match="SQLite"):
        PostgresListener("sqlite:////tmp/x.db", lambda _: None)
