"""Whoever delivers notices, counting."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from personsvar.mailbox.model.notice import Channel


@dataclass
class CommitCounter:
    """A store is given it as `after_commit`: how often notices were committed, and of which channels last."""

    count: int = 0
    channels: AbstractSet[Channel] = frozenset()

    def __call__(self, channels: AbstractSet[Channel]) -> None:
        self.count += 1
        self.channels = channels
