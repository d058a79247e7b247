"""How long a recording has been still: by the time that passed while somebody looked, not by its date.

A file's date and the wall's clock are two clocks: one that jumps by an hour makes an hour's age of nothing.
They are believed of a recording that is seen for the first time, and no further than that it is quiet.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from personsvar.intake.spool import SpooledCall
from personsvar.mailbox.model.ids import SpoolId


@dataclass(frozen=True, slots=True)
class _State:
    files: tuple[object, ...]
    since: float


class GrowthWatch:
    """`quiet_seconds` is as old as a recording may be at first sight; `running` counts seconds."""

    def __init__(self, quiet_seconds: float, running: Callable[[], float]) -> None:
        self._quiet_seconds = quiet_seconds
        self._running = running
        self._states: dict[SpoolId, _State] = {}
        self.at = running()
        """When it was looked last."""

    def look(self, entries: Sequence[SpooledCall], now: float) -> None:
        """Look at all of them; `now` is what the clock says."""
        self.at = self._running()
        self._states = {entry.spool_id: self._state(entry, now) for entry in entries}

    def still(self, spool_id: SpoolId) -> float:
        """For how many seconds nothing of it changed."""
        return self.at - self._states[spool_id].since

    def _state(self, entry: SpooledCall, now: float) -> _State:
        files = (entry.sizes, entry.has_head, entry.has_end)
        before = self._states.get(entry.spool_id)
        if before is None:
            age = min(max(now - entry.grew_at, 0.0), self._quiet_seconds)
            return _State(files, self.at - age)
        return before if before.files == files else _State(files, self.at)
