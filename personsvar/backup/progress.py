"""How far a backup is: told as it goes on, to whoever waits for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BackupProgress:
    """So many of so many, where it is known how many there are."""

    what: str
    done: int
    of: int | None = None
    bytes: int = 0


Tell = Callable[[BackupProgress], None]


def silent(_: BackupProgress) -> None:
    """Nobody waits."""
