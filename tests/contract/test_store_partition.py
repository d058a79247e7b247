"""A ledger that is one table is divided into months, in use, and is made one again by a step back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import psycopg
import pytest
from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from personsvar.mailbox.errors import MailboxError, StoreUnavailableError
from personsvar.mailbox.model.notice import NoticeStatus
from personsvar.storage import SqlStore, one_at_a_time, upgrade
from personsvar.storage.migrations import large_indexes
from personsvar.storage.months import dividing, turning
from personsvar.storage.months.month import Month
from personsvar.storage.months.partitions import LEDGER, is_divided, partitions
from personsvar.storage.one_at_a_time import alone, engine_of
from personsvar.storage.versions import WrongVersionError, downgrade, partition, scripts
from tests.contract.filled import fill, rows_in
from tests.contract.outbox import add, claim, receipt, receive, send, settle
from tests.contract.stores import KARI, NOON, OLA, new_without_months, notice, subscribe, without_months
from tests.contract.test_backup_round_trip import SKIPPED, backed_up, restored
from tests.contract.test_store_migrations import at, changing, rows, shape
from tests.patience import patience
from tests.postgres import PostgresCluster

pytestmark = pytest.mark.postgres

MARCH = Month(2025, 3)
LATE = datetime(2041, 5, 3, 12, tzinfo=UTC)


@pytest.fixture
def whole(cluster: PostgresCluster) -> str:
    """A database of this version whose ledger is not divided."""
    return new_without_months(cluster)


def used(url: str) -> SqlStore:
    store = SqlStore(url)
    subscribe(store, KARI, OLA)
    return store


def divided(url: str) -> Sequence[str]:
    with alone(url) as connection:
        return [table for table in LEDGER if is_divided(connection, table)]


def test_everything_is_there_after_it_and_after_the_way_back(whole: str) -> None:
    with closing(SqlStore(whole)) as store:
        fill(store, seed=20261201)
        before = rows_in(store)
        with alone(whole) as connection:
            as_it_was = rows(connection), shape(connection)
        assert partition(whole, NOON)
        assert rows_in(store) == before
        assert divided(whole) == list(LEDGER)
        assert not partition(whole, NOON), "it is divided already"
        assert rows_in(store) == before
    with alone(whole) as connection:
        dividing.make_whole(connection)
        now = rows(connection), shape(connection)
    assert now == as_it_was


def test_a_step_back_makes_it_whole_with_what_came_in_since(whole: str) -> None:
    with closing(used(whole)) as store:
        old = send(store, "a", key="old")
        partition(whole, NOON)
        new = send(store, "b", key="new")
        receive(store, receipt("a"), receipt("nobody's"))
    assert new == MARCH.first_id > old
    downgrade(whole)
    with changing(whole) as connection:
        found = connection.execute(text("SELECT id, status FROM notices ORDER BY id")).all()
        assert [tuple(row) for row in found] == [(old, "delivered"), (new, "sent")]
        assert connection.execute(text("SELECT count(*) FROM receipts")).scalar() == 2
    upgrade(whole)
    assert divided(whole) == []
    with closing(SqlStore(whole)) as store:
        assert add(store, "next") == new + 1
    assert partition(whole, NOON)
    with closing(SqlStore(whole)) as store:
        assert add(store, "one more") == new + 2


def test_services_write_on_meanwhile(whole: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_at_a_time, "LOCK_SECONDS", 0.05)
    stop, ready = Event(), Event()

    def service(number: int) -> int:
        done = 0
        with closing(SqlStore(whole)) as store:
            while not stop.is_set():
                key = f"{number}-{done}"
                with store.begin() as work:
                    assert work.outbox.add(notice(key, to=(KARI, OLA)[number % 2])) is not None
                    work.commit()
                for held in claim(store, limit=1):
                    settle(store, held, NoticeStatus.SENT)
                receive(store, receipt(key))
                done += 1
                ready.set()
        return done

    with closing(used(whole)) as store, ThreadPoolExecutor(4) as pool:
        services = [pool.submit(service, number) for number in range(3)]
        try:
            assert ready.wait(patience(30))
            assert partition(whole, NOON)
        finally:
            stop.set()
        done = sum(each.result(patience(30)) for each in services)
        with store.reading() as connection:
            notices = connection.exec_driver_sql("SELECT count(*) FROM notices").scalar()
            waiting = connection.exec_driver_sql("SELECT count(*) FROM receipts_waiting").scalar()
    assert (notices, waiting) == (done, done)


@contextmanager
def somebody(url: str, statement: str) -> Iterator[None]:
    with psycopg.connect(url) as open_one:
        open_one.execute(statement)
        yield


def test_cut_off_it_goes_on_where_it_was(whole: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half way the ledger is as good as before: what is held up is tried again, and then told."""
    monkeypatch.setattr(one_at_a_time, "LOCK_SECONDS", 0.05)
    monkeypatch.setattr(one_at_a_time, "LOCK_TRIES", 2)
    with closing(used(whole)) as store:
        send(store, "a", key="old")
        receive(store, receipt("early"))
        with somebody(whole, "SELECT FROM notice_parts"), pytest.raises(StoreUnavailableError):
            partition(whole, NOON)
        assert divided(whole) == []
        held = "DELETE FROM subscribers WHERE false"
        with somebody(whole, held), pytest.raises(StoreUnavailableError):
            partition(whole, NOON)
        assert set(divided(whole)) == set(LEDGER) - {"notices"}
        new = send(store, "early", key="new")
        assert receive(store, receipt("a")) != []
        assert partition(whole, datetime(2025, 4, 1, tzinfo=UTC))
        assert divided(whole) == list(LEDGER)
        with store.begin() as work:
            assert [work.outbox.add(notice(key)) for key in ("old", "new")] == [None, None]
            assert [it.status for it in work.outbox.list()] == [NoticeStatus.DELIVERED] * 2
            assert work.outbox.add(notice("next")) == Month(2025, 4).first_id
            work.commit()
    assert new == 2


