"""The lines of a graph as the server draws them, for a browser without a script: paths of an SVG.

They are drawn in a box of 1,000 by 100, which the page stretches to its own width.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

WIDTH, HEIGHT = 1000, 100
_NICE = (1, 2, 5)


class Drawable(Protocol):
    @property
    def tint(self) -> str: ...
    @property
    def values(self) -> Sequence[int | None]: ...


@dataclass(frozen=True, slots=True)
class Drawing:
    top: int
    """What the upper edge means."""
    paths: Sequence[tuple[str, str]]
    """The tint of each, and its path."""
    area: str
    """What lies below the first line."""


def drawing(lines: Sequence[Drawable], top: int | None = None) -> Drawing:
    highest = max((value for line in lines for value in line.values if value is not None), default=0)
    upper = nice(highest) if top is None else top
    first = lines[0].values
    return Drawing(upper, [(line.tint, _path(line.values, upper)) for line in lines], _area(first, upper))


def nice(highest: int) -> int:
    """The next round number that can be halved."""
    step = 2
    while True:
        for factor in _NICE:
            if highest <= step * factor:
                return step * factor
        step *= 10


def _path(values: Sequence[int | None], top: int) -> str:
    """Broken where nothing is known."""
    return "".join(f"M{'L'.join(_places(run, values, top))}" for run in _runs(values))


def _area(values: Sequence[int | None], top: int) -> str:
    return "".join(_below(run, values, top) for run in _runs(values))


def _below(run: Sequence[int], values: Sequence[int | None], top: int) -> str:
    begin, end = _x(run[0], values), _x(run[-1], values)
    return f"M{begin} {HEIGHT}L{'L'.join(_places(run, values, top))}L{end} {HEIGHT}Z"


def _runs(values: Sequence[int | None]) -> Iterator[list[int]]:
    """The places that follow one another and of which something is known."""
    run: list[int] = []
    for place, value in enumerate(values):
        if value is not None:
            run.append(place)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _places(run: Sequence[int], values: Sequence[int | None], top: int) -> list[str]:
    return [f"{_x(place, values)} {HEIGHT - HEIGHT * (values[place] or 0) / top:.4g}" for place in run]


def _x(place: int, values: Sequence[int | None]) -> str:
    return f"{WIDTH * place / max(1, len(values) - 1):.5g}"
