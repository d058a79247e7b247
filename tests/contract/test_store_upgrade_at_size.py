"""A PostgreSQL that is in use is upgraded: services write on meanwhile, and what is cut off is done again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
from sqlalchemy import Connection, Engine, event

from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.storage import upgrade
from personsvar.storage.migrations.large_indexes import TABLES
from personsvar.storage.versions import Age, current, newest, standing
from tests.contract.test_store_migrations import at
from tests.patience import patience
from tests.postgres import PostgresCluster

pytestmark = pytest.mark.postgres

BEFORE = "0022"
"""The next one makes an index of all notices anew."""
_MAKING = """
SELECT pid FROM pg_stat_progress_create_index
WHERE datname = current_database() AND phase LIKE 'waiting%' AND relid = 'notices'::regclass
"""
_INDEXES = """
SELECT relname, indisvalid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
WHERE indrelid = 'notices'::regclass AND relname LIKE 'ix_notices_status%'
"""
_PLAIN = re.compile(r"CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)\S+ ON (\w+)")


@pytest.fixture
def url(cluster: PostgresCluster) -> str:
    """A database of the version before, in use."""
    url = cluster.url(cluster.new_database())
    at(url, BEFORE)
    return url


@contextmanager
def long_transaction(url: str) -> Iterator[psycopg.Connection]:
    """Somebody who has written a notice, and not yet ended: an index waits for his end."""
    with psycopg.connect(url) as open_one:
        open_one.execute("UPDATE notices SET urgent = true WHERE id = 1")
        yield open_one


@contextmanager
def upgrading(url: str, times: int = 1) -> Iterator[tuple[psycopg.Connection, list[Future[None]]]]:
    """So many at once; one of them makes the index. A connection of somebody who looks on."""
    with ThreadPoolExecutor(times) as pool, psycopg.connect(url, autocommit=True) as onlooker:
        under_way = [pool.submit(upgrade, url) for _ in range(times)]
        yield onlooker, under_way


def until_it_waits(onlooker: psycopg.Connection, under_way: list[Future[None]]) -> int:
    """The backend that makes the index, and waits for the long transaction."""
    while not (found := onlooker.execute(_MAKING).fetchall()):
        for one in under_way:
            assert not one.done(), one.exception()
    return int(found[0][0])


def test_services_write_while_it_is_made_and_a_second_upgrade_waits(url: str) -> None:
    with long_transaction(url) as open_one, upgrading(url, times=2) as (onlooker, under_way):
        until_it_waits(onlooker, under_way)
        onlooker.execute("SET lock_timeout = '5s'")
        onlooker.execute("UPDATE notices SET urgent = true WHERE id = 2")
        open_one.commit()
        for one in under_way:
            one.result(patience(60))
        assert onlooker.execute(_INDEXES).fetchall() == [("ix_notices_status", True)]
    assert standing(url).age is Age.CURRENT


def test_cut_off_in_the_middle_it_is_done_again(url: str) -> None:
    with long_transaction(url) as open_one:
        with upgrading(url) as (onlooker, (under_way,)):
            pid = until_it_waits(onlooker, [under_way])
            onlooker.execute("SELECT pg_terminate_backend(%s, 60000)", [pid])
            with pytest.raises(StoreUnavailableError):
                under_way.result(patience(60))
            left = dict(onlooker.execute(_INDEXES).fetchall())
        assert left == {"ix_notices_status": True, "ix_notices_status_anew": False}
        assert current(url) == BEFORE
        open_one.commit()
    upgrade(url)
    with psycopg.connect(url) as connection:
        assert connection.execute(_INDEXES).fetchall() == [("ix_notices_status", True)]
        assert connection.execute("SELECT urgent FROM notices WHERE id = 1").fetchall() == [(True,)]
    assert current(url) == newest()


def test_no_index_of_a_large_table_is_made_while_others_have_to_wait(cluster: PostgresCluster) -> None:
    url = cluster.url(cluster.new_database())
    at(url, "0018")
    said: list[str] = []

    def overhear(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    event.listen(Engine, "before_cursor_execute", overhear)
    try:
        upgrade(url)
    finally:
        event.remove(Engine, "before_cursor_execute", overhear)
    made_here = {table for one in said for table in re.findall(r"CREATE TABLE (\w+)", one)}
    plain = {table for one in said for table in _PLAIN.findall(one)} - made_here
    assert plain & TABLES == set()
    assert sum("INDEX CONCURRENTLY" in one for one in said) > 5, "it was not looked for in vain"


def test_the_outbox_is_cleared_up_early(url: str) -> None:
    upgrade(url)
    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT relname, reloptions FROM pg_class WHERE reloptions IS NOT NULL")
        options: dict[str, list[str]] = dict(found.fetchall())
    assert {"notices", "notice_parts", "notice_attempts", "receipts"} <= options.keys()
    assert "autovacuum_vacuum_scale_factor=0.01" in options["notices"]
