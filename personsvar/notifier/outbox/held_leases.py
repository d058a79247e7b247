"""What a lane has taken and not written back yet.

A lease may run out in its holder's own hands: the database was away for longer, or the clock jumped. What is
under way all the same must not be taken once more, by the very lane that knows what becomes of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from personsvar.mailbox.model.ids import NoticeId
from personsvar.mailbox.model.notice import Notice

EARLY = timedelta(seconds=5)
"""Between the look at what runs out and the claim some time passes."""


@dataclass
class HeldLeases:
    _until: dict[Notice, datetime] = field(default_factory=dict, init=False)

    def take(self, notices: Iterable[Notice], *, until: datetime) -> None:
        """`until`: when their lease runs out."""
        self._until.update(dict.fromkeys(notices, until))

    def let_go(self, notices: Iterable[Notice]) -> None:
        """It is written what became of them."""
        for notice in notices:
            self._until.pop(notice, None)

    def running_out(self, now: datetime) -> Sequence[NoticeId]:
        """Those that another could take over."""
        return [notice.id for notice, until in self._until.items() if until <= now + EARLY]
