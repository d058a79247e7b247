"""How a process is, in the words every process uses over HTTP: alive, ready, figures."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from personsvar.http.metrics import MEDIA_TYPE, Meter, exposition

log = logging.getLogger(__name__)

UNAVAILABLE = 503


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong: in words for whoever asks; and why, for the log alone: addresses stand there."""

    public: str
    why: str


Check = Callable[[], Fault | str | None]
"""None when all is well, else what is wrong; it has to come to an end by itself, and soon."""


@dataclass(frozen=True, slots=True)
class HealthAnswer:
    status: int
    media_type: str
    body: bytes


@dataclass(frozen=True)
class Health:
    checks: Mapping[str, Check]
    meters: Sequence[Meter]
    more_figures: Callable[[], bytes] | None = None
    """What is told beside the meters, in the same format."""
    _faulty: set[str] = field(default_factory=set)

    def alive(self) -> HealthAnswer:
        """The process answers; that is all it says."""
        return HealthAnswer(200, "text/plain; charset=utf-8", b"ok\n")

    def ready(self) -> HealthAnswer:
        """Whether it can do its work, and if not, why."""
        found = {name: wrong for name, check in self.checks.items() if (wrong := check()) is not None}
        faults = {name: one if isinstance(one, Fault) else Fault(one, one) for name, one in found.items()}
        self._log_changes(faults)
        public = {name: fault.public for name, fault in faults.items()}
        body = json.dumps({"ready": not faults, "faults": public}, ensure_ascii=False)
        return HealthAnswer(UNAVAILABLE if faults else 200, "application/json", body.encode())

    def figures(self) -> HealthAnswer:
        more = b"" if self.more_figures is None else self.more_figures()
        return HealthAnswer(200, MEDIA_TYPE, exposition(self.meters) + more)

    def _log_changes(self, faults: Mapping[str, Fault]) -> None:
        """When it begins and when it ends: it is asked every few seconds."""
        for name in faults.keys() - self._faulty:
            log.warning("not ready: %s", name, extra={"why": faults[name].why})
        for name in self._faulty - faults.keys():
            log.info("ready again: %s", name)
        self._faulty.clear()
        self._faulty.update(faults)
