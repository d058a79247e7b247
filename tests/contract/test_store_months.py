"""The ledger by the month (`storage.months`): begun, dropped, and what holds over all of them."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event

import psycopg
import pytest
from sqlalchemy import Connection

from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.ids import NoticeId
from personsvar.mailbox.model.ledger import AttemptOutcome
from personsvar.mailbox.model.notice import Channel, Notice, NoticeStatus
from personsvar.mailbox.model.reckoning import Reckoning, Uptime
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.mailbox.tidying import tidy_ledger
from personsvar.storage import SqlStore, raise_ids, upgrade
from personsvar.storage.months import dividing, turning
from personsvar.storage.months.month import IDS, Month
from personsvar.storage.months.partitions import LEDGER, partitions
from personsvar.storage.one_at_a_time import alone
from tests.contract.outbox import (
    add,
    claim,
    history,
    look,
    receipt,
    receive,
    send,
    settled,
    tried,
    write_back,
)
from tests.contract.stores import KARI, NOON, OLA, new_without_months, notice, subscribe
from tests.contract.test_store_size import connection_of
from tests.fakes.bank_holidays import NamedBankHolidays
from tests.fakes.clock_and_chance import SeededDice, SetClock
from tests.patience import patience
from tests.postgres import PostgresCluster
from tests.unit.mailbox.use_cases import GlassVault

pytestmark = pytest.mark.postgres

MARCH, APRIL, MAY = Month(2025, 3), Month(2025, 4), Month(2025, 5)
"""NOON is in March."""
LONG_AFTER = datetime(2025, 12, 1, tzinfo=UTC)


@pytest.fixture
def url(cluster: PostgresCluster) -> str:
    """A database that was divided in March."""
    url = new_without_months(cluster)
    with alone(url) as connection:
        dividing.divide(connection, NOON)
    return url


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    with closing(SqlStore(url)) as store:
        subscribe(store, KARI, OLA)
        yield store


def begin(store: SqlStore, now: datetime) -> None:
    with store.begin() as work:
        work.outbox.begin_month(now=now)
        work.commit()


def purge(store: SqlStore, before: datetime, limit: int = 100) -> int:
    with store.begin() as work:
        gone = work.outbox.purge(before=before, limit=limit)
        work.commit()
    return gone


def months(store: SqlStore) -> Sequence[str]:
    with store.reading() as connection:
        found = [partition.name for partition in partitions(connection)]
        assert all([each.name for each in partitions(connection, table)] == found for table in LEDGER)
    return found


def drop_what_has_no_month(store: SqlStore) -> None:
    """There is nothing in it."""
    assert purge(store, MARCH.begins + turning.UNDER_WAY) == 1


def rows(store: SqlStore) -> Sequence[int]:
    with store.reading() as connection:
        counts = (connection.exec_driver_sql(f"SELECT count(*) FROM {table}") for table in LEDGER)
        return [int(count.scalar_one()) for count in counts]


def month_of(id_: NoticeId) -> int:
    return id_ // IDS


@contextmanager
def changing(store: SqlStore) -> Iterator[Connection]:
    with store.writing() as connection:
        yield connection
        connection.commit()


@contextmanager
def held(url: str, statement: str) -> Iterator[None]:
    """Somebody is at it, and does not end."""
    with psycopg.connect(url) as somebody:
        somebody.execute(statement)
        yield


# ---- months begin


def test_a_new_ledger_has_this_month_and_the_next(cluster: PostgresCluster) -> None:
    url = cluster.url(cluster.new_database())
    upgrade(url)
    this = Month.of(datetime.now(UTC))
    with closing(SqlStore(url)) as store:
        assert months(store)[0] == "before"
        assert str(this) in months(store)
        assert months(store)[-1] in (str(this.next), str(this.next.next)), "it may just have turned"


def test_an_id_begins_with_its_month(store: SqlStore) -> None:
    first, second = add(store, "1"), add(store, "2")
    assert (first, second) == (202503_000000000, 202503_000000001)
    assert months(store) == ["before", "2025_03", "2025_04"]
    begin(store, NOON + timedelta(days=10))
    assert month_of(add(store, "3")) == 202503
    begin(store, APRIL.begins)
    assert add(store, "4") == 202504_000000000
    assert months(store) == ["before", "2025_03", "2025_04", "2025_05"]
    with store.look() as work:
        assert [it.dedup_key for it in work.outbox.list(limit=3)] == ["4", "3", "2"]


def test_a_clock_that_is_set_back_begins_nothing(store: SqlStore) -> None:
    begin(store, MAY.begins)
    for now in (NOON, datetime(2021, 1, 1, tzinfo=UTC)):
        begin(store, now)
        assert month_of(add(store, f"{now}")) == 202505
    assert months(store) == ["before", "2025_03", "2025_04", "2025_05", "2025_06"]


def test_months_in_which_nobody_was_there_are_left_out(store: SqlStore) -> None:
    begin(store, LONG_AFTER)
    assert month_of(add(store)) == 202512
    assert months(store) == ["before", "2025_03", "2025_04", "2025_12", "2026_01"]


def test_a_month_that_never_begins_leaves_the_last_one_going_on(store: SqlStore) -> None:
    with changing(store) as connection:
        connection.exec_driver_sql(f"SELECT setval('notices_id_seq', {APRIL.first_id - 2})")
    ids = [add(store, f"{n}") for n in range(3)]
    assert ids == [APRIL.first_id - 1, APRIL.first_id, APRIL.first_id + 1]
    assert [look(store, id_).dedup_key for id_ in ids] == ["0", "1", "2"]


def test_it_waits_for_nobody_who_adds_a_notice(
    store: SqlStore, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with held(url, "UPDATE notices SET urgent = true"):
        begin(store, APRIL.begins)
        assert "a month of the ledger has to wait" in caplog.text
        assert month_of(add(store, "1")) == 202503
    begin(store, APRIL.begins)
    assert month_of(add(store, "2")) == 202504


def test_several_may_begin_it_at_once(store: SqlStore) -> None:
    with ThreadPoolExecutor(4) as several:
        for _ in several.map(lambda _: begin(store, APRIL.begins), range(4)):
            """None of them failed."""
    begin(store, APRIL.begins)
    assert months(store) == ["before", "2025_03", "2025_04", "2025_05"]
    assert month_of(add(store)) == 202504


# ---- months end


def ended(store: SqlStore, key: str, at: datetime = NOON) -> NoticeId:
    """A notice with a try, a part and its receipt."""
    added = add(store, key, seconds=(at - NOON).total_seconds())
    (mine,) = claim(store, now=at)
    write_back(store, settled(mine, NoticeStatus.SENT, tried(AttemptOutcome.ACCEPTED, key)), now=at)
    receive(store, receipt(key))
    return added


def test_a_month_goes_as_a_whole_90_days_after_its_end(
    store: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    drop_what_has_no_month(store)
    gone = [ended(store, f"march-{n}") for n in range(3)]
    begin(store, APRIL.begins)
    stays = ended(store, "april", APRIL.begins + timedelta(days=10))
    assert purge(store, APRIL.begins + turning.UNDER_WAY - timedelta(seconds=1)) == 0
    assert rows(store) == [4, 4, 4, 4]
    with changing(store) as connection:
        connection.exec_driver_sql("ANALYZE notices_2025_03")
    assert purge(store, APRIL.begins + turning.UNDER_WAY) == 3, "as many as PostgreSQL knows of"
    assert "a month of the ledger was dropped" in caplog.text
    assert months(store) == ["2025_04", "2025_05"]
    assert rows(store) == [1, 1, 1, 1]
    with store.look() as work:
        assert [work.outbox.get(id_) for id_ in gone] == [None] * 3
        assert [it.id for it in work.outbox.list()] == [stays]
    assert purge(store, APRIL.begins + turning.UNDER_WAY) == 0
    assert ended(store, "march-0") > stays, "what was told long ago may be told again"


def test_by_a_clock_that_was_years_ahead_once_notices_go_one_by_one(store: SqlStore) -> None:
    """Its month is under way until that year has come, and what is made meanwhile is of it."""
    begin(store, datetime(2041, 5, 1, tzinfo=UTC))
    drop_what_has_no_month(store)
    for n in range(3):
        ended(store, f"{n}")
    lately = ended(store, "lately", LONG_AFTER)
    assert month_of(lately) == 204105
    assert [purge(store, LONG_AFTER, limit=2) for _ in range(5)] == [2, 1, 1, 1, 0], "and two empty months"
    assert [it.id for it in listed(store)] == [lately]
    assert months(store)[-2:] == ["2041_05", "2041_06"]


def test_a_month_that_one_waits_in_goes_notice_by_notice(store: SqlStore) -> None:
    drop_what_has_no_month(store)
    for n in range(3):
        ended(store, f"{n}")
    waits = add(store, "waits", channel=Channel.EMAIL)
    begin(store, APRIL.begins)
    assert purge(store, LONG_AFTER) == 0, "it is seen, and marked"
    assert [purge(store, LONG_AFTER, limit=2) for _ in range(3)] == [2, 1, 0]
    assert [it.id for it in listed(store)] == [waits]
    (mine,) = claim(store, channels=["email"])
    write_back(store, settled(mine, NoticeStatus.DEAD), now=NOON)
    assert [purge(store, LONG_AFTER) for _ in range(3)] == [1, 1, 0], "it, and its month"
    assert months(store) == ["2025_04", "2025_05"]


def test_what_was_sent_again_stays_until_that_is_90_days_ago_too(store: SqlStore) -> None:
    drop_what_has_no_month(store)
    ended(store, "once")
    again = ended(store, "again")
    begin(store, APRIL.begins)
    with store.begin() as work:
        assert work.outbox.resend(again, now=MAY.begins)
        work.commit()
    (mine,) = claim(store, now=MAY.begins)
    over = MAY.begins + timedelta(days=3)
    write_back(store, settled(mine, NoticeStatus.SENT, tried(AttemptOutcome.ACCEPTED, "x")), now=over)
    assert [purge(store, over) for _ in range(4)] == [0, 1, 0, 0]
    assert [it.id for it in listed(store)] == [again]
    assert purge(store, over + timedelta(seconds=1)) == 1


def test_what_an_operator_wrote_on_a_month_stays_and_is_in_nobody_s_way(store: SqlStore) -> None:
    drop_what_has_no_month(store)
    ended(store, "over")
    add(store, "waits", channel=Channel.EMAIL)
    begin(store, APRIL.begins)
    with changing(store) as connection:
        connection.exec_driver_sql("COMMENT ON TABLE notices_2025_03 IS '100%% of ''all'' is read'")
    assert [purge(store, LONG_AFTER) for _ in range(2)] == [0, 1]
    with store.reading() as connection:
        said = connection.exec_driver_sql("SELECT obj_description(to_regclass('notices_2025_03'))").scalar()
    assert str(said).startswith("100% of 'all' is read\npersonsvar: ")


def test_a_month_that_a_view_hangs_on_is_told_and_the_next_one_goes(
    store: SqlStore, caplog: pytest.LogCaptureFixture
) -> None:
    ended(store, "march")
    begin(store, APRIL.begins)
    ended(store, "april", APRIL.begins)
    begin(store, MAY.begins)
    with changing(store) as connection:
        connection.exec_driver_sql("CREATE VIEW mine AS SELECT id FROM notices_before")
    while purge(store, LONG_AFTER):
        """One in each round."""
    assert "a month of the ledger can't begin, or go: cannot drop" in caplog.text
    assert months(store) == ["before", "2025_05", "2025_06"]


def test_what_is_sent_again_in_that_moment_keeps_its_month(store: SqlStore) -> None:
    """Who sends it again has not ended yet: the month is for the next round."""
    drop_what_has_no_month(store)
    old = ended(store, "old")
    begin(store, APRIL.begins)
    with store.begin() as work, ThreadPoolExecutor(1) as another:
        assert work.outbox.resend(old, now=MAY.begins)
        assert another.submit(purge, store, LONG_AFTER).result(patience(30)) == 0
        work.commit()
    assert purge(store, LONG_AFTER) == 0
    assert look(store, old).status is NoticeStatus.READY


def test_who_sends_again_while_its_month_goes_hears_that_it_is_gone(store: SqlStore) -> None:
    drop_what_has_no_month(store)
    old = ended(store, "old")
    begin(store, APRIL.begins)

    def resend() -> bool:
        with store.begin() as work:
            again = work.outbox.resend(old, now=MAY.begins)
            work.commit()
        return again

    with ThreadPoolExecutor(1) as another:
        with store.begin() as work:
            assert work.outbox.purge(before=LONG_AFTER, limit=100) == 1
            later = another.submit(resend)
            with pytest.raises(TimeoutError):
                later.result(0.2)
            work.commit()
        assert later.result(patience(30)) is False
    assert rows(store) == [0, 0, 0, 0]


def test_one_month_goes_in_each_round(store: SqlStore) -> None:
    """While one goes its tables are held, so none is looked through then."""
    ended(store, "march")
    begin(store, APRIL.begins)
    ended(store, "april", APRIL.begins)
    begin(store, MAY.begins)
    assert [purge(store, LONG_AFTER) for _ in range(4)] == [1, 1, 1, 0], "an empty one counts as one"
    assert months(store) == ["2025_05", "2025_06"]


def test_what_ends_a_little_later_than_its_month_is_in_no_month_s_way(store: SqlStore) -> None:
    """An SMS on the last evening, to a phone that is off until the next day; one made as the month turned."""
    drop_what_has_no_month(store)
    evening = APRIL.begins - timedelta(minutes=5)
    ended(store, "over", evening)
    late = add(store, "late", seconds=(evening - NOON).total_seconds())
    (mine,) = claim(store, now=evening)
    tomorrow = APRIL.begins + timedelta(hours=8)
    write_back(store, settled(mine, NoticeStatus.SENT, tried(AttemptOutcome.ACCEPTED, "x")), now=tomorrow)
    turned_late = ended(store, "not turned yet", APRIL.begins + timedelta(minutes=20))
    assert (month_of(late), month_of(turned_late)) == (202503, 202503)
    begin(store, APRIL.begins)
    for hours in range(0, 7 * 24, 8):
        assert purge(store, APRIL.begins + timedelta(hours=hours)) == 0
        assert rows(store)[0] == 3
    assert purge(store, APRIL.begins + timedelta(days=7)) > 0
    assert rows(store) == [0, 0, 0, 0]
    assert "2025_03" not in months(store)


def test_a_connection_that_is_lost_is_told_as_that(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ended(store, "old")
    begin(store, APRIL.begins)

    def lose(connection: Connection, _partition: object) -> None:
        connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(turning, "drop", lose)
    with pytest.raises(StoreUnavailableError):
        purge(store, LONG_AFTER)
    assert "a month of the ledger" not in caplog.text


def test_time_outs_are_as_before_behind_it(store: SqlStore) -> None:
    names = ("lock_timeout", "statement_timeout")

    def now(connection: Connection) -> list[object]:
        return [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in names]

    with store.unhurried().begin() as work:
        connection = connection_of(work)
        usual = now(connection)
        work.outbox.begin_month(now=APRIL.begins)
        assert now(connection) == usual
        assert work.outbox.purge(before=LONG_AFTER, limit=1) == 1
        assert now(connection) == usual
    assert usual == ["10s", "10min"]


def test_the_next_month_goes_though_the_one_before_has_to_stay(store: SqlStore) -> None:
    waits = add(store, "waits", channel=Channel.EMAIL)
    begin(store, APRIL.begins)
    ended(store, "april", APRIL.begins)
    begin(store, MAY.begins)
    while purge(store, LONG_AFTER):
        """One in each round."""
    assert look(store, waits).dedup_key == "waits"
    assert months(store) == ["2025_03", "2025_05", "2025_06"]


def test_nobody_waits_long_for_a_month_that_can_t_go(
    store: SqlStore, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A dump holds all tables for hours."""
    drop_what_has_no_month(store)
    ended(store, "1")
    begin(store, MAY.begins)
    with held(url, "SELECT FROM subscribers"):
        assert purge(store, LONG_AFTER) == 0
        assert "a month of the ledger has to wait" in caplog.text
        assert rows(store) == [1, 1, 1, 1]
    assert purge(store, LONG_AFTER) == 1


