"""The signals that end a switch, wherever it stands when they come."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = frozenset({signal.SIGINT, signal.SIGHUP})
"""Somebody at a terminal, or one whose terminal is gone."""
ENDINGS = frozenset({signal.SIGTERM, *AT_ONCE})


def endings() -> frozenset[signal.Signals]:
    """Those that end us: not the terminal's going, where nohup wants it so."""
    deaf = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    return ENDINGS - {signal.SIGHUP} if deaf else ENDINGS


def hear() -> None:
    """From now on each of them ends us, in order: what was begun is undone on the way out.

    Being told twice must not break that off. What a shell has its background jobs ignore (SIGINT) counts.
    """
    for ending in endings():
        signal.signal(ending, _end)


def _end(*_signal: object) -> None:
    """While it starts: there is no call to wait for."""
    for ending in ENDINGS:
        signal.signal(ending, signal.SIG_IGN)
    sys.exit(0)


@contextmanager
def signals_wait() -> Iterator[None]:
    """One that ends us, between a child's birth and our knowing of it, would leave the child behind."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread hears signals
        return
    came: list[int] = []
    before = {ending: signal.signal(ending, lambda it, _: came.append(it)) for ending in endings()}
    try:
        yield
    finally:
        for ending, handler in before.items():
            signal.signal(ending, handler or signal.SIG_DFL)
        for number in came:
            signal.raise_signal(number)
