"""Greetings, locks and call backs (ports.Greetings, ports.Locks, ports.CallBacks)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from personsvar.mailbox.errors import UnknownSubscriberError
from personsvar.mailbox.model.charge import CallBack
from personsvar.mailbox.model.greeting import Greeting, GreetingKind
from personsvar.mailbox.model.ids import CallBackId, Number
from personsvar.mailbox.model.lock import Lock, LockScope
from personsvar.mailbox.ports.store import UnitOfWork
from tests.contract.stores import CALLER, KARI, NOON, OLA, SOUND, OpenStore

PERSONAL, ABSENCE = GreetingKind.PERSONAL, GreetingKind.ABSENCE


def record(store: OpenStore, kind: GreetingKind = PERSONAL, *, alaw: bytes = SOUND) -> Greeting:
    with store.begin() as work:
        made = work.greetings.add(KARI, kind, work.sounds.add(alaw, of=KARI), NOON)
        work.commit()
    return made


def versions(work: UnitOfWork, mailbox: Number) -> Sequence[Greeting]:
    """Of the personal greeting, oldest first."""
    return [each.greeting for each in work.greetings.listed(mailbox, (PERSONAL,))]


def test_the_new_greeting_is_in_use_and_the_one_before_stays_as_a_version(store: OpenStore) -> None:
    first, absence = record(store), record(store, ABSENCE)
    second = record(store, alaw=b"second")
    with store.look() as work:
        assert work.greetings.current(KARI, PERSONAL) == second
        assert versions(work, KARI) == [first, second]
        assert work.greetings.current(KARI, ABSENCE) == absence
        assert work.greetings.current(OLA, PERSONAL) is None
        assert versions(work, OLA) == []
        assert work.sounds.read(first.sound.id) == SOUND
        assert work.sounds.read(second.sound.id) == b"second"


def test_retired_means_none_in_use_and_the_versions_stay(store: OpenStore) -> None:
    first, second, absence = record(store), record(store), record(store, ABSENCE)
    with store.begin() as work:
        work.greetings.retire(KARI, PERSONAL)
        work.commit()
    with store.look() as work:
        assert work.greetings.current(KARI, PERSONAL) is None
        assert versions(work, KARI) == [first, second]
        assert work.greetings.current(KARI, ABSENCE) == absence
    third = record(store)
    with store.look() as work:
        assert work.greetings.current(KARI, PERSONAL) == third


def test_nobody_records_a_greeting_for_a_number_nobody_has(store: OpenStore) -> None:
    with store.begin() as work, pytest.raises(UnknownSubscriberError):
        work.greetings.add(CALLER, PERSONAL, work.sounds.add(SOUND, of=CALLER), NOON)


def test_a_lock_is_fresh_until_something_is_counted(store: OpenStore) -> None:
    fresh = Lock(LockScope.MAILBOX, KARI)
    with store.begin() as work:
        assert work.locks.get(LockScope.MAILBOX, KARI) == fresh
        assert work.locks.get(LockScope.MAILBOX, KARI, for_change=True) == fresh
        work.commit()
    with store.look() as work:
        assert work.locks.get(LockScope.MAILBOX, KARI) == fresh


def test_a_lock_counts_apart_for_each_scope_and_key(store: OpenStore) -> None:
    closed = Lock(LockScope.MAILBOX, KARI, 5, 2, NOON + timedelta(minutes=30), NOON)
    service = Lock(LockScope.SERVICE, "", failures=9, changed_at=NOON)
    with store.begin() as work:
        work.locks.put(Lock(LockScope.MAILBOX, KARI, failures=1))
        work.locks.get(LockScope.SERVICE, "", for_change=True)
        work.locks.put(closed)
        work.locks.put(service)
        work.commit()
    with store.look() as work:
        assert work.locks.get(LockScope.MAILBOX, KARI) == closed
        assert work.locks.get(LockScope.SERVICE, "") == service
        assert work.locks.get(LockScope.OWN_PHONE, KARI) == Lock(LockScope.OWN_PHONE, KARI)
        assert work.locks.get(LockScope.MAILBOX, OLA) == Lock(LockScope.MAILBOX, OLA)


def test_every_call_back_counts_and_the_answered_ones_are_charges(store: OpenStore) -> None:
    with store.begin() as work:
        later = work.call_backs.add(KARI, CALLER, at=NOON + timedelta(hours=1), price_ore=300)
        first = work.call_backs.add(KARI, CALLER, at=NOON, price_ore=250)
        work.call_backs.add(KARI, CALLER, at=NOON, price_ore=300)
        of_ola = work.call_backs.add(OLA, KARI, at=NOON - timedelta(days=1), price_ore=300)
        for answered in (later, first, of_ola, CallBackId(4711)):
            work.call_backs.answered(answered)
        work.commit()
    charge = CallBack(first, KARI, CALLER, NOON, answered=True, price_ore=250)
    with store.look() as work:
        assert [each.id for each in work.call_backs.charges()] == [of_ola, first, later]
        assert [each.id for each in work.call_backs.charges(mailbox=KARI)] == [first, later]
        assert work.call_backs.charges(mailbox=KARI)[0] == charge
        assert work.call_backs.count_since(KARI, NOON) == 3
        assert work.call_backs.count_since(KARI, NOON + timedelta(seconds=1)) == 1
        assert work.call_backs.count_since(CALLER, NOON) == 0