def test_what_has_no_month_goes_notice_by_notice_and_its_tables_at_last(store: SqlStore) -> None:
    with changing(store) as connection:
        connection.exec_driver_sql("SELECT setval('notices_id_seq', 1, false)")
    ids = [ended(store, f"{n}") for n in range(3)]
    assert ids == [1, 2, 3]
    begin(store, MAY.begins)
    assert purge(store, NOON) == 0
    assert purge(store, LONG_AFTER, limit=2) == 2
    assert rows(store) == [1, 1, 1, 1]
    assert purge(store, LONG_AFTER, limit=2) == 1
    assert months(store)[0] == "before"
    assert purge(store, LONG_AFTER) == 1, "the empty tables"
    assert "before" not in months(store)
    assert month_of(add(store)) == 202505


def test_in_a_year_of_days_months_come_and_go_and_none_is_older_than_it_may_be(store: SqlStore) -> None:
    """As the notifier goes on with it each hour; by a clock that is not believed nothing begins or goes."""
    clock = SetClock(NOON)
    services = Services(store, clock, SeededDice(), GlassVault(), Rules(), NamedBankHolidays())
    for day in range(370):
        clock.time = NOON + timedelta(days=day)
        uptime = Uptime("boot", day * 86_400.0)
        with store.begin() as work:
            work.upkeep.put(Reckoning(clock.now(), uptime))
            work.commit()
        ended(store, f"{day}", clock.now())
        tidy_ledger(services, uptime)
        clock.go_on(days=500)
        assert tidy_ledger(services, uptime) == 0
    there = listed(store)
    oldest = min(it.created_at for it in there)
    assert timedelta(days=90) < NOON + timedelta(days=369) - oldest < timedelta(days=90 + 7 + 31)
    assert {month_of(it.id) for it in there} == {202511, 202512, 202601, 202602, 202603}
    assert months(store) == ["2025_11", "2025_12", "2026_01", "2026_02", "2026_03", "2026_04"]
    assert rows(store) == [len(there)] * 4


