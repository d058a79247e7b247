"""A unit of work is one transaction: all of it or nothing (ports.Store, ports.UnitOfWork)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from personsvar.mailbox.errors import MailboxError, StoreUnavailableError
from personsvar.mailbox.model.lock import Lock, LockScope
from personsvar.mailbox.model.subscriber import Subscriber
from tests.contract.stores import KARI, OLA, SOUND, OpenStore, Shop, leave, message, notice, subscribe
from tests.fakes.memory import MemoryStore


class BrokenLineError(Exception):
    """Something that goes wrong in the middle."""


def test_what_was_committed_is_there_for_everybody(shop: Shop) -> None:
    subscribe(shop.store(), KARI)
    with shop.store().look() as work:
        assert work.subscribers.get(KARI) == Subscriber(KARI)


def test_leaving_without_commit_undoes_it_all(store: OpenStore) -> None:
    with store.begin() as work:
        work.messages.add(replace(message(), sound=work.sounds.add(SOUND, of=KARI)))
        work.outbox.add(notice())
        work.subscribers.remove(OLA)
    with store.look() as work:
        assert work.messages.list(KARI) == []
        assert work.outbox.list() == []
        assert work.subscribers.get(OLA) is not None


def test_an_error_undoes_it_all_and_goes_on_to_the_caller(store: OpenStore) -> None:
    def remove_and_fail() -> None:
        with store.begin() as work:
            work.subscribers.remove(OLA)
            raise BrokenLineError

    with pytest.raises(BrokenLineError):
        remove_and_fail()
    with store.look() as work:
        assert work.subscribers.get(OLA) is not None


def test_what_comes_after_the_commit_needs_a_commit_of_its_own(store: OpenStore) -> None:
    with store.begin() as work:
        work.outbox.add(notice("first"))
        work.commit()
        work.outbox.add(notice("second"))
    with store.begin() as work:
        work.outbox.add(notice("third"))
        work.commit()
        work.outbox.add(notice("fourth"))
        work.commit()
    with store.look() as work:
        assert {each.dedup_key for each in work.outbox.list()} == {"first", "third", "fourth"}


def test_a_transaction_sees_its_own_changes_and_others_do_not(store: OpenStore) -> None:
    with store.begin() as work:
        work.subscribers.remove(OLA)
        assert work.subscribers.get(OLA) is None
        with store.look() as elsewhere:
            assert elsewhere.subscribers.get(OLA) is not None


def test_a_look_changes_nothing(store: OpenStore) -> None:
    with pytest.raises(StoreUnavailableError), store.look() as work:
        work.outbox.add(notice())
    with store.look() as work:
        assert work.outbox.list() == []


def test_a_look_leaves_the_next_transaction_free_to_write(store: OpenStore) -> None:
    for _ in range(3):
        with store.look() as work:
            assert work.subscribers.get(KARI) is not None
            work.commit()
        with store.begin() as work:
            work.subscribers.put(Subscriber(KARI, name="Kari"))
            work.commit()


def test_a_rule_that_was_broken_does_not_end_the_transaction(store: OpenStore) -> None:
    with store.begin() as work:
        new = replace(message(), sound=work.sounds.add(SOUND, of=KARI))
        added = work.messages.add(new)
        with pytest.raises(MailboxError):
            work.messages.add(new)
        with pytest.raises(MailboxError):
            work.subscribers.add(Subscriber(KARI))
        work.commit()
    with store.look() as work:
        assert work.messages.list(KARI) == [added]


def test_nobody_else_writes_while_a_row_is_held(shop: Shop, store: OpenStore) -> None:
    hasty = shop.store(wait_seconds=0.3)
    with store.begin() as work:
        assert work.subscribers.get(KARI, for_change=True) is not None
        with pytest.raises(StoreUnavailableError), hasty.begin() as other:
            other.subscribers.get(KARI, for_change=True)
    with hasty.begin() as other:
        assert other.subscribers.get(KARI, for_change=True) is not None


def test_a_lock_nobody_has_counted_yet_is_held_too(shop: Shop, store: OpenStore) -> None:
    hasty = shop.store(wait_seconds=0.3)
    with store.begin() as work:
        assert work.locks.get(LockScope.CALLER, KARI, for_change=True) == Lock(LockScope.CALLER, KARI)
        with pytest.raises(StoreUnavailableError), hasty.begin() as other:
            other.locks.get(LockScope.CALLER, KARI, for_change=True)


def test_it_tells_how_many_units_of_work_are_open(store: OpenStore) -> None:
    assert store.open_transactions == 0
    with store.begin():
        with store.look():
            assert (store.open_transactions, store.open_in_this_thread) == (2, 2)
        assert store.open_transactions == 1
    with pytest.raises(BrokenLineError), store.begin():
        raise BrokenLineError
    assert (store.open_transactions, store.open_in_this_thread) == (0, 0)


def test_a_store_in_memory_can_be_taken_away_and_given_back() -> None:
    store = MemoryStore()
    subscribe(store, KARI)
    store.away = True
    for opened in (store.begin, store.look):
        with pytest.raises(StoreUnavailableError), opened():
            pass
    store.away = False
    leave(store, message())
    with store.begin() as work:
        work.subscribers.remove(KARI)
        store.away = True
        with pytest.raises(StoreUnavailableError):
            work.commit()
    store.away = False
    with store.look() as work:
        assert len(work.messages.list(KARI)) == 1
