"""Absences in the store in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from personsvar.mailbox.model.availability import Absence
from personsvar.mailbox.model.ids import AbsenceId, CalendarId, Number
from tests.fakes.memory_tables import Ids, Tables


@dataclass
class MemoryAbsences:
    tables: Tables
    next_ids: Ids

    def add(self, absence: Absence) -> Absence:
        self.tables.must_know(absence.mailbox)
        if absence.recording is not None:
            self.tables.must_hold(absence.recording.id)
        added = replace(absence, id=AbsenceId(self.next_ids.fresh()))
        self.tables.absences[added.id] = added
        return added

    def get(self, absence: AbsenceId) -> Absence | None:
        return self.tables.absences.get(absence)

    def put(self, absence: Absence) -> None:
        before = self.tables.absences.get(absence.id)
        if before is None:
            return
        if absence.recording is not None:
            self.tables.must_hold(absence.recording.id)
        self.tables.absences[absence.id] = absence
        if before.recording is not None:
            self.tables.drop_unused(before.recording.id)

    def not_over(self, mailbox: Number, *, at: datetime) -> Sequence[Absence]:
        every = (it for it in self.tables.absences.values() if it.mailbox == mailbox and it.ends_at > at)
        return sorted(every, key=lambda it: (it.starts_at, it.id))

    def replace(
        self, mailbox: Number, calendar: CalendarId, absences: Sequence[Absence], *, now: datetime
    ) -> int:
        self.tables.must_know(mailbox)
        rest = [replace(it, id=AbsenceId(0), mailbox=mailbox, calendar=calendar) for it in absences]
        changes = 0
        for held in self.not_over(mailbox, at=now):
            if held.calendar != calendar:
                continue
            said = replace(held, id=AbsenceId(0))
            if said not in rest:
                self.remove(held.id)
                changes += 1
            rest = [it for it in rest if it != said]
        for new in dict.fromkeys(rest):
            self.add(new)
            changes += 1
        return changes

    def remove(self, absence: AbsenceId) -> None:
        gone = self.tables.absences.get(absence)
        if gone is not None:
            del self.tables.absences[absence]
            if gone.recording is not None:
                self.tables.drop_unused(gone.recording.id)

    def purge(self, *, before: datetime, limit: int) -> int:
        over = sorted((it for it in self.tables.absences.values() if it.ends_at < before), key=_end)
        for absence in over[:limit]:
            self.remove(absence.id)
        return len(over[:limit])


def _end(absence: Absence) -> datetime:
    return absence.ends_at