def test_a_half_divided_one_goes_a_step_back_too(whole: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_at_a_time, "LOCK_TRIES", 1)
    with alone(whole) as connection:
        as_it_was = shape(connection)
    with closing(used(whole)) as store:
        send(store, "a")
    held = "DELETE FROM subscribers WHERE false"
    with somebody(whole, held), pytest.raises(StoreUnavailableError):
        partition(whole, NOON)
    downgrade(whole)
    upgrade(whole)
    with alone(whole) as connection:
        assert shape(connection) == as_it_was


def test_what_was_left_by_one_that_was_cut_off_is_in_no_restore_s_way(
    whole: str, cluster: PostgresCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rows are promised to be of before a month, which those of a backup need not be."""
    monkeypatch.setattr(one_at_a_time, "LOCK_TRIES", 1)
    used(whole).close()
    held = somebody(whole, "DELETE FROM receipts WHERE false")
    with held, pytest.raises(StoreUnavailableError):
        partition(whole, NOON)
    source = cluster.url(cluster.new_database())
    upgrade(source)
    with closing(used(source)) as store:
        later = send(store, "a")
        backed_up(source, tmp_path)
    restored(whole, tmp_path, overwrite=True)
    with closing(SqlStore(whole)) as store, store.look() as work:
        assert [it.id for it in work.outbox.list()] == [later]


def test_a_step_back_takes_nothing_that_an_operator_made(whole: str) -> None:
    partition(whole, NOON)
    with alone(whole) as connection:
        connection.execute(text("CREATE VIEW statistics AS SELECT status FROM notices"))
    with pytest.raises(MailboxError, match="a view, or a key, of your own hangs on notices"):
        downgrade(whole)
    assert divided(whole) == list(LEDGER)
    with alone(whole) as connection:
        connection.execute(text("DROP VIEW statistics"))
    downgrade(whole)
    assert divided(whole) == []


def test_a_database_of_another_version_is_not_divided(cluster: PostgresCluster) -> None:
    url = cluster.url(cluster.new_database())
    at(url, "0030")
    with pytest.raises(WrongVersionError, match="of an older version"):
        partition(url, NOON)


def test_an_upgrade_of_one_in_use_does_not_divide_it(cluster: PostgresCluster) -> None:
    """Services of the version before go on, and can't renew a notice in a divided one."""
    url = cluster.url(cluster.new_database())
    at(url, "0030")
    upgrade(url)
    assert divided(url) == []


@pytest.mark.parametrize("in_use", [False, True])
def test_a_backup_of_a_later_month_goes_into_one_that_is_divided(
    cluster: PostgresCluster, tmp_path: Path, *, in_use: bool
) -> None:
    """Its notices are of months that are not there, and ids go on behind those it knows."""
    source, target = (cluster.url(cluster.new_database()) for _ in range(2))
    upgrade(source)
    with alone(source) as connection:
        dividing.make_whole(connection)
        dividing.divide(connection, LATE)
    with closing(used(source)) as store:
        last = send(store, "a")
        backed_up(source, tmp_path)
    upgrade(target)
    if in_use:
        with closing(used(target)) as store:
            send(store, "b", key="other")
    restored(target, tmp_path, overwrite=True)
    with closing(SqlStore(target)) as store:
        with store.look() as work:
            assert [it.id for it in work.outbox.list()] == [last]
        assert add(store, "next") > last
        with store.begin() as work:
            work.outbox.begin_month(now=LATE + timedelta(days=40))
            work.commit()
        assert add(store, "next month") == Month(2041, 6).first_id
    assert divided(target) == list(LEDGER)


def test_after_a_restore_no_id_of_a_month_that_began_since_is_given_again(
    cluster: PostgresCluster, tmp_path: Path
) -> None:
    """The backup is of a month ago. This month some were given, too, and are gone with the old database."""
    now = datetime.now(UTC)
    source, target = (cluster.url(cluster.new_database()) for _ in range(2))
    upgrade(source)
    with alone(source) as connection:
        without_months(connection)
        dividing.divide(connection, now - timedelta(days=32))
    with closing(used(source)) as store:
        last = send(store, "a")
    backed_up(source, tmp_path)
    restored(target, tmp_path)
    with closing(SqlStore(target)) as store:
        assert add(store, "next") >= Month.of(now).first_id + SKIPPED > last


# ---- an index of a later version


def test_a_later_version_makes_its_indexes_beside_services_in_each_month(whole: str) -> None:
    partition(whole, NOON)

    def of(columns: str) -> Sequence[str]:
        with alone(whole) as connection:
            found = connection.execute(text("SELECT indexdef FROM pg_indexes WHERE indexname LIKE 'ix_new%'"))
            assert connection.execute(text("SELECT bool_and(indisvalid) FROM pg_index")).scalar()
            return sorted(each for each in found.scalars() if columns in each)

    migrated(whole, lambda: large_indexes.create("ix_new", "notices", ["error", "id"]))
    assert len(of("(error, id)")) == 1 + 3
    for _ in range(2):
        migrated(whole, lambda: large_indexes.replace("ix_new", "notices", ["error", "kind"]))
    assert (len(of("(error, id)")), len(of("(error, kind)"))) == (0, 1 + 3)
    migrated(
        whole,
        lambda: large_indexes.create("ix_new_some", "receipts", ["at"], of=text("notice_id IS NULL")),
    )
    assert len(of("WHERE (notice_id IS NULL)")) == 1 + 4


def test_an_index_that_was_cut_off_is_gone_on_with_though_a_month_has_begun_since(whole: str) -> None:
    partition(whole, NOON)
    anew = ["error", "kind"]
    migrated(whole, lambda: large_indexes.create("ix_new", "notices", ["error", "id"]))
    migrated(whole, lambda: large_indexes.create("ix_new_anew", "notices", anew))
    with alone(whole) as connection:
        turning.begin(connection, datetime(2025, 4, 1, tzinfo=UTC))
    migrated(whole, lambda: large_indexes.replace("ix_new", "notices", anew))
    with alone(whole) as connection:
        found = connection.execute(text("SELECT indexname FROM pg_indexes WHERE indexname LIKE 'ix_new%'"))
        assert set(found.scalars()) == {
            "ix_new",
            *(f"ix_new_{part}" for part in ("before", "2025_03", "2025_04", "2025_05")),
        }


def migrated(url: str, step: Callable[[], None]) -> None:
    """As a migration does it in an upgrade of a database in use."""
    engine = engine_of(url)
    with engine.connect() as connection:
        config = scripts(connection, step_by_step=True)
        around = EnvironmentContext(config, ScriptDirectory.from_config(config))
        context = MigrationContext.configure(
            connection, environment_context=around, opts={"transaction_per_migration": True}
        )
        with context.begin_transaction(_per_migration=True), Operations.context(context):
            step()
    engine.dispose()


def test_every_ledger_table_has_its_months(whole: str) -> None:
    partition(whole, NOON)
    with alone(whole) as connection:
        found = [[it.name for it in partitions(connection, table)] for table in LEDGER]
    assert found == [["before", "2025_03", "2025_04"]] * len(LEDGER)
