"""Whoever delivers notices, counting."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class CommitCounter:
    """A store is given it as `after_commit`: how often notices were committed."""

    count: int = 0

    def __call__(self) -> None:
        self.count += 1
