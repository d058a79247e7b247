"""What the log says of the server that writes messages down: each reason why they wait, once."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from personsvar.gateways.reachability import Reporter
from personsvar.mailbox.ports.transcriber import TranscriberAwayError

log = logging.getLogger(__name__)


class TranscriberRefusedError(TranscriberAwayError):
    """Our key or our address is wrong: every message would be refused."""

    def __init__(self, where: str, why: str, *, setting: str) -> None:
        super().__init__(f"{where} {why}: see {setting}")
        self.why = why
        self.setting = setting


@dataclass
class TranscriberReporter(Reporter):
    _told: set[str] = field(default_factory=set, init=False)
    _refuses: bool = field(default=False, init=False)
    """It did the last time: that it takes connections mends nothing."""

    def away(self, why: Exception) -> None:
        self._refuses = isinstance(why, TranscriberRefusedError)
        if str(why) in self._told:
            return
        self._told.add(str(why))
        if isinstance(why, TranscriberRefusedError):
            log.error("the transcriber refuses us", extra={"why": why.why, "setting": why.setting})
        else:
            super().away(why)

    def back(self) -> None:
        if not self._refuses:
            self._told.clear()
            super().back()

    def wrote_down(self) -> None:
        """It not only takes connections, it does its work."""
        if self._told:
            self._refuses = False
            self.back()
