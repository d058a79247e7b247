"""What the log says of the engine on this machine: each new reason why messages wait, once."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from pathlib import Path

from personsvar.gateways.reachability import Reporter

log = logging.getLogger(__name__)


@dataclass
class EngineReporter(Reporter):
    folder: Path
    _told: set[str] = field(default_factory=set, init=False)

    def away(self, why: Exception) -> None:
        if str(why) not in self._told:
            self._told.add(str(why))
            more = {"folder": str(self.folder), "why": str(why), "setting": "PERSONSVAR_TRANSCRIBER_MODEL"}
            log.error("the model can't be loaded: no message is written down", extra=more)

    still_away = away

    def back(self) -> None:
        """Nothing is said of a start at which all is well."""
        if not self._told:
            return
        self._told.clear()
        log.info("the model is loaded again", extra={"folder": str(self.folder)})
