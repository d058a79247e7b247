"""A question that is never answered takes nobody along."""

from __future__ import annotations

import asyncio
import threading

import pytest

from personsvar.running.bounded_call import BoundedCall, loop_answers


def test_an_answer_is_told_again_while_it_is_fresh() -> None:
    answers, now = iter([1, 2]), [0.0]
    bounded = BoundedCall(lambda: next(answers), 10, fresh_seconds=5, now=lambda: now[0])
    assert (bounded(), bounded()) == (1, 1)
    now[0] = 6
    assert bounded() == 2


def test_who_waits_in_vain_is_told_so_and_the_answer_is_there_for_the_next() -> None:
    begun, go = [0], threading.Event()

    def slow() -> str:
        begun[0] += 1
        go.wait(30)
        return "here"

    bounded = BoundedCall(slow, 0.01)
    for _ in range(3):
        with pytest.raises(TimeoutError):
            bounded()
    assert begun == [1]  # one question hangs, however many ask
    go.set()
    bounded.seconds = 30
    assert bounded() == "here"
    assert begun == [1]


def test_what_is_known_to_hang_is_not_waited_for_anew() -> None:
    """A figure that is asked for twice in one answer would take twice as long."""
    now, go = [0.0], threading.Event()
    bounded = BoundedCall(lambda: go.wait(20), 0.01, now=lambda: now[0])
    with pytest.raises(TimeoutError):
        bounded()
    bounded.seconds, now[0] = 1000, 1001
    with pytest.raises(TimeoutError):
        bounded()
    go.set()


def test_trouble_is_raised_and_asked_about_again() -> None:
    answers = iter([ValueError("away"), "here"])

    def ask() -> str:
        answer = next(answers)
        if isinstance(answer, ValueError):
            raise answer
        return str(answer)

    bounded = BoundedCall(ask, 10, fresh_seconds=1000)
    with pytest.raises(ValueError, match="away"):
        bounded()
    assert bounded() == "here"


def test_a_loop_that_turns_answers_and_one_that_is_stuck_or_closed_does_not() -> None:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    assert loop_answers(loop, seconds=30)
    free = threading.Event()
    loop.call_soon_threadsafe(free.wait)
    assert not loop_answers(loop, seconds=0.01)
    free.set()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()
    assert not loop_answers(loop, seconds=30)
    assert not loop_answers(None, seconds=30)
