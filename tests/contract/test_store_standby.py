"""PostgreSQL with a standby that takes its place: calls go on, and what was said to be stored is stored.

The primary is killed without a word, in the middle of deposits; the standby is promoted. The services were
given one address, which names both, and are told nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from personsvar import storage
from personsvar.intake.sweeper import Sweeper
from personsvar.intake.takes import SpoolTakes
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.ids import Number, SpoolId
from personsvar.mailbox.model.message import State
from personsvar.mailbox.ports.store import Store
from personsvar.mailbox.ports.takes import Kept, Purpose, SpoolHeader
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.storage import SqlStore, postgres, versions
from personsvar.storage.database_url import address
from personsvar.voice.alaw import linear
from personsvar.world import RealChance, RealClock
from tests.contract.outbox import put
from tests.contract.stores import CALLER, KARI, OLA, notice, subscribe
from tests.contract.test_listening import listening
from tests.fakes.bank_holidays import NamedBankHolidays
from tests.patience import patience
from tests.standby import Pair, running_pair
from tests.world import OpenVault, speech

pytestmark = pytest.mark.postgres

CALLERS = 4
"""So many speak at once."""
WAIT = patience(60)


@pytest.fixture(scope="module")
def running() -> Iterator[Pair]:
    with running_pair() as pair:
        yield pair


@pytest.fixture
def pair(running: Pair) -> Pair:
    """Both are there."""
    if not running.standby.is_running:
        running.stand_by_again()
    return running


@pytest.fixture
def url(pair: Pair) -> str:
    """It names both; the tables are made through it."""
    url = pair.url(pair.primary.new_database())
    storage.upgrade(url)
    return url


@dataclass
class SpooledCalls:
    """Calls to a service with a spool, and what each caller heard."""

    takes: SpoolTakes
    heard: dict[SpoolId, Kept] = field(default_factory=dict)
    _ids: Iterator[int] = field(default_factory=count)
    _mutex: threading.Lock = field(default_factory=threading.Lock)

    def call(self, mailbox: Number) -> Kept:
        """Somebody leaves a message."""
        with self._mutex:
            spool_id = SpoolId(f"1772631120.{next(self._ids)}")
        header = SpoolHeader(spool_id, Purpose.MESSAGE, mailbox, CALLER, RealClock().now())
        self.takes.place(header).file.write_bytes(linear(speech()))
        self.heard[spool_id] = self.takes.finish(header)
        self.takes.clear(header)
        return self.heard[spool_id]


@dataclass
class Turn:
    """The primary's death and the standby's rise, as callers meet them."""

    all_spoke: threading.Barrier = field(default_factory=lambda: threading.Barrier(CALLERS + 1, timeout=WAIT))
    died: threading.Event = field(default_factory=threading.Event)
    all_heard_later: threading.Barrier = field(
        default_factory=lambda: threading.Barrier(CALLERS + 1, timeout=WAIT)
    )
    promoted: threading.Event = field(default_factory=threading.Event)


def talks_on(calls: SpooledCalls, mailbox: Number, turn: Turn) -> None:
    """A caller who calls again and again, whatever happens to the database."""
    assert {calls.call(mailbox) for _ in range(3)} == {Kept.STORED}
    turn.all_spoke.wait()
    while not turn.died.is_set():
        calls.call(mailbox)
    assert calls.call(mailbox) is Kept.LATER, "there is nobody to store it"
    turn.all_heard_later.wait()
    assert turn.promoted.wait(WAIT)
    assert calls.call(mailbox) is Kept.STORED


def services_of(store: Store) -> Services:
    return Services(
        store, RealClock(), RealChance(), OpenVault(), Rules(max_messages=999), NamedBankHolidays()
    )


def test_a_primary_dies_in_the_middle_of_deposits_and_nothing_is_lost_or_doubled(
    pair: Pair, url: str, tmp_path: Path
) -> None:
    with closing(SqlStore(url)) as store, ThreadPoolExecutor(CALLERS) as pool:
        subscribe(store, KARI, OLA)
        calls, turn = SpooledCalls(SpoolTakes(services_of(store), tmp_path)), Turn()
        calling = [pool.submit(talks_on, calls, (KARI, OLA)[n % 2], turn) for n in range(CALLERS)]
        turn.all_spoke.wait()
        pair.primary.kill()
        turn.died.set()
        turn.all_heard_later.wait()
        pair.promote()
        turn.promoted.set()
        for call in calling:
            call.result(WAIT)
        heard = sorted(calls.heard)
        assert {Kept.STORED, Kept.LATER} == set(calls.heard.values())
        Sweeper(calls.takes).sweep_once(RealClock().now())
        with store.look() as work:
            kept = [one for who in (KARI, OLA) for one in work.messages.list(who, (State.NEW,))]
            keys = [notice.dedup_key for notice in work.outbox.list()]
            lengths = {len(work.sounds.read(one.sound.id)) for one in kept}
        assert sorted(one.spool_id for one in kept) == heard
        assert len(keys) == len(set(keys)) == len(heard)
        assert len(lengths) == 1
        assert [
            one for one in calls.takes.spool.entries() if calls.takes.spool.taken_as(one.spool_id) is None
        ] == []


def test_news_comes_from_whoever_is_primary_and_a_store_goes_on_there(pair: Pair, url: str) -> None:
    with closing(SqlStore(url)) as store, listening(url) as bell:
        subscribe(store, KARI)
        bell.waits()
        put(store, notice("before"))
        bell.waits()
        pair.fail_over()
        bell.waits()
        put(store, notice("after"))
        bell.waits()
        with store.look() as work:
            assert {it.dedup_key for it in work.outbox.list()} == {"before", "after"}


def test_while_none_can_be_written_to_the_address_is_away(pair: Pair, url: str) -> None:
    """A standby that answers is no primary."""
    with closing(SqlStore(url)) as store:
        pair.primary.kill()
        with pytest.raises(StoreUnavailableError), store.look():
            raise AssertionError("it was let in")
        pair.promote()
        assert versions.is_current(url)
        subscribe(store, KARI)


def test_of_several_hosts_it_means_the_primary_and_gives_each_its_share_of_the_time(tmp_path: Path) -> None:
    asked: list[dict[str, Any]] = []
    for query in ("", "&target_session_attrs=any"):
        where = address(f"postgresql://personsvar@/x?host={tmp_path},{tmp_path}/other{query}")
        engine = postgres.pooled(where, connections=1, wait_seconds=10, keep_prepared=True)
        event.listen(engine, "do_connect", lambda _dialect, _record, _args, given: asked.append(dict(given)))
        with pytest.raises(StoreUnavailableError):
            engine.connect()
    assert [(it["target_session_attrs"], it["connect_timeout"]) for it in asked] == [
        ("read-write", 5),
        ("any", 5),
    ]
