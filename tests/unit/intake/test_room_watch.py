"""The watch over the room on the spool's disk, for as long as somebody records."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable
from queue import Queue

from personsvar.intake.room_watch import RoomWatch

LONG_SECONDS = 20
"""Nothing takes as long, unless a test fails."""


class Disk:
    """It answers each look with what it is told next, and waits until it is."""

    def __init__(self) -> None:
        self.answers: Queue[Callable[[], bool]] = Queue()
        self.looked: Queue[threading.Thread] = Queue()

    def is_full(self) -> bool:
        self.looked.put(threading.current_thread())
        return self.answers.get(timeout=LONG_SECONDS)()

    def is_asked(self) -> threading.Thread:
        """Wait until somebody looks: who it is."""
        return self.looked.get(timeout=LONG_SECONDS)

    def answer(self, *, full: bool = False) -> None:
        self.answers.put(lambda: full)


class Clock:
    def __init__(self) -> None:
        self.second = 100.0

    def now(self) -> float:
        return self.second


def has_ended(thread: threading.Thread) -> bool:
    thread.join(LONG_SECONDS)
    return not thread.is_alive()


def watch_over(disk: Disk, clock: Clock) -> RoomWatch:
    return RoomWatch(disk.is_full, every_seconds=0.0, now=clock.now)


def answered(disk: Disk, *, full: bool = False) -> None:
    """The look under way is over: the next one has begun."""
    disk.answer(full=full)
    disk.is_asked()


def test_a_disk_that_was_full_for_a_moment_is_remembered() -> None:
    disk, clock = Disk(), Clock()
    watch = watch_over(disk, clock)
    watch.begin()
    thread = disk.is_asked()
    answered(disk)
    assert not watch.was_full_since(0)
    clock.second = 101.0
    answered(disk, full=True)
    clock.second = 102.0
    answered(disk)
    assert watch.was_full_since(100.5)
    assert not watch.was_full_since(101.5)
    watch.end()
    disk.answer()
    assert has_ended(thread)
    assert watch.was_full_since(101.0)


def test_one_thread_looks_for_all_and_ends_with_the_last_recording() -> None:
    disk = Disk()
    watch = watch_over(disk, Clock())
    watch.begin()
    watch.begin()
    thread = disk.is_asked()
    watch.end()
    disk.answer()
    assert disk.is_asked() is thread
    watch.end()
    disk.answer()
    assert has_ended(thread)
    assert disk.looked.empty()


def test_who_records_after_that_is_watched_again() -> None:
    disk, clock = Disk(), Clock()
    watch = watch_over(disk, clock)
    for _ in range(2):
        watch.begin()
        thread = disk.is_asked()
        watch.end()
        disk.answer()
        assert has_ended(thread)


def test_a_look_that_hangs_holds_nobody_up_and_no_other_is_begun() -> None:
    disk = Disk()
    watch = watch_over(disk, Clock())
    watch.begin()
    thread = disk.is_asked()
    for _ in range(3):
        watch.begin()
        assert not watch.was_full_since(0)
        watch.end()
    watch.end()
    watch.begin()
    assert disk.looked.empty()
    answered(disk)  # the same thread goes on
    watch.end()
    disk.answer()
    assert has_ended(thread)


def test_a_disk_that_can_not_be_asked_is_asked_again() -> None:
    disk, clock = Disk(), Clock()
    watch = watch_over(disk, clock)
    watch.begin()
    thread = disk.is_asked()
    disk.answers.put(gone)
    assert disk.is_asked() is thread
    answered(disk, full=True)
    assert watch.was_full_since(0)
    watch.end()
    disk.answer()
    assert has_ended(thread)


def gone() -> bool:
    raise OSError("the disk is gone")


def test_a_watch_that_nobody_holds_any_more_ends_though_its_recordings_did_not() -> None:
    disk = Disk()
    watch = watch_over(disk, Clock())
    watch.begin()
    thread = disk.is_asked()
    del watch
    gc.collect()
    disk.answer()
    assert has_ended(thread)
