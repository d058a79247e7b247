"""The queue before SQLite's one writer: first come, first served."""

from __future__ import annotations

import os
from threading import Thread

from personsvar.storage.turns import Turns


def test_turns_come_in_the_order_of_asking() -> None:
    turns, served = Turns(), list[int]()
    assert turns.take(seconds=0)

    def customer(number: int) -> None:
        assert turns.take(seconds=30)
        served.append(number)
        turns.give()

    threads = [Thread(target=customer, args=(number,)) for number in range(20)]
    for number, thread in enumerate(threads, start=1):
        thread.start()
        while turns.waiting < number:
            os.sched_yield()
    turns.give()
    for thread in threads:
        thread.join()
    assert served == list(range(20))


def test_who_gave_up_waiting_is_passed_over() -> None:
    turns = Turns()
    assert turns.take(seconds=0)
    assert not turns.take(seconds=0.01)
    assert turns.waiting == 0
    turns.give()
    assert turns.take(seconds=0)
