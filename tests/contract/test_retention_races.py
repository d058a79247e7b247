"""Retention and an owner at the same message in one moment (PostgreSQL): what is saved is not removed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import pytest

from personsvar.mailbox import listening
from personsvar.mailbox.listening import deleted_now
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import CallBackId, GreetingId
from personsvar.mailbox.model.lock import Lock, LockScope
from personsvar.mailbox.model.message import Message, State
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.storage import SqlStore
from tests.contract.rows_held import ended_or_waiting
from tests.contract.stores import CALLER, KARI, NOON, SOUND, leave, message, postgres_url, subscribe
from tests.fakes.bank_holidays import NamedBankHolidays
from tests.fakes.clock_and_chance import SeededDice, SetClock
from tests.postgres import PostgresCluster
from tests.unit.mailbox.use_cases import GlassVault
from tests.upkeep import purge_once

T = TypeVar("T")

pytestmark = pytest.mark.postgres
LONG_AGO = NOON - timedelta(days=40)


@pytest.fixture
def url(cluster: PostgresCluster) -> Iterator[str]:
    with postgres_url(cluster) as url:
        yield url


@pytest.fixture
def services(url: str) -> Iterator[Services]:
    store = SqlStore(url)
    subscribe(store, KARI)
    yield Services(store, SetClock(NOON), SeededDice(), GlassVault(), Rules(), NamedBankHolidays())
    store.close()


def old(services: Services, state: State) -> Message:
    new = message(minutes=-60 * 24 * 40)
    if state is State.DELETED:
        new = deleted_now(new, LONG_AGO)
    return leave(services.store, new if state is State.DELETED else replace(new, state=state))


@contextmanager
def meanwhile(
    services: Services, url: str, round_of: Callable[[], T]
) -> Iterator[tuple[UnitOfWork, list[T]]]:
    """An owner's transaction, in which a round comes along before it is committed; what that came to."""
    came_to: list[T] = []
    with ThreadPoolExecutor(1) as thread:
        with services.store.begin() as work:
            yield work, came_to
            job = thread.submit(round_of)
            ended_or_waiting(job, url)
            work.commit()
        came_to.append(job.result(60))


def removing(services: Services, remove: Callable[[UnitOfWork], int]) -> Callable[[], int]:
    """A round of retention."""

    def round_of() -> int:
        with services.store.begin() as work:
            gone = remove(work)
            work.commit()
        return gone

    return round_of


def found(services: Services, it: Message) -> State | None:
    with services.store.look() as work:
        kept = work.messages.get(it.id)
    return None if kept is None else kept.state


@pytest.mark.parametrize("state", [State.NEW, State.HEARD])
def test_what_its_owner_saves_between_the_two_statements_is_saved(
    services: Services, url: str, state: State
) -> None:
    it = old(services, state)
    with meanwhile(services, url, lambda: purge_once(services)) as (work, _):
        held = work.messages.get(it.id, for_change=True)
        assert held is not None
        work.messages.put(replace(held, state=State.SAVED, changed_at=NOON))
    assert found(services, it) is State.SAVED


def test_what_its_owner_takes_back_in_that_moment_is_taken_back(services: Services, url: str) -> None:
    it = old(services, State.DELETED)
    with meanwhile(services, url, lambda: purge_once(services)) as (work, _):
        held = work.messages.get(it.id, for_change=True)
        assert held is not None
        work.messages.put(listening.taken_back_now(held, NOON))
    assert found(services, it) is State.NEW


def test_who_comes_after_retention_hears_that_it_is_gone_and_not_that_it_is_saved(
    services: Services, url: str
) -> None:
    it = old(services, State.DELETED)
    with meanwhile(services, url, lambda: listening.save(services, it.id)) as (work, came_to):
        (gone,) = work.messages.expired(State.DELETED, before=NOON - timedelta(days=7))
        work.messages.remove(gone.id)
    assert came_to == [None]
    assert found(services, it) is None


def test_one_that_is_held_holds_up_none_of_the_others(services: Services) -> None:
    first = old(services, State.HEARD)
    others = [
        leave(services.store, replace(message(f"o{n}", minutes=-60 * 24 * 40), state=State.HEARD))
        for n in range(5)
    ]
    with services.store.begin() as work:
        work.messages.get(first.id, for_change=True)
        assert purge_once(services) == len(others)
    assert [found(services, it) for it in others] == [State.DELETED] * len(others)
    assert found(services, first) is State.HEARD


# ---- the same kind: what else goes by its age


def test_a_greeting_put_in_use_in_that_moment_stays(services: Services, url: str) -> None:
    with services.store.begin() as work:
        early = work.greetings.add(KARI, GreetingKind.PERSONAL, work.sounds.add(SOUND, of=KARI), LONG_AGO)
        work.greetings.retire(KARI, GreetingKind.PERSONAL)
        work.greetings.mark_unused(now=LONG_AGO, limit=9)
        work.commit()

    remove = removing(services, lambda work: work.greetings.remove_unused(before=NOON, limit=9))
    with meanwhile(services, url, remove) as (work, gone):
        work.greetings.use(early)
    assert gone == [0]
    with services.store.look() as work:
        now = work.greetings.current(KARI, GreetingKind.PERSONAL)
        assert now is not None
        assert GreetingId(now.id) == early.id


def test_a_counter_that_one_more_wrong_pin_is_added_to_stays(services: Services, url: str) -> None:
    lock = Lock(LockScope.CALLER, CALLER, 3, changed_at=LONG_AGO)
    with services.store.begin() as work:
        work.locks.put(lock)
        work.commit()

    remove = removing(services, lambda work: work.locks.purge(before=NOON, now=NOON, limit=9))
    with meanwhile(services, url, remove) as (work, gone):
        held = work.locks.get(LockScope.CALLER, CALLER, for_change=True)
        work.locks.put(replace(held, failures=4, changed_at=NOON))
    assert gone == [0]
    with services.store.look() as work:
        assert work.locks.get(LockScope.CALLER, CALLER).failures == 4


def test_a_call_back_that_is_answered_in_that_moment_is_a_charge(services: Services, url: str) -> None:
    with services.store.begin() as work:
        it: CallBackId = work.call_backs.add(KARI, CALLER, at=LONG_AGO, price_ore=300)
        work.commit()

    remove = removing(services, lambda work: work.call_backs.purge(answered=False, before=NOON, limit=9))
    with meanwhile(services, url, remove) as (work, gone):
        work.call_backs.answered(it)
    assert gone == [0]
    with services.store.look() as work:
        assert [charge.id for charge in work.call_backs.charges()] == [it]