# ---- the counter


def test_ids_that_are_there_are_not_given_again_whatever_the_counter_says(store: SqlStore) -> None:
    """As a restore that was undone left it, while counters were not undone with it."""
    there = [add(store, f"{n}") for n in range(3)]
    with changing(store) as connection:
        connection.exec_driver_sql("SELECT setval('notices_id_seq', 1000)")
    begin(store, NOON)
    assert add(store, "next") == there[-1] + 1


def test_an_id_that_is_taken_is_no_notice_that_was_told(store: SqlStore) -> None:
    there = [add(store, f"{n}") for n in range(4)]
    with changing(store) as connection:
        connection.exec_driver_sql(f"SELECT setval('notices_id_seq', {there[0]}, false)")
    with pytest.raises(StoreUnavailableError, match="its id is taken"), store.begin() as work:
        work.outbox.add(notice("new"))
    assert add(store, "new") == there[-1] + 1


def test_ids_have_a_partition_wherever_they_are(store: SqlStore) -> None:
    """Nothing is written until there is one: it waits as if the database were away."""
    far = Month(2031, 12).first_id + 5 * IDS
    with changing(store) as connection:
        connection.exec_driver_sql(f"SELECT setval('notices_id_seq', {far}, false)")
    with pytest.raises(StoreUnavailableError, match="no partition"), store.begin() as work:
        work.outbox.add(notice("new"))
    begin(store, NOON)
    assert add(store, "new") > far
    assert months(store)[-1] == "2031_12"


