"""Who has to know of every change in a mailbox is told before the commit, and what he writes goes with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime

import pytest

from personsvar.mailbox.lamps import LampRows, light_all
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import MessageId, NoticeId, Number
from personsvar.mailbox.model.ledger import Settlement
from personsvar.mailbox.model.message import Message, State
from personsvar.mailbox.model.notice import Channel, NoticeStatus
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.storage import SqlStore
from tests.contract.stores import (
    KARI,
    NOON,
    OLA,
    SOUND,
    OpenStore,
    Shop,
    change,
    leave,
    message,
    notice,
    postgres_url,
    subscribe,
    turned,
)
from tests.fakes.bank_holidays import NamedBankHolidays
from tests.fakes.clock_and_chance import SeededDice, SetClock
from tests.fakes.memory import MemoryStore
from tests.postgres import PostgresCluster
from tests.unit.mailbox.use_cases import GlassVault

Told = list[frozenset[Number]]
Opened = tuple[OpenStore, Told]


@dataclass
class Interruption:
    """A clock; when it is first looked at, somebody removes Ola."""

    store: OpenStore
    over: bool = False

    def now(self) -> datetime:
        if not self.over:
            self.over = True
            with self.store.begin() as work:
                work.subscribers.remove(OLA)
                work.commit()
        return NOON


class StumbledError(Exception):
    """Whoever was told could not do his part."""


@pytest.fixture
def opened(shop: Shop) -> Iterator[Opened]:
    """A store with Kari and Ola in it, and what was told of it."""
    told: Told = []

    def hear(_: UnitOfWork, changed: AbstractSet[Number]) -> None:
        told.append(frozenset(changed))

    store = store_of(shop, hear)
    subscribe(store, KARI, OLA)
    yield store, told
    store.close()


def store_of(shop: Shop, before_commit: Callable[[UnitOfWork, AbstractSet[Number]], None]) -> OpenStore:
    if shop.url is None:
        return MemoryStore(before_commit=before_commit)
    return SqlStore(shop.url, before_commit=before_commit)


def save(work: UnitOfWork, kept: Message) -> None:
    work.messages.put(turned(kept, State.SAVED))


def lengthen(work: UnitOfWork, kept: Message) -> None:
    work.messages.put(replace(kept, sound=work.sounds.add(SOUND + SOUND, of=kept.mailbox)))


def remove(work: UnitOfWork, kept: Message) -> None:
    work.messages.remove(kept.id)


@pytest.mark.parametrize("change", [save, lengthen, remove])
def test_a_message_that_was_added_or_changed_tells_its_mailbox(
    opened: Opened, change: Callable[[UnitOfWork, Message], None]
) -> None:
    store, told = opened
    kept = leave(store, message())
    assert told == [{KARI}]
    with store.begin() as work:
        change(work, kept)
        work.commit()
    assert told == [{KARI}, {KARI}]


@pytest.mark.parametrize("change", [save, lengthen, remove])
def test_what_was_changed_is_told_apart_from_what_only_came(
    store: OpenStore, change: Callable[[UnitOfWork, Message], None]
) -> None:
    with store.begin() as work:
        kept = work.messages.add(replace(message(), sound=work.sounds.add(SOUND, of=KARI)))
        assert work.altered == set()
        change(work, kept)
        assert work.altered == {KARI}


def test_a_deleted_message_that_is_removed_for_good_alters_nothing(store: OpenStore) -> None:
    kept = leave(store, message())
    change(store, turned(kept, State.DELETED))
    with store.begin() as work:
        work.messages.remove(kept.id)
        assert work.altered == set()


def test_a_transaction_tells_all_its_mailboxes_at_once(opened: Opened) -> None:
    store, told = opened
    kept = leave(store, message("a", mailbox=OLA))
    with store.begin() as work:
        work.messages.add(replace(message("b"), sound=work.sounds.add(SOUND, of=KARI)))
        work.messages.remove(kept.id)
        work.commit()
    assert told[1:] == [{KARI, OLA}]


def test_a_message_that_moves_tells_both_mailboxes(opened: Opened) -> None:
    store, told = opened
    kept = leave(store, message())
    with store.begin() as work:
        work.messages.put(replace(kept, mailbox=OLA))
        work.commit()
    assert told[1:] == [{KARI, OLA}]


def test_looking_and_what_is_in_no_folder_tell_nobody(opened: Opened) -> None:
    store, told = opened
    with store.begin() as work:
        work.subscribers.put(Subscriber(KARI, name="Kari"))
        work.messages.remove(MessageId(4711))
        work.commit()
    with store.look() as work:
        work.messages.counts(KARI)
        work.messages.list(KARI)
    assert told == []


def test_a_changed_greeting_tells_beside_the_messages(shop: Shop) -> None:
    told: list[tuple[bool, set[Number], set[Number]]] = []

    def hear(work: UnitOfWork, changed: AbstractSet[Number]) -> None:
        told.append((work.by_client, set(changed), set(work.changed_greetings)))

    store = store_of(shop, hear)
    subscribe(store, KARI)
    with store.begin() as work:
        work.by_client = True
        made = work.greetings.add(KARI, GreetingKind.PERSONAL, work.sounds.add(SOUND, of=KARI), NOON)
        work.commit()
    with store.begin() as work:
        work.greetings.retire(KARI, GreetingKind.PERSONAL)
        work.commit()
    with store.begin() as work:
        work.greetings.retire(KARI, GreetingKind.PERSONAL)
        work.commit()
    with store.begin() as work:
        work.greetings.remove(made)
        work.commit()
    assert told == [(True, set(), {KARI}), (False, set(), {KARI}), (False, set(), {KARI})]
    store.close()


def test_what_is_undone_was_never_told(opened: Opened) -> None:
    store, told = opened
    with store.begin() as work:
        work.messages.add(replace(message(), sound=work.sounds.add(SOUND, of=KARI)))
    assert told == []


def test_whoever_stumbles_undoes_it_all(shop: Shop) -> None:
    def stumble(_: UnitOfWork, __: AbstractSet[Number]) -> None:
        raise StumbledError

    store = store_of(shop, stumble)
    subscribe(store, KARI)
    with pytest.raises(StumbledError):
        leave(store, message())
    with store.look() as work:
        assert work.messages.list(KARI) == []
    store.close()


def test_a_lamp_s_row_is_committed_with_the_message_and_stays_one(shop: Shop) -> None:
    store = store_of(shop, LampRows(SetClock(NOON)))
    subscribe(store, KARI, OLA)
    for spool_id in "abc":
        leave(store, message(spool_id))
    leave(store, message("d", mailbox=OLA))
    with store.look() as work:
        rows = [(row.to, row.dedup_key, row.status) for row in work.outbox.list()]
    assert sorted(rows) == [
        (KARI, f"lamp:{KARI}", NoticeStatus.READY),
        (OLA, f"lamp:{OLA}", NoticeStatus.READY),
    ]
    store.close()


@pytest.mark.postgres
def test_a_subscriber_who_is_removed_meanwhile_keeps_nobody_s_lamp_from_being_told(
    cluster: PostgresCluster,
) -> None:
    with postgres_url(cluster) as url:
        store = SqlStore(url)
        subscribe(store, KARI, OLA)
        services = Services(
            store, Interruption(store), SeededDice(), GlassVault(), Rules(), NamedBankHolidays()
        )
        assert light_all(services) == 1
        with store.look() as work:
            assert [row.to for row in work.outbox.list()] == [KARI]
        store.close()


def test_once_notices_are_committed_whoever_delivers_is_told_and_of_nothing_else(shop: Shop) -> None:
    store, commits = shop.store(), shop.commits
    subscribe(store, KARI)
    leave(store, message(mailbox=KARI))
    with store.begin() as work:
        work.outbox.add(notice("undone"))
    assert commits.count == 0
    with store.begin() as work:
        first = work.outbox.add(notice())
        assert commits.count == 0
        work.commit()
    assert first is not None
    assert (commits.count, commits.channels) == (1, {Channel.SMS})
    with store.begin() as work:
        work.outbox.add(notice())
        work.commit()
    assert commits.count == 1
    with store.begin() as work:
        work.outbox.renew(notice())
        work.outbox.add(replace(notice("to a lamp"), channel=Channel.LAMP))
        work.commit()
    assert (commits.count, commits.channels) == (2, {Channel.SMS, Channel.LAMP})
    end(store, first)
    assert commits.count == 2
    with store.begin() as work:
        assert work.outbox.resend(first, now=NOON)
        work.commit()
    assert (commits.count, commits.channels) == (3, {Channel.SMS})


def end(store: OpenStore, which: NoticeId) -> None:
    with store.begin() as work:
        [held] = work.outbox.claim(channels=(Channel.SMS,), now=NOON, lease_seconds=60, limit=9)
        assert held.id == which
        work.outbox.settle([Settlement(which, held.lease or "", NoticeStatus.FAILED)], now=NOON)
        work.commit()
