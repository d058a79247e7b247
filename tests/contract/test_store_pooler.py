"""Behind a real PgBouncer that gives each transaction another connection (`pool_mode=transaction`)."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from personsvar import storage
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.storage.store import SqlStore
from tests.bouncer import Bouncer, bouncing
from tests.contract.stores import KARI, leave, message, subscribe
from tests.contract.test_mailbox_changes import EVERYBODY, listening
from tests.postgres import PostgresCluster, running_cluster

pytestmark = pytest.mark.postgres

LOOKS_EACH = 40
"""Far above how often a statement is asked before it would be prepared."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[PostgresCluster]:
    with running_cluster() as running:
        yield running


@pytest.fixture(scope="module")
def bouncer(cluster: PostgresCluster) -> Iterator[Bouncer]:
    with bouncing(cluster) as bouncer:
        yield bouncer


@pytest.fixture
def name(cluster: PostgresCluster) -> str:
    """A database with all tables, made past the pooler."""
    name = cluster.new_database()
    storage.upgrade(cluster.url(name))
    return name


@pytest.fixture
def pooled(cluster: PostgresCluster, bouncer: Bouncer, name: str) -> Iterator[SqlStore]:
    storage.settle_role(cluster.url(name))
    with closing(SqlStore(bouncer.url(name), keep_prepared=False, through_pooler=True)) as store:
        yield store


def test_as_without_a_pooler_it_refuses_every_connection(bouncer: Bouncer, name: str) -> None:
    """So the setting is not only a wish."""
    refused = pytest.raises(StoreUnavailableError, match="unsupported startup parameter")
    with closing(SqlStore(bouncer.url(name))) as store, refused, store.look():
        raise AssertionError("it was let in")


def test_without_the_role_s_settings_it_is_told_what_does_not_hold(
    cluster: PostgresCluster, bouncer: Bouncer, name: str
) -> None:
    found = storage.unsettled(bouncer.url(name))
    assert {"lock_timeout=0", "statement_timeout=0", "idle_in_transaction_session_timeout=0"} <= set(found)
    storage.settle_role(cluster.url(name))
    bouncer.reconnect()
    assert storage.unsettled(bouncer.url(name)) == []


def test_many_threads_do_their_work_over_three_connections(pooled: SqlStore) -> None:
    numbers = [Number(f"+479000{n:04}") for n in range(1, 13)]

    def work(number: Number) -> int:
        with pooled.begin() as uow:
            uow.subscribers.add(Subscriber(number))
            uow.commit()
        seen = 0
        for _ in range(LOOKS_EACH):
            with pooled.look() as uow:
                seen += uow.subscribers.get(number) is not None
        return seen

    with ThreadPoolExecutor(len(numbers)) as threads:
        assert list(threads.map(work, numbers)) == [LOOKS_EACH] * len(numbers)


def test_what_is_committed_through_it_is_heard_past_it(
    cluster: PostgresCluster, name: str, pooled: SqlStore
) -> None:
    subscribe(pooled, KARI)
    with listening(cluster.url(name)) as ears:
        assert ears.next() is EVERYBODY
        leave(pooled, message("through the pooler"))
        assert ears.next() == {KARI}
