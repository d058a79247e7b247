"""How long a test waits for what comes by itself: longer than any machine takes, however busy it is."""

from __future__ import annotations

LEAST_SECONDS = 60.0


def patience(seconds: float) -> float:
    """`seconds` is what it takes on a machine with nothing else to do, and then some.

    One that holds is not waited for longer by this; one that fails is told a little later.
    """
    return max(LEAST_SECONDS, seconds)
