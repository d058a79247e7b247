"""The measure of what work costs: it sees what grows too fast, and nothing else."""

from __future__ import annotations

import re

import pytest

from tests import effort
from tests.effort import TooSlowError, costs_no_more_than, grows_no_faster_than_its_input


def squared(items: list[int]) -> int:
    return sum(one < other for one in items for other in items)


def test_what_grows_with_its_input_is_let_through() -> None:
    def numbers(size: int) -> list[int]:
        return list(range(size))

    def one_more(of: list[int]) -> list[int]:
        return [each + 1 for each in of]

    grows_no_faster_than_its_input(one_more, numbers, 1_000_000)


def test_what_grows_with_its_square_is_seen() -> None:
    with pytest.raises(TooSlowError, match="for an eighth"):
        grows_no_faster_than_its_input(squared, lambda size: list(range(size)), 1_200)


def test_what_would_take_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effort, "GIVEN_UP_AFTER", 0.2)
    for_ever = re.compile(r"(a+)+b")
    with pytest.raises(TooSlowError, match=r"not done after 0\.2 s of CPU"):
        grows_no_faster_than_its_input(for_ever.fullmatch, lambda size: "a" * size, 400)


def test_one_is_held_against_another() -> None:
    numbers = list(range(300))
    costs_no_more_than(2, lambda: squared(numbers), lambda: squared(numbers))
    with pytest.raises(TooSlowError):
        costs_no_more_than(2, lambda: squared(numbers), lambda: squared(numbers[:100]))
