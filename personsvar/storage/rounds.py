"""All rows there are, page by page, while calls go on: until a round finds none to change."""

from __future__ import annotations

from collections.abc import Callable, Iterator

ChangePage = Callable[[int], tuple[int, int | None]]
"""Of the rows behind this one: how many were changed, and the last it looked at, if there was one."""


def in_rounds(change: ChangePage, pause: Callable[[], None]) -> Iterator[int]:
    """Yields how many each time some were looked at. `pause` comes between."""
    found = True
    while found:
        found, after = False, 0
        while True:
            done, last = change(after)
            if last is None:
                break
            found, after = found or done > 0, last
            yield done
            pause()