@pytest.mark.parametrize("now", [NOON, datetime(2021, 1, 1, tzinfo=UTC)])
def test_a_counter_before_all_months_goes_on_behind_what_is_there(store: SqlStore, now: datetime) -> None:
    drop_what_has_no_month(store)
    there = add(store, "there")
    with changing(store) as connection:
        connection.exec_driver_sql("SELECT setval('notices_id_seq', 5)")
    begin(store, now)
    assert add(store, "next") == there + 1
    assert purge(store, MARCH.begins) == 0


def test_after_a_restore_ids_are_skipped_beside_services(store: SqlStore, url: str) -> None:
    """Whoever was given an id just now has not ended."""
    with psycopg.connect(url) as somebody:
        somebody.execute("SELECT nextval('notices_id_seq'), nextval('messages_id_seq')")
        raise_ids(url, NOON, by=1000)
        somebody.execute("SELECT nextval('messages_id_seq')")
    assert add(store) == MARCH.first_id + 1001


def test_a_month_that_did_not_begin_gives_no_ids(store: SqlStore) -> None:
    """Killed before it is committed: partitions and counter are as they were."""
    with store.begin() as work:
        work.outbox.begin_month(now=MAY.begins)
    assert month_of(add(store)) == 202503


def test_after_a_restore_ids_of_the_month_are_skipped_too(store: SqlStore, url: str) -> None:
    """Since the backup was made a month has begun, and its first ids were given."""
    add(store, "march")
    raise_ids(url, APRIL.begins + timedelta(days=20), by=1000)
    assert add(store, "april") == APRIL.first_id + 1000


