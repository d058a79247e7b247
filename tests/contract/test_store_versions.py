"""The tables' versions: made by migrations alone, all or nothing, and told apart (SQLite and PostgreSQL)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.storage import SqlStore, current, is_current, upgrade
from personsvar.storage.months import dividing
from personsvar.storage.one_at_a_time import engine_of
from personsvar.storage.tables import metadata
from personsvar.storage.versions import newest
from tests.contract.stores import KARI, subscribe


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    engine = engine_of(url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def test_the_migrations_make_exactly_the_tables_of_this_version(empty_url: str) -> None:
    upgrade(empty_url)
    with connected(empty_url) as connection:
        dividing.make_whole(connection)
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_an_empty_database_is_at_no_version_and_an_upgraded_one_at_the_newest(empty_url: str) -> None:
    assert current(empty_url) is None
    assert not is_current(empty_url)
    upgrade(empty_url)
    assert current(empty_url) == newest()
    assert is_current(empty_url)


def test_a_database_of_another_version_is_not_current(empty_url: str) -> None:
    upgrade(empty_url)
    with connected(empty_url) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
        connection.commit()
    assert not is_current(empty_url)


def test_upgrading_again_changes_nothing(empty_url: str) -> None:
    upgrade(empty_url)
    store = SqlStore(empty_url)
    subscribe(store, KARI)
    upgrade(empty_url)
    with store.look() as work:
        assert work.subscribers.get(KARI) is not None
    store.close()


def test_two_services_may_upgrade_at_once(empty_url: str) -> None:
    threads = [Thread(target=upgrade, args=(empty_url,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert is_current(empty_url)


def test_the_store_makes_no_tables_by_itself(empty_url: str) -> None:
    store = SqlStore(empty_url)
    for way_in in (store.begin, store.look):
        with pytest.raises(StoreUnavailableError), way_in() as work:
            work.subscribers.get(KARI)
    store.close()
    assert current(empty_url) is None
