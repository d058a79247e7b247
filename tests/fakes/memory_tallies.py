"""How often something happened, in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from personsvar.mailbox.model.call_record import CallRecord
from personsvar.mailbox.model.tally import Counted, Occurrence, Stretch, TallySubject
from tests.fakes.memory_tables import Tables


@dataclass
class MemoryTallies:
    tables: Tables

    def add(self, occurrences: Sequence[Occurrence]) -> None:
        self.tables.write_occurrences(occurrences)

    def is_behind(self) -> bool:
        return bool(self.tables.occurrences) or bool(self._uncounted())

    def count_up(self, *, limit: int) -> int:
        called = self._uncounted()[:limit]
        taken = sorted(self.tables.occurrences.items())[:limit]
        for each in (*self._of_calls(called), *(happened for _, happened in taken)):
            for stretch in Stretch:
                key = (stretch, stretch.begin(each.at), each.what)
                self.tables.tallies[key] = self.tables.tallies.get(key, 0) + each.times
        for record in called:
            self.tables.counted_as[record.id] = record.came_of
        for key_of_row, _ in taken:
            del self.tables.occurrences[key_of_row]
        return len(called) + len(taken)

    def sums(self, stretch: Stretch, edges: Sequence[datetime]) -> Sequence[Mapping[Counted, int]]:
        return [self._sum(stretch, since, until) for since, until in pairwise(edges)]

    def by_stretch(
        self, stretch: Stretch, subject: TallySubject, *, since: datetime, until: datetime
    ) -> Mapping[datetime, int]:
        found: Counter[datetime] = Counter()
        for (of, begins_at, what), times in self.tables.tallies.items():
            if (of, what.subject) == (stretch, subject) and since <= begins_at < until:
                found[begins_at] += times
        return found

    def first(self, stretch: Stretch) -> datetime | None:
        return min((at for of, at, _ in self.tables.tallies if of is stretch), default=None)

    def purge(self, stretch: Stretch, *, before: datetime, limit: int) -> int:
        old = sorted(key for key in self.tables.tallies if key[0] is stretch and key[1] < before)[:limit]
        for key in old:
            del self.tables.tallies[key]
        return len(old)

    def _sum(self, stretch: Stretch, since: datetime, until: datetime) -> Mapping[Counted, int]:
        found: Counter[Counted] = Counter()
        for (of, begins_at, what), times in self.tables.tallies.items():
            if of is stretch and since <= begins_at < until:
                found[what] += times
        return found

    def _uncounted(self) -> list[CallRecord]:
        counted = self.tables.counted_as
        return [it for _, it in sorted(self.tables.calls.items()) if counted.get(it.id) is not it.came_of]

    def _of_calls(self, called: Sequence[CallRecord]) -> Iterator[Occurrence]:
        for record in called:
            was = self.tables.counted_as.get(record.id)
            if was is not None:
                yield Occurrence(record.began_at, Counted.call(was), -1)
            yield Occurrence(record.began_at, Counted.call(record.came_of))