# ---- what holds over all months


def test_a_key_that_is_there_is_added_to_no_other_month(store: SqlStore) -> None:
    add(store, "once")
    begin(store, APRIL.begins)
    with store.begin() as work:
        assert work.outbox.add(notice("once")) is None
        assert work.outbox.add(notice("twice")) is not None
        work.commit()
    assert rows(store)[0] == 2


def test_a_key_is_added_once_though_a_month_begins_in_that_moment(store: SqlStore) -> None:
    """The one that was added first is not committed yet: the month waits, and so does the next one."""
    added, may_commit = Event(), Event()

    def first() -> bool:
        with store.begin() as work:
            there = work.outbox.add(notice("once")) is not None
            added.set()
            assert may_commit.wait(patience(30))
            work.commit()
        return there

    def second() -> bool:
        with store.begin() as work:
            there = work.outbox.add(notice("once")) is not None
            work.commit()
        return there

    with ThreadPoolExecutor(2) as two:
        one = two.submit(first)
        assert added.wait(patience(30))
        begin(store, APRIL.begins)
        other = two.submit(second)
        may_commit.set()
        assert [one.result(patience(30)), other.result(patience(30))] == [True, False]
    begin(store, APRIL.begins)
    assert month_of(add(store, "next")) == 202504
    assert rows(store)[0] == 2


