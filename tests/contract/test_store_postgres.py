"""PostgreSQL: away and back again, rows held and passed by, and a word to whoever delivers."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace

import psycopg
import pytest

from personsvar.mailbox.errors import StoreUnavailableError, UnknownSubscriberError
from personsvar.mailbox.model.notice import Channel
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.storage import SqlStore
from personsvar.storage.pool_pings import PoolPings
from personsvar.storage.postgres import PREPARED_FROM
from personsvar.storage.postgres_listener import NOTICES
from personsvar.storage.unit_of_work import SqlUnitOfWork
from tests.contract.stores import (
    CALLER,
    KARI,
    NOON,
    OLA,
    SOUND,
    leave,
    message,
    notice,
    postgres_url,
    subscribe,
)
from tests.postgres import PostgresCluster

pytestmark = pytest.mark.postgres


@pytest.fixture
def url(cluster: PostgresCluster) -> Iterator[str]:
    with postgres_url(cluster) as url:
        yield url


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    store = SqlStore(url, connections=2)
    subscribe(store, KARI, OLA)
    yield store
    store.close()


@pytest.fixture
def hasty(url: str) -> Iterator[SqlStore]:
    """A store that waits a moment only."""
    store = SqlStore(url, connections=1, wait_seconds=0.3)
    yield store
    store.close()


def setting(work: UnitOfWork, name: str) -> str:
    assert isinstance(work, SqlUnitOfWork)
    return str(work._connection.exec_driver_sql(f"SHOW {name}").scalar_one())


def test_a_commit_is_on_the_disk_and_no_wait_is_without_an_end(hasty: SqlStore) -> None:
    with hasty.begin() as work:
        assert setting(work, "synchronous_commit") == "on"
        assert setting(work, "lock_timeout") == "300ms"
        assert setting(work, "statement_timeout") == "900ms"
        assert setting(work, "TimeZone") == "UTC"
        assert setting(work, "transaction_read_only") == "off"
    with hasty.look() as work:
        assert setting(work, "transaction_read_only") == "on"


def prepared(store: SqlStore) -> int:
    """How much stays prepared once the same was looked for often."""
    for _ in range(2 * PREPARED_FROM):
        with store.look() as work:
            work.subscribers.need(KARI)
    with store.look() as work:
        assert isinstance(work, SqlUnitOfWork)
        kept = work._connection.exec_driver_sql("SELECT count(*) FROM pg_prepared_statements")
        return int(kept.scalar_one())


def test_what_is_looked_for_often_stays_prepared(url: str) -> None:
    one, none = SqlStore(url, connections=1), SqlStore(url, connections=1, keep_prepared=False)
    subscribe(one, KARI)
    assert prepared(one) == 1
    assert prepared(none) == 0
    one.close()
    none.close()


def test_a_connection_that_was_ended_while_it_waited_is_given_to_nobody(url: str, store: SqlStore) -> None:
    for _ in range(5):
        with store.look() as work:
            assert isinstance(work, SqlUnitOfWork)
            backend = work._connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with psycopg.connect(url, autocommit=True) as operator:
            operator.execute("SELECT pg_terminate_backend(%s, 5000)", (backend,))
        with store.begin() as work:
            work.subscribers.need(KARI)


def test_a_connection_is_asked_when_it_was_idle_for_long_or_has_something_to_say(url: str) -> None:
    asked, clock = list[object](), [0.0]

    def ask(connection: psycopg.Connection) -> bool:
        asked.append(connection)
        return True

    pings = PoolPings(ask, lambda: clock[0])
    with psycopg.connect(url) as connection, psycopg.connect(url, autocommit=True) as operator:
        for clock[0], often in ((0.0, 1), (0.5, 1), (1.4, 1), (3.0, 2), (3.1, 2)):
            assert pings.is_there(connection)
            assert len(asked) == often
        operator.execute("SELECT pg_terminate_backend(%s, 5000)", (connection.info.backend_pid,))
        assert pings.is_there(connection)
        assert len(asked) == 3


def test_a_server_that_goes_away_once_it_has_committed_fails_nobody(url: str) -> None:
    backends = list[int]()

    def go_away(_: AbstractSet[Channel]) -> None:
        """Behind the commit, before others are told of it."""
        with psycopg.connect(url, autocommit=True) as operator:
            for backend in backends:
                operator.execute("SELECT pg_terminate_backend(%s, 5000)", (backend,))

    store = SqlStore(url, connections=1, after_commit=go_away)
    subscribe(store, KARI)
    for number in range(3):
        with store.begin() as work:
            assert isinstance(work, SqlUnitOfWork)
            backends[:] = [work._connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()]
            work.outbox.add(notice(f"n{number}"))
            work.commit()
        with store.begin() as work:
            work.outbox.add(notice("undone"))
    with store.look() as work:
        assert len(work.outbox.list(to=KARI)) == 3
    store.close()


def test_who_tells_others_is_in_a_transaction_again_behind_it(store: SqlStore) -> None:
    with store.begin() as work:
        work.outbox.add(notice("told"))
        work.commit()
        work.outbox.add(notice("undone"))
    with store.look() as work:
        assert len(work.outbox.list(to=KARI)) == 1


def test_a_database_that_can_not_hold_every_text_is_not_used(cluster: PostgresCluster) -> None:
    name = cluster.new_database("ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'")
    store = SqlStore(cluster.url(name), connections=1, wait_seconds=1)
    for way_in in 3 * (store.begin, store.look):  # who was refused holds no connection
        with pytest.raises(StoreUnavailableError, match="encoding is SQL_ASCII"), way_in():
            pass
    store.close()


def test_a_server_that_was_stopped_is_unavailable_and_serves_again_once_it_is_back(
    cluster: PostgresCluster, store: SqlStore
) -> None:
    kept = leave(store, message())
    cluster.stop()
    try:
        for way_in in (store.begin, store.look):
            with pytest.raises(StoreUnavailableError) as fault, way_in() as work:
                work.subscribers.get(KARI)
            assert fault.value.__cause__ is not None
    finally:
        cluster.start()
    with store.look() as work:
        assert work.messages.list(KARI) == [kept]
    leave(store, message("after"))


def test_a_server_that_goes_away_before_the_commit_has_committed_nothing(
    cluster: PostgresCluster, store: SqlStore
) -> None:
    with store.begin() as work:
        work.subscribers.remove(KARI)
        cluster.stop()
        try:
            with pytest.raises(StoreUnavailableError):
                work.commit()
            with pytest.raises(StoreUnavailableError):
                work.commit()
        finally:
            cluster.start()
    with store.look() as work:
        assert work.subscribers.get(KARI) is not None


def test_an_error_within_is_not_hidden_by_the_server_going_away(
    cluster: PostgresCluster, store: SqlStore
) -> None:
    def fail() -> None:
        with store.begin() as work:
            work.subscribers.remove(KARI)
            cluster.stop()
            raise KeyError("something else")

    try:
        with pytest.raises(KeyError):
            fail()
    finally:
        cluster.start()


def test_a_commit_after_an_error_that_was_passed_over_does_not_pretend(store: SqlStore) -> None:
    with store.begin() as work:
        work.outbox.add(notice())
        with pytest.raises(UnknownSubscriberError):
            work.outbox.add(notice("other", to=CALLER))
        with pytest.raises(StoreUnavailableError):
            work.commit()
    with store.look() as work:
        assert work.outbox.list() == []


def test_a_message_comes_in_while_its_owner_is_held(store: SqlStore, hasty: SqlStore) -> None:
    with store.begin() as work:
        work.subscribers.get(KARI, for_change=True)
        kept = leave(hasty, message())
    with store.look() as work:
        assert work.messages.list(KARI) == [kept]


def test_one_mailbox_held_holds_no_other(store: SqlStore, hasty: SqlStore) -> None:
    with store.begin() as work, hasty.begin() as other:
        work.subscribers.get(KARI, for_change=True)
        assert other.subscribers.get(OLA, for_change=True) == Subscriber(OLA)


def test_a_subscriber_is_not_removed_from_under_a_message_coming_in(store: SqlStore, hasty: SqlStore) -> None:
    with store.begin() as work:
        work.messages.add(replace(message(), sound=work.sounds.add(SOUND, of=KARI)))
        with pytest.raises(StoreUnavailableError), hasty.begin() as removing:
            removing.subscribers.remove(KARI)
        work.commit()
    with hasty.begin() as removing:
        removing.subscribers.remove(KARI)
        removing.commit()
    with store.look() as work:
        assert work.messages.list(KARI) == []


def test_a_worker_passes_by_what_another_is_claiming(store: SqlStore) -> None:
    with store.begin() as work:
        for n in range(4):
            work.outbox.add(notice(f"n{n}"))
        work.commit()
    with store.begin() as first, store.begin() as second:
        one = first.outbox.claim(channels=["sms"], now=NOON, lease_seconds=60, limit=2)
        two = second.outbox.claim(channels=["sms"], now=NOON, lease_seconds=60, limit=9)
        assert [each.dedup_key for each in one] == ["n0", "n1"]
        assert [each.dedup_key for each in two] == ["n2", "n3"]


def test_when_every_connection_is_taken_the_next_is_told(hasty: SqlStore) -> None:
    with (
        hasty.look(),
        hasty.look(),
        pytest.raises(StoreUnavailableError, match="connection"),
        hasty.look(),
    ):
        pass


def test_a_committed_notice_is_told_and_nothing_else_is(url: str, store: SqlStore) -> None:
    with psycopg.connect(url, autocommit=True) as listener:
        listener.execute(f"LISTEN {NOTICES}")
        leave(store, message())
        with store.begin() as work:
            work.outbox.add(notice("never committed"))
        with store.begin() as work:
            work.outbox.add(notice("committed"))
            work.outbox.add(notice("committed too"))
            work.commit()
        subscribe(store, CALLER)
        listener.execute("NOTIFY personsvar_test_end")
        assert [told.channel for told in listener.notifies(timeout=5, stop_after=1)] == [NOTICES]
        assert list(listener.notifies(timeout=0)) == []
