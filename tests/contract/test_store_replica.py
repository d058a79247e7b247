"""A standby is read for lists and figures as long as it is there and near enough; else the primary is."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
import pytest

from personsvar import storage
from personsvar.storage import SqlStore
from personsvar.storage import replica as replicas
from tests.contract.outbox import put
from tests.contract.stores import KARI, notice, subscribe
from tests.contract.test_store_size import connection_of
from tests.patience import patience
from tests.postgres import PostgresCluster
from tests.standby import Pair, running_pair

pytestmark = pytest.mark.postgres

NEVER_TOO_OLD = patience(600)


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with running_pair(synchronous=False) as running:
        yield running


@pytest.fixture
def name(pair: Pair) -> str:
    name = pair.primary.new_database()
    storage.upgrade(pair.primary.url(name))
    return name


@contextmanager
def reading(
    pair: Pair, name: str, *, seconds: float = NEVER_TOO_OLD, at: str | None = None
) -> Iterator[SqlStore]:
    """A store with that standby, or one elsewhere; a subscriber is on both."""
    replica = at or pair.standby.url(name)
    with closing(SqlStore(pair.primary.url(name), replica_url=replica, replica_seconds=seconds)) as store:
        subscribe(store, KARI)
        pair.wait_until_caught_up()
        yield store


def was_read_at(store: SqlStore, *, may_be_late: bool = True) -> str:
    with store.look(may_be_late=may_be_late) as work:
        assert work.subscribers.get(KARI) is not None
        is_standby = connection_of(work).exec_driver_sql("SELECT pg_is_in_recovery()").scalar_one()
    return "standby" if is_standby else "primary"


def test_who_may_come_late_is_served_by_the_standby_and_nobody_else(pair: Pair, name: str) -> None:
    with reading(pair, name) as store:
        assert was_read_at(store) == "standby"
        assert was_read_at(store, may_be_late=False) == "primary"
        assert was_read_at(store.unhurried()) == "standby"
        put(store, notice("there"))
        pair.wait_until_caught_up()
        with store.look(may_be_late=True) as work:
            assert [it.dedup_key for it in work.outbox.list()] == ["there"]
        assert store.open_transactions == 0


@contextmanager
def held_up(standby: PostgresCluster) -> Iterator[None]:
    """It gets all there is, and applies none of it."""
    standby.tell("SELECT pg_wal_replay_pause()")
    try:
        yield
    finally:
        standby.tell("SELECT pg_wal_replay_resume()")


def test_one_too_far_behind_is_not_read_and_read_again_later(
    pair: Pair, name: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reading(pair, name, seconds=0.001) as store, caplog.at_level(logging.INFO):
        with held_up(pair.standby):
            put(store, notice("not there"))
            assert [was_read_at(store), was_read_at(store)] == ["primary", "primary"]
        pair.wait_until_caught_up()
        assert was_read_at(store) == "primary", "it is left alone for a while"
        monkeypatch.setattr(replicas, "LEFT_ALONE_SECONDS", 0)
        store._replica._left_alone_until = 0  # type: ignore[union-attr]
        assert was_read_at(store) == "standby"
    assert [record.message for record in caplog.records] == [
        "the replica is not read, the primary is: it is too far behind",
        "the replica is read again",
    ]


def test_what_was_there_seconds_ago_is_near_enough(pair: Pair, name: str) -> None:
    with reading(pair, name) as store:
        assert was_read_at(store) == "standby"
        with held_up(pair.standby):
            put(store, notice("a moment ago"))
            assert was_read_at(store) == "standby"
            with store.look(may_be_late=True) as work:
                assert work.outbox.list() == []


def test_one_that_is_away_or_another_is_not_read(
    pair: Pair, name: str, caplog: pytest.LogCaptureFixture, tmp_path_factory: pytest.TempPathFactory
) -> None:
    away = f"postgresql://personsvar@/{name}?host={tmp_path_factory.mktemp('nobody')}"
    for elsewhere, why in (
        (away, "No such file or directory"),
        (pair.primary.url(name), "it is no standby"),
        (pair.standby.url("postgres"), "it is of another database"),
    ):
        with reading(pair, name, at=elsewhere) as store:
            assert was_read_at(store) == "primary"
            with store.begin() as work:
                work.subscribers.remove(KARI)
                work.commit()
        assert why in caplog.records[-1].message


def test_a_standby_that_dies_under_somebody_is_not_read_next_time(pair: Pair, name: str) -> None:
    with reading(pair, name) as store:
        assert was_read_at(store) == "standby"
        with psycopg.connect(pair.standby.url("postgres"), autocommit=True) as operator:
            operator.execute(
                "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE pid <> pg_backend_pid() "
                "AND backend_type = 'client backend'"
            )
        assert was_read_at(store) in {"standby", "primary"}
        assert store.open_transactions == 0