def test_one_that_is_renewed_stays_where_it_is_within_its_month(store: SqlStore) -> None:
    for _ in range(3):
        renew(store)
    assert [it.id for it in listed(store)] == [MARCH.first_id]


def test_one_that_is_renewed_in_a_later_month_is_of_that_month(store: SqlStore) -> None:
    renew(store)
    claim(store, channels=["lamp"])
    begin(store, APRIL.begins)
    renew(store)
    (lamp,) = listed(store)
    assert (lamp.id, lamp.status, lamp.attempts) == (APRIL.first_id, NoticeStatus.READY, 0)


def test_all_who_renew_one_of_a_month_before_leave_one(store: SqlStore) -> None:
    renew(store)
    begin(store, APRIL.begins)
    with ThreadPoolExecutor(4) as several:
        for _ in several.map(lambda _: renew(store), range(20)):
            """None of them failed."""
    (lamp,) = listed(store)
    assert month_of(lamp.id) == 202504


def renew(store: SqlStore) -> None:
    with store.begin() as work:
        work.outbox.renew(notice("lamp", channel=Channel.LAMP))
        work.commit()


def listed(store: SqlStore) -> Sequence[Notice]:
    with store.look() as work:
        return work.outbox.list()


def test_a_receipt_that_was_first_goes_to_its_notice_s_month(store: SqlStore) -> None:
    receive(store, receipt("early"), receipt("never"))
    added = send(store, "early")
    assert look(store, added).status is NoticeStatus.DELIVERED
    assert [it.gateway_id for it in history(store, added).receipts] == ["early"]
    with store.reading() as connection:
        waiting = connection.exec_driver_sql("SELECT gateway_id FROM receipts_waiting").scalars().all()
        march = connection.exec_driver_sql("SELECT gateway_id FROM receipts_2025_03").scalars().all()
    assert (waiting, march) == (["never"], ["early"])


def test_a_receipt_that_expires_while_it_goes_to_its_notice_is_no_fault(store: SqlStore, url: str) -> None:
    receive(store, receipt("early"), receipt("old"))
    added = send(store)
    moving = f"UPDATE receipts SET notice_id = {added} WHERE gateway_id = 'early'"
    with psycopg.connect(url) as somebody:
        somebody.execute(moving)
        with store.begin() as work:
            assert work.outbox.expire_receipts(now=NOON + timedelta(days=8)) == 1
            work.commit()
    assert [it.gateway_id for it in history(store, added).receipts] == ["early"]


def test_who_leaves_leaves_nothing_in_any_month(store: SqlStore) -> None:
    ended(store, "march")
    begin(store, APRIL.begins)
    ended(store, "april", APRIL.begins)
    assert rows(store) == [2, 2, 2, 2]
    with store.begin() as work:
        work.subscribers.remove(KARI)
        work.commit()
    assert rows(store) == [0, 0, 0, 0]


def test_postgres_clears_up_after_each_month_as_after_the_whole(store: SqlStore) -> None:
    begin(store, APRIL.begins)
    with store.reading() as connection:
        found = connection.exec_driver_sql(
            "SELECT relname, reloptions FROM pg_class WHERE relkind = 'r' "
            "AND (relname LIKE 'notice%%' OR relname LIKE 'receipts%%')"
        )
        options = {name: sorted(given or ()) for name, given in found}
    assert len(options) == 4 * len(LEDGER) + 1
    (same,) = {tuple(given) for given in options.values()}
    assert "autovacuum_vacuum_scale_factor=0.01" in same
