"""Message numbers and UIDs as clients write them: `1`, `2,4:7,9,12:*` (RFC 3501 section 9, `sequence-set`).

`*` is the highest number there is. A range may be written from either end, so `559:*` holds the last message
even when that one's UID is lower (section 6.4.8).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

HIGHEST = 2**32 - 1
Bound = int | None
"""None is `*`."""


@dataclass(frozen=True, slots=True)
class SequenceSet:
    ranges: tuple[tuple[Bound, Bound], ...]

    def among(self, numbers: Sequence[int]) -> list[int]:
        """Those of these numbers (ascending) that are meant, each once. One that is gone is no mistake."""
        if not numbers:
            return []
        spans = self._spans(numbers[-1])
        return [
            number
            for first, last in spans
            for number in numbers[bisect_left(numbers, first) : bisect_right(numbers, last)]
        ]

    def exceeds(self, count: int) -> bool:
        """The set names a message number that the folder does not have: `BAD` (never asked of UIDs)."""
        return count == 0 or any(
            bound is not None and bound > count for span in self.ranges for bound in span
        )

    def _spans(self, highest: int) -> list[tuple[int, int]]:
        """The ranges without overlaps: `1:*,1:*,1:*…` costs no more than `1:*`."""
        spans: list[tuple[int, int]] = []
        for first, last in sorted(_placed(bounds, highest) for bounds in self.ranges):
            if spans and first <= spans[-1][1] + 1:
                spans[-1] = (spans[-1][0], max(last, spans[-1][1]))
            else:
                spans.append((first, last))
        return spans

    def __str__(self) -> str:
        return ",".join(_written(first, last) for first, last in self.ranges)


def compact(numbers: Sequence[int]) -> str:
    """Ascending numbers as a sequence set: `1:3,7`."""
    ranges: list[tuple[int, int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    return str(SequenceSet(tuple(ranges)))


def _placed(bounds: tuple[Bound, Bound], highest: int) -> tuple[int, int]:
    first, last = (highest if bound is None else bound for bound in bounds)
    return min(first, last), max(first, last)


def _written(first: Bound, last: Bound) -> str:
    ends = ["*" if bound is None else str(bound) for bound in (first, last)]
    return ends[0] if first == last else ":".join(ends)
