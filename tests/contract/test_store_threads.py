"""Hundreds of calls use the store at once: nothing is lost, nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import TypeVar

from personsvar.mailbox.model.ids import NoticeId
from personsvar.mailbox.model.lock import Lock, LockScope
from tests.contract.stores import CALLER, KARI, NOON, OpenStore, leave, message, notice

T = TypeVar("T")
MANY = 50


def at_once(times: int, work: Callable[[int], T]) -> list[T]:
    """Let so many threads do it, all starting in the same moment."""
    start = Barrier(times)

    def started(number: int) -> T:
        start.wait()
        return work(number)

    with ThreadPoolExecutor(times) as threads:
        return list(threads.map(started, range(times)))


def test_many_messages_left_at_once_are_all_kept(store: OpenStore) -> None:
    kept = at_once(MANY, lambda n: leave(store, message(f"call-{n}"), f"sound {n}".encode()))
    with store.look() as work:
        found = {each.spool_id: each for each in work.messages.list(KARI)}
        assert found == {each.spool_id: each for each in kept}
        assert len(found) == MANY
        for each in found.values():
            assert work.sounds.read(each.sound.id).decode() == f"sound {each.spool_id.removeprefix('call-')}"


def test_wrong_pins_counted_at_once_are_all_counted(store: OpenStore) -> None:
    def wrong_pin(_: int) -> None:
        with store.begin() as work:
            lock = work.locks.get(LockScope.CALLER, CALLER, for_change=True)
            work.locks.put(replace(lock, failures=lock.failures + 1))
            work.commit()

    at_once(20, wrong_pin)
    with store.look() as work:
        assert work.locks.get(LockScope.CALLER, CALLER) == Lock(LockScope.CALLER, CALLER, failures=20)


def test_changes_to_a_held_subscriber_follow_one_another(store: OpenStore) -> None:
    def ask_for_pin(_: int) -> None:
        with store.begin() as work:
            kari = work.subscribers.get(KARI, for_change=True)
            assert kari is not None
            work.subscribers.put(replace(kari, pin_requests=kari.pin_requests + 1))
            work.commit()

    at_once(20, ask_for_pin)
    with store.look() as work:
        kari = work.subscribers.get(KARI)
    assert kari is not None
    assert kari.pin_requests == 20


def test_changes_to_a_held_message_follow_one_another(store: OpenStore) -> None:
    """A recording that came in half grows while its owner saves it: each puts back the whole row."""
    kept = leave(store, message(), b"")

    def grow(_: int) -> None:
        with store.begin() as work:
            now = work.messages.get(kept.id, for_change=True)
            assert now is not None
            longer = work.sounds.add(work.sounds.read(now.sound.id) + b"x", of=now.mailbox)
            work.messages.put(replace(now, sound=longer))
            work.commit()

    at_once(20, grow)
    with store.look() as work:
        now = work.messages.get(kept.id)
        assert now is not None
        assert work.sounds.read(now.sound.id) == b"x" * 20


def test_the_same_notice_added_at_once_is_written_once(store: OpenStore) -> None:
    def add(_: int) -> NoticeId | None:
        with store.begin() as work:
            added = work.outbox.add(notice())
            work.commit()
        return added

    added = at_once(8, add)
    assert len([each for each in added if each is not None]) == 1


def test_workers_never_hold_the_same_notice(store: OpenStore) -> None:
    with store.begin() as work:
        every = [work.outbox.add(notice(f"n{n}")) for n in range(60)]
        work.commit()

    def worker(_: int) -> list[NoticeId]:
        mine: list[NoticeId] = []
        for _ in range(100):
            with store.begin() as work:
                claimed = work.outbox.claim(channels=["sms"], now=NOON, lease_seconds=60, limit=3)
                work.commit()
            mine += [each.id for each in claimed]
        return mine

    held = [each for mine in at_once(4, worker) for each in mine]
    assert sorted(held) == sorted(each for each in every if each is not None)
