"""What commands that go through all recordings share: calls come first, and they tell how far they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from personsvar.cli.printing import print_line

TOLD_EACH = 1_000
LONGEST_PAUSE = 1.0


class Pause:
    """As long as the work before it took, a second at most: calls come first."""

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._clock, self._sleep = clock, sleep
        self._since = clock()

    def __call__(self) -> None:
        self._sleep(min(self._clock() - self._since, LONGEST_PAUSE))
        self._since = self._clock()


def told(counts: Iterator[int], what: str) -> int:
    done = said = 0
    for count in counts:
        done += count
        if done // TOLD_EACH > said // TOLD_EACH:
            print_line(f"{done} {what}")
            said = done
    return done
