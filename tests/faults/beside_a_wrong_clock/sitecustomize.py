"""Loaded before all else by every Python that a wrong clock is set for: its `time.sleep` works there.

Python sleeps until a moment of CLOCK_MONOTONIC. libfaketime 0.9.10 refuses that (EINVAL) wherever it leaves
this clock alone, and `subprocess`, which looks again and again for a program's end, would fail with it.
"""

from __future__ import annotations

import select
import time
from typing import SupportsIndex


def _sleep(seconds: float | SupportsIndex, /) -> None:
    """Raise ValueError for what is below zero, as the other."""
    select.select((), (), (), float(seconds))


time.sleep = _sleep
