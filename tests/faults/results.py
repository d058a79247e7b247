"""What many rounds came to: added up by the kind of fault, as a table and as a page's part."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.crew import RoundResult
from tests.faults.plans import FaultKind

COLUMNS = (
    "the fault",
    "rounds",
    "calls",
    "told it is kept",
    "messages",
    "missed calls",
    "lost",
    "twice",
    "wrong box",
    "notices",
    "gone out again",
    "given up",
    "else wrong",
)
BEGIN, END = "<!-- made by python -m tests.faults --markdown -->", "<!-- to here -->"


@dataclass
class FaultTally:
    """`broken`: what of the harness itself went wrong; `later`: what changed after its round was judged."""

    seed: int
    asked: int
    here: Sequence[FaultKind]
    rounds: list[RoundResult] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    later: list[str] = field(default_factory=list)
    revisions: Counter[str] = field(default_factory=Counter)
    """How many rounds each played of the program; "" is unknown."""

    def take_in(self, results: Path) -> None:
        """What earlier runs of this seed wrote there; a round that the tests broke is still to be played."""
        lines = results.read_text("utf-8").splitlines() if results.exists() else []
        for told in map(json.loads, lines):
            seed, revision = told.pop("seed"), told.pop("revision")
            if seed == self.seed and "broken" not in told:
                self.add(told, revision)

    def add(self, told: Mapping[str, Any], revision: str) -> RoundResult | None:
        """A line of a crew; the round, where it is one."""
        if "broken" in told:
            self.broken.append(f"round {told['number']}: {told['broken']}")
            return None
        if "later" in told:
            self.later += told["later"]
            return None
        self.rounds.append(RoundResult(**told))
        self.revisions[revision] += 1
        return self.rounds[-1]

    @property
    def is_well(self) -> bool:
        return not (self.broken or self.later or any(one.faults for one in self.rounds))

    def rows(self) -> list[list[str]]:
        kinds = [kind for kind in self.here if any(one.kind == kind for one in self.rounds)]
        rows = [_row(kind, [one for one in self.rounds if one.kind == kind]) for kind in kinds]
        return [*rows, _row("all", self.rounds)]

    def summary(self) -> str:
        seconds = sum(one.seconds for one in self.rounds) / max(1, len(self.rounds))
        by = [f"{count:,} at revision {it}" for it, count in self.revisions.items() if it]
        done = f"{len(self.rounds):,} of {self.asked:,} rounds, {seconds:.1f} s each"
        return f"Seed {self.seed}: {done}" + (f" ({', '.join(by)})" if by else "")

    def print(self) -> None:
        print("\n".join([f"{self.summary()}.", "", *self._markdown()]), flush=True)

    def into(self, page: Path) -> None:
        """In place of the table that stands there."""
        text = page.read_text("utf-8")
        made = "\n".join([BEGIN, "", f"{self.summary()}.", "", *self._markdown(), "", END])
        pattern = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
        page.write_text(pattern.sub(lambda _: made, text), "utf-8")

    def _markdown(self) -> Iterable[str]:
        yield f"| {' | '.join(COLUMNS)} |"
        yield f"|---|{'--:|' * (len(COLUMNS) - 1)}"
        for row in self.rows():
            yield f"| {' | '.join(row)} |"


def _row(name: str, rounds: Sequence[RoundResult]) -> list[str]:
    def total(figure: str) -> str:
        return f"{sum(getattr(one, figure) for one in rounds):,}"

    figures = ("calls", "stored", "messages", "missed", "lost", "twice", "wrong_box", "notices")
    wrong = sum(one.wrong + one.waiting for one in rounds)
    return [
        name,
        f"{len(rounds):,}",
        *(total(figure) for figure in figures),
        total("again"),
        total("dead"),
        f"{wrong:,}",
    ]
