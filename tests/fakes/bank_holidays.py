"""Bank holidays of a test: those it names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class NamedBankHolidays:
    days: frozenset[date] = frozenset()

    def is_bank_holiday(self, day: date) -> bool:
        return day in self.days
