"""Sets of message numbers and UIDs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personsvar.vvm.imap.sequences import Bound, SequenceSet, compact

BOUNDS = st.none() | st.integers(1, 30)
SETS = st.lists(st.tuples(BOUNDS, BOUNDS), min_size=1, max_size=8).map(
    lambda spans: SequenceSet(tuple(spans))
)
NUMBERS = st.sets(st.integers(1, 30), max_size=20).map(sorted)


def means(asked: SequenceSet, number: int, highest: int) -> bool:
    """The definition, one number at a time."""

    def end(bound: Bound) -> int:
        return highest if bound is None else bound

    return any(min(end(a), end(b)) <= number <= max(end(a), end(b)) for a, b in asked.ranges)


@given(asked=SETS, numbers=NUMBERS)
def test_those_that_are_meant(asked: SequenceSet, numbers: list[int]) -> None:
    assert asked.among(numbers) == [number for number in numbers if means(asked, number, numbers[-1])]


@given(numbers=NUMBERS.filter(bool))
def test_a_compact_set_means_the_same(numbers: list[int]) -> None:
    spans = [span.partition(":") for span in compact(numbers).split(",")]
    asked = SequenceSet(tuple((int(first), int(last or first)) for first, _, last in spans))
    assert asked.among(range(1, 40)) == numbers


def test_from_beyond_the_last_still_means_the_last() -> None:
    assert SequenceSet(((559, None),)).among([3, 7]) == [7]


def test_a_range_of_milliards_costs_nothing() -> None:
    asked = SequenceSet(((1, 2**32 - 1),) * 4000)
    assert asked.among(range(1, 4)) == [1, 2, 3]


@pytest.mark.parametrize(
    ("ranges", "count", "exceeds"),
    [
        (((1, 3),), 3, False),
        (((1, 4),), 3, True),
        (((1, None),), 3, False),
        (((1, None),), 0, True),
        (((4, None),), 3, True),
    ],
)
def test_a_message_number_that_there_is_not(
    ranges: tuple[tuple[Bound, Bound], ...], count: int, exceeds: bool
) -> None:
    assert SequenceSet(ranges).exceeds(count) is exceeds


def test_it_is_written_as_it_is_read() -> None:
    assert str(SequenceSet(((2, 2), (4, 7), (12, None), (None, None)))) == "2,4:7,12:*,*"
