"""The real time, real chance, and the signal between a commit and the outbox's worker."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from personsvar.mailbox.model.notice import Channel
from personsvar.mailbox.model.reckoning import Uptime

_BOOT = Path("/proc/sys/kernel/random/boot_id")


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class RealChance:
    def digits(self, count: int) -> str:
        return "".join(secrets.choice("0123456789") for _ in range(count))


class CommitSignal:
    """A store calls it once notices are committed (`after_commit`); whoever delivers them is connected."""

    def __init__(self) -> None:
        self._listeners: tuple[Callable[[AbstractSet[Channel]], None], ...] = ()

    def connect(self, listener: Callable[[AbstractSet[Channel]], None]) -> None:
        """Have `listener` called, from any thread, each time, with the channels of the notices."""
        self._listeners = (*self._listeners, listener)

    def __call__(self, channels: AbstractSet[Channel]) -> None:
        for listener in self._listeners:
            listener(channels)


def uptime() -> Uptime:
    """How long this machine has been running, sleep and all."""
    boot = ""
    with suppress(OSError):
        boot = _BOOT.read_text("ascii").strip()
    return Uptime(boot, time.clock_gettime(time.CLOCK_BOOTTIME))


def jitter() -> float:
    """A number from 0 to 1."""
    return secrets.randbelow(1_000_001) / 1_000_000
