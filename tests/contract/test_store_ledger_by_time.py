"""The ledger asked by a time long past reads what it shows, however much was made since."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from personsvar.mailbox.errors import StoreTooSlowError
from personsvar.mailbox.model.ids import NoticeId
from personsvar.mailbox.model.notice import Notice
from personsvar.storage import SqlStore
from tests.contract.outbox import put
from tests.contract.stores import KARI, NOON, OpenStore, Shop, notice, postgres_url, subscribe
from tests.contract.test_store_size import connection_of, overheard
from tests.postgres import PostgresCluster

N = 5_000
PAGE = 20
_ON_SQLITE = "strftime('%Y-%m-%d %H:%M:%S', '2025-03-03 12:00', '+' || i || ' minutes') || '.000000'"
_FILL = """
    WITH RECURSIVE n (i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})
    INSERT INTO notices
        (to_number, kind, channel, dedup_key, created_at, urgent, status, attempts, next_at, finished_at)
    SELECT '{kari}', 'new-message', 'sms', 'n' || i, {at}, {no}, 'sent', 1, {at}, {at} FROM n
"""


def fill(store: OpenStore, first: int, last: int) -> None:
    """One a minute."""
    with store.begin() as work:
        connection = connection_of(work)
        at, no = _ON_SQLITE, "0"
        if connection.dialect.name == "postgresql":
            at, no = "timestamptz '2025-03-03 12:00:00+00' + i * interval '1 minute'", "false"
        connection.exec_driver_sql(_FILL.format(first=first, last=last, kari=KARI, at=at, no=no))
        work.commit()
    with store.begin() as work:
        connection_of(work).exec_driver_sql("ANALYZE notices")
        work.commit()


@pytest.fixture
def full(sql_shop: Shop) -> OpenStore:
    store = sql_shop.store()
    subscribe(store, KARI)
    fill(store, 1, N)
    return store


def page(store: OpenStore, until: datetime, before_id: NoticeId | None = None) -> list[Notice]:
    with store.look() as work:
        return list(work.outbox.list(until=until, before_id=before_id, limit=PAGE))


def test_pages_by_time_are_one_after_the_other_and_leave_none_out(full: OpenStore) -> None:
    until = NOON + timedelta(minutes=101)
    read = page(full, until)
    while more := page(full, until, read[-1].id):
        read += more
    assert [it.dedup_key for it in read] == [f"n{n}" for n in range(100, 0, -1)]


def test_notices_of_one_moment_are_told_once_each(full: OpenStore) -> None:
    same = [notice(f"same-{n}") for n in range(3 * PAGE)]
    put(full, *same)
    until = NOON + timedelta(seconds=30)
    read = page(full, until)
    while more := page(full, until, read[-1].id):
        read += more
    assert [it.dedup_key for it in read] == [it.dedup_key for it in reversed(same)]


def test_a_page_goes_on_though_its_last_one_is_gone(full: OpenStore) -> None:
    until = NOON + timedelta(minutes=101)
    first = page(full, until)
    with full.begin() as work:
        connection_of(work).exec_driver_sql(f"DELETE FROM notices WHERE id = {first[-1].id}")
        work.commit()
    assert page(full, until, first[-1].id)[0].dedup_key == f"n{100 - PAGE}"


def asked(store: OpenStore, until: datetime, before_id: NoticeId | None) -> str:
    """What the database says that it does for the list."""
    with store.begin() as work:
        connection = connection_of(work)
        with overheard(connection) as said:
            work.outbox.list(until=until, before_id=before_id, limit=PAGE)
        statement, values = said[-1]
        on_sqlite = connection.dialect.name == "sqlite"
        how = "EXPLAIN QUERY PLAN " if on_sqlite else "EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) "
        return "\n".join(str(row[-1]) for row in connection.exec_driver_sql(how + statement, values))


def blocks(plan: str) -> int:
    """Read by the whole of the statement."""
    found = re.search(r"Buffers: shared(?: hit=(\d+))?(?: read=(\d+))?", plan)
    assert found, plan
    return int(found[1] or 0) + int(found[2] or 0)


@pytest.mark.parametrize("later_page", [False, True])
def test_four_times_as_many_made_since_cost_nothing(full: OpenStore, *, later_page: bool) -> None:
    until = NOON + timedelta(minutes=500)
    last = page(full, until)[-1].id if later_page else None
    few = asked(full, until, last)
    fill(full, N + 1, 4 * N)
    many = asked(full, until, last)
    if "Buffers" not in many:
        assert re.search(r"SEARCH notices USING INDEX ix_notices_created_at", many)
        return
    assert "Rows Removed by Filter" not in re.sub(r"Rows Removed by Filter: [01]\b", "", many)
    assert blocks(many) <= blocks(few) + 3


@pytest.fixture
def hasty(cluster: PostgresCluster) -> Iterator[SqlStore]:
    """On PostgreSQL, where a statement has 0.9 s."""
    with postgres_url(cluster) as url:
        store = SqlStore(url, connections=1, wait_seconds=0.3)
        yield store
        store.close()


@pytest.mark.postgres
def test_a_statement_that_takes_too_long_is_not_a_database_that_is_away(hasty: SqlStore) -> None:
    with pytest.raises(StoreTooSlowError, match="statement timeout"), hasty.look() as work:
        connection_of(work).exec_driver_sql("SELECT pg_sleep(30)")
    with hasty.look() as work:
        assert work.outbox.list(limit=1) == []


@pytest.mark.postgres
def test_a_chore_s_statement_has_a_limit_of_its_own_and_nobody_else_s_changes(hasty: SqlStore) -> None:
    chores, limits = hasty.unhurried(), []
    for opened in (chores.begin, hasty.begin, chores.look, hasty.look):
        with opened() as work:
            limits.append(connection_of(work).exec_driver_sql("SHOW statement_timeout").scalar_one())
    assert limits == ["10min", "900ms", "10min", "900ms"]


@pytest.mark.postgres
def test_what_the_next_round_does_again_need_not_be_on_the_disk_and_all_else_is(hasty: SqlStore) -> None:
    waits = []
    for opened in (hasty.unhurried(may_be_lost=True).begin, hasty.begin, hasty.unhurried().begin):
        with opened() as work:
            waits.append(connection_of(work).exec_driver_sql("SHOW synchronous_commit").scalar_one())
    assert waits == ["off", "on", "on"]
