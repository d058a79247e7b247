"""A month of the ledger, and the ids of what is made in it.

    202612 000000123     the 123rd notice of December 2026

Ids below the first month's are of a ledger that had none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

IDS = 10**9
"""Of one month. Ten million subscribers need 124 million; more of them would go on into the next month's."""

LAST_ID = 9999_12 * IDS - 1
"""Of a month that can be told, but for the last; a double holds it as it is, and so does JavaScript."""


@dataclass(frozen=True, slots=True, order=True)
class Month:
    year: int
    number: int

    @classmethod
    def of(cls, at: datetime) -> Month:
        """In UTC, as every time is stored."""
        at = at.astimezone(UTC)
        return cls(at.year, at.month)

    @classmethod
    def with_id(cls, notice: int) -> Month:
        """In which the notice was made. Those of a December may go on beyond it, up to the next year's."""
        year, number = divmod(notice // IDS, 100)
        return cls(year, min(max(number, 1), 12))

    @property
    def next(self) -> Month:
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    @property
    def begins(self) -> datetime:
        return datetime(self.year, self.number, 1, tzinfo=UTC)

    @property
    def first_id(self) -> int:
        return (self.year * 100 + self.number) * IDS

    def __str__(self) -> str:
        return f"{self.year:04}_{self.number:02}"
