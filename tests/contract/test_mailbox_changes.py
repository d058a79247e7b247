"""Every process learns within a second which mailboxes changed (ports.MailboxChanges)."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.message import Marks
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.model.visual_account import VisualAccount, VisualDialect, VisualStatus
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.storage import SqlStore, upgrade
from personsvar.storage.changes import MAILBOXES, SqlMailboxChanges, payloads
from tests.contract.stores import (
    KARI,
    NOON,
    OLA,
    SOUND,
    OpenStore,
    Shop,
    leave,
    message,
    postgres_url,
    subscribe,
)
from tests.postgres import PostgresCluster
from tests.unit.spoken import heard, write_down

PATIENCE_SECONDS = 30
EVERYBODY = None
LEAVE = """
import sys
from personsvar.storage import SqlStore
from tests.contract.stores import leave, message

store = SqlStore(sys.argv[1])
leave(store, message("from another process"))
store.close()
"""
Told = AbstractSet[Number] | None


class Ears:
    """What was told, one after the other."""

    def __init__(self) -> None:
        self._told: list[Told] = []
        self._changed = threading.Condition()

    def hear(self, mailboxes: Told) -> None:
        with self._changed:
            self._told.append(mailboxes)
            self._changed.notify_all()

    def next(self) -> Told:
        with self._changed:
            assert self._changed.wait_for(lambda: self._told, PATIENCE_SECONDS), "nothing was told"
            return self._told.pop(0)

    @property
    def nothing_more(self) -> bool:
        return not self._told


@contextmanager
def listening(url: str) -> Iterator[Ears]:
    ears, changes = Ears(), SqlMailboxChanges(url)
    changes.start(ears.hear)
    try:
        yield ears
    finally:
        changes.stop()


def url_of(shop: Shop) -> str:
    assert shop.url is not None
    return shop.url


@pytest.fixture
def ears(sql_shop: Shop) -> Iterator[Ears]:
    with listening(url_of(sql_shop)) as ears:
        assert ears.next() is EVERYBODY
        yield ears


@pytest.fixture
def store(sql_shop: Shop, ears: Ears) -> OpenStore:  # noqa: ARG001 - it listens before anything happens
    opened = sql_shop.store()
    subscribe(opened, KARI, OLA)
    return opened


def do(store: OpenStore, what: Callable[[UnitOfWork], object]) -> None:
    with store.begin() as work:
        what(work)
        work.commit()


def test_a_message_left_changed_and_removed_is_told_each_time(store: OpenStore, ears: Ears) -> None:
    kept = leave(store, message())
    assert ears.next() == {KARI}
    do(store, lambda work: work.messages.put(replace(kept, marks=Marks(frozenset({"\\Flagged"})))))
    assert ears.next() == {KARI}
    do(store, lambda work: work.messages.remove(kept.id))
    assert ears.next() == {KARI}


def test_greetings_are_told_too(store: OpenStore, ears: Ears) -> None:
    with store.begin() as work:
        made = work.greetings.add(OLA, GreetingKind.PERSONAL, work.sounds.add(SOUND, of=OLA), NOON)
        work.commit()
    assert ears.next() == {OLA}
    do(store, lambda work: work.greetings.retire(OLA, GreetingKind.PERSONAL))
    assert ears.next() == {OLA}
    do(store, lambda work: work.greetings.use(made))
    assert ears.next() == {OLA}
    do(store, lambda work: work.greetings.mark(made, frozenset({"\\Seen"})))
    assert ears.next() == {OLA}
    do(store, lambda work: work.greetings.remove(made))
    assert ears.next() == {OLA}


def test_a_transcript_is_told_when_it_comes_and_when_all_go(store: OpenStore, ears: Ears) -> None:
    kept = leave(store, message())
    assert ears.next() == {KARI}
    write_down(store, kept, heard("hei"))
    assert ears.next() == {KARI}
    do(store, lambda work: work.transcripts.remove_all(KARI))
    assert ears.next() == {KARI}


def test_an_account_of_visual_voicemail_that_comes_into_use_is_told_and_one_that_ends_is_not(
    store: OpenStore, ears: Ears
) -> None:
    account = VisualAccount(KARI, VisualDialect.OMTP_13)
    do(store, lambda work: work.visual.put(replace(account, status=VisualStatus.NEW)))
    assert ears.next() == {KARI}
    do(store, lambda work: work.visual.put(replace(account, status=VisualStatus.BLOCKED)))
    do(store, lambda work: work.visual.put(replace(account, status=VisualStatus.PROVISIONED)))
    do(store, lambda work: work.visual.put(replace(account, number=OLA, status=VisualStatus.READY)))
    assert ears.next() == {OLA}


def test_what_is_undone_or_changes_no_mailbox_is_not_told(store: OpenStore, ears: Ears) -> None:
    kept = leave(store, message())
    assert ears.next() == {KARI}
    with store.begin() as work:
        work.messages.remove(kept.id)
    do(store, lambda work: work.subscribers.put(Subscriber(KARI, name="Kari")))
    do(store, lambda work: work.renditions.keep(kept.sound.id, b"#!AMR"))
    leave(store, message("the last", mailbox=OLA))
    assert ears.next() == {OLA}


def test_many_mailboxes_in_one_transaction_are_all_told(store: OpenStore, ears: Ears) -> None:
    many = [Number(f"+4790001{n:03}") for n in range(1000)]
    subscribe(store, *many)
    with store.begin() as work:
        sound = work.sounds.add(SOUND, of=many[0])
        for number in many:
            work.messages.add(replace(message(f"to {number}", mailbox=number), sound=sound))
        work.commit()
    told: set[Number] = set()
    while told != set(many):
        some = ears.next()
        assert some
        assert not some & told
        told |= some
    assert ears.nothing_more


def test_one_who_is_removed_is_told_as_himself_or_as_anybody(
    sql_shop: Shop, store: OpenStore, ears: Ears
) -> None:
    leave(store, message())
    assert ears.next() == {KARI}
    do(store, lambda work: work.subscribers.remove(KARI))
    assert ears.next() == (EVERYBODY if url_of(sql_shop).startswith("sqlite") else {KARI})
    leave(store, message("another", mailbox=OLA))
    assert ears.next() == {OLA}


def test_the_last_to_change_may_be_removed_and_the_next_is_told_all_the_same(
    store: OpenStore, ears: Ears
) -> None:
    leave(store, message())
    ears.next()
    with store.begin() as work:
        work.subscribers.remove(KARI)
        work.subscribers.add(Subscriber(KARI))
        work.messages.add(replace(message(), sound=work.sounds.add(SOUND, of=KARI)))
        work.commit()
    told = ears.next()
    assert told is EVERYBODY or KARI in told
    leave(store, message("another"))
    assert ears.next() == {KARI}


def test_another_process_is_heard(sql_shop: Shop, store: OpenStore, ears: Ears) -> None:
    subprocess.run([sys.executable, "-c", LEAVE, url_of(sql_shop)], check=True)
    assert ears.next() == {KARI}
    assert store.open_transactions == 0


def test_two_in_one_process_hear_the_same(sql_shop: Shop, store: OpenStore, ears: Ears) -> None:
    with listening(url_of(sql_shop)) as others:
        assert others.next() is EVERYBODY
        leave(store, message())
        assert ears.next() == others.next() == {KARI}


def test_once_stopped_it_is_silent_and_leaves_no_thread(sql_shop: Shop) -> None:
    ears, changes = Ears(), SqlMailboxChanges(url_of(sql_shop))
    before = set(threading.enumerate())
    changes.start(ears.hear)
    assert ears.next() is EVERYBODY
    changes.stop()
    changes.stop()
    store = sql_shop.store()
    subscribe(store, KARI)
    leave(store, message())
    assert ears.nothing_more
    assert set(threading.enumerate()) <= before


def test_one_that_never_started_can_be_stopped(sql_shop: Shop) -> None:
    SqlMailboxChanges(url_of(sql_shop)).stop()


def test_a_file_that_is_not_there_yet_is_waited_for_and_told_of_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"sqlite:///{tmp_path}/later.db"
    with caplog.at_level(logging.WARNING), listening(url) as ears:
        warned = threading.Event()
        for _ in range(PATIENCE_SECONDS * 100):
            if caplog.records or warned.wait(0.01):
                break
        upgrade(url)
        assert ears.next() is EVERYBODY
        store = SqlStore(url)
        subscribe(store, KARI)
        leave(store, message())
        assert ears.next() == {KARI}
        store.close()
    assert caplog.text.count("changes of mailboxes") == 1


@pytest.mark.postgres
def test_a_connection_that_is_cut_is_made_anew_and_everybody_is_looked_at(cluster: PostgresCluster) -> None:
    with (
        postgres_url(cluster) as url,
        listening(url) as ears,
        psycopg.connect(url, autocommit=True) as operator,
    ):
        assert ears.next() is EVERYBODY
        listeners = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE query = %s"
        operator.execute(f"{listeners} AND datname = current_database()", (f"LISTEN {MAILBOXES}",))
        assert ears.next() is EVERYBODY
        store = SqlStore(url)
        subscribe(store, KARI)
        leave(store, message())
        assert ears.next() == {KARI}
        store.close()


def test_no_payload_is_too_long() -> None:
    """PostgreSQL takes less than 8,000 bytes; a number has 15 digits at most (E.164)."""
    longest = {Number(f"+{10**14 + n}") for n in range(2_000)}
    said = list(payloads(longest))
    assert max(map(len, said)) < 8_000
    assert {number for each in said for number in each.split(",")} == longest
    assert list(payloads(frozenset())) == []
