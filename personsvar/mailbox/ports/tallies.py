"""How often something happened, as the domain asks it of the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from personsvar.mailbox.model.tally import Counted, Occurrence, Stretch, TallySubject


class Tallies(Protocol):
    """Whoever causes something writes it down and counts nothing: `count_up` does, later and in one place.

    Calls are counted from the call log, so that nothing is written for it when one ends; what becomes of
    notices is written down where their states are.
    """

    def add(self, occurrences: Sequence[Occurrence]) -> None: ...

    def is_behind(self) -> bool:
        """Whether something happened that is not counted."""
        ...

    def count_up(self, *, limit: int) -> int:
        """Count what happened and is not counted, each once, of either kind up to that limit; how much."""
        ...

    def sums(self, stretch: Stretch, edges: Sequence[datetime]) -> Sequence[Mapping[Counted, int]]:
        """What there was between each two of these moments, which follow one another.

        What is left out was not counted at all.
        """
        ...

    def by_stretch(
        self, stretch: Stretch, subject: TallySubject, *, since: datetime, until: datetime
    ) -> Mapping[datetime, int]:
        """All there was of the subject, by the beginnings of the stretches in which there was any."""
        ...

    def first(self, stretch: Stretch) -> datetime | None:
        """The beginning of the first stretch in which something was counted."""
        ...

    def purge(self, stretch: Stretch, *, before: datetime, limit: int) -> int:
        """Remove those begun before that; how many."""
        ...
