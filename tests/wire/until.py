"""Waiting for what comes true by itself, and not for longer than it may take."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

WITHIN_SECONDS = 60.0
"""No test fails sooner because the machine is busy; one that holds is done at once."""


async def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + WITHIN_SECONDS
    while not true():
        assert time.monotonic() < end, "it did not come true"
        await asyncio.sleep(0.01)


def eventually(true: Callable[[], object]) -> None:
    """The same, for whoever is on no loop."""
    end = time.monotonic() + WITHIN_SECONDS
    while not true():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.01)
