"""Names of callers in the store in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from personsvar.mailbox.model.caller_name import CallerName
from personsvar.mailbox.model.ids import Number
from tests.fakes.memory_tables import Tables


@dataclass
class MemoryCallerNames:
    tables: Tables

    def put(self, owner: Number | None, names: Collection[CallerName]) -> None:
        if owner is not None and names:
            self.tables.must_know(owner)
        for it in names:
            self.tables.caller_names[owner, it.number] = it.name

    def get(self, owner: Number | None, number: Number) -> CallerName | None:
        return next((it for it in self._all(owner) if it.number == number), None)

    def remove(self, owner: Number | None, number: Number) -> bool:
        if (owner, number) not in self.tables.caller_names:
            return False
        del self.tables.caller_names[owner, number]
        return True

    def clear(self, owner: Number | None) -> int:
        return sum(self.remove(owner, it.number) for it in self._all(owner))

    def list(
        self, owner: Number | None, *, after: Number | None = None, limit: int = 1000
    ) -> Sequence[CallerName]:
        return [it for it in self._all(owner) if after is None or it.number > after][:limit]

    def count(self, owner: Number | None) -> int:
        return len(self._all(owner))

    def known(self, owner: Number | None, numbers: Collection[Number]) -> Mapping[Number, str]:
        both = (*self._all(None), *self._all(owner))
        return {it.number: it.name for it in both if it.number in numbers}

    def _all(self, owner: Number | None) -> Sequence[CallerName]:
        every = self.tables.caller_names.items()
        return sorted(
            (CallerName(number, name) for (of, number), name in every if of == owner),
            key=lambda it: it.number,
        )
