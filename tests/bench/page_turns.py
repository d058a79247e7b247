"""By turns: deposits alone, beside the inbox, and beside an answer that is no work, as much of it.

What the third does to deposits the full cores do, whoever fills them; what the second does beyond that is the
inbox's own doing. In each turn it is told what every process had of the cores.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

from personsvar.mailbox.model.ids import Number
from tests.bench.page_ground import PageGround
from tests.bench.page_visits import PageAddress, Visits, as_fast_as_can_be, at_a_rate

INBOX, NO_WORK = "/profile", "/healthz"
CONNECTIONS = 16


@dataclass
class PageTurns:
    """All turns of one kind."""

    took_ms: list[float] = field(default_factory=list)
    """Of the deposits."""
    visits: Visits = field(default_factory=Visits)
    cpu_ms: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0

    def had(self, who: str, cpu_ms: float) -> None:
        self.cpu_ms[who] = self.cpu_ms.get(who, 0) + cpu_ms

    def share(self, of: str) -> float:
        """Of one core, in percent."""
        return self.cpu_ms[of] / 10 / self.seconds

    def share_of_others(self) -> float:
        return self.share("all") - sum(self.share(it) for it in self.cpu_ms if it != "all")


@dataclass(frozen=True)
class PageSteps:
    """What goes on in a turn."""

    ground: PageGround
    a_second: int
    """Visits."""
    deposits_a_second: int
    seconds: float

    def alone(self, turns: PageTurns) -> None:
        self._turn(turns, asyncio.sleep(self.seconds, Visits()))

    def beside(self, turns: PageTurns, at: PageAddress, path: str, *, a_second: int) -> None:
        visits = at_a_rate(at, path, a_second=a_second, connections=CONNECTIONS * 4, seconds=self.seconds)
        self._turn(turns, visits)

    def most(self, owner: Number, path: str, *, seconds: float) -> tuple[Visits, dict[str, float]]:
        """And the CPU of each that was answered, in milliseconds."""
        before = self.ground.cpu_ms()
        visits = as_fast_as_can_be(self.ground.page(owner), path, connections=CONNECTIONS, seconds=seconds)
        found = asyncio.run(visits)
        after = self.ground.cpu_ms()
        return found, {name: (after[name] - before[name]) / max(len(found.took_ms), 1) for name in after}

    def _turn(self, turns: PageTurns, visits: Coroutine[Any, Any, Visits]) -> None:
        depositing = self.ground.depositing(a_second=self.deposits_a_second, seconds=self.seconds)
        before = self.ground.cpu_ms()
        found = asyncio.run(visits)
        after = self.ground.cpu_ms()
        depositing.end()
        turns.took_ms += depositing.took_ms
        turns.visits.add(found)
        turns.seconds += self.seconds
        for name, had in after.items():
            turns.had(name, had - before[name])
        turns.had("deposits", depositing.cpu_ms)
