"""A month of the ledger, and the ids of what is made in it.

    202612 000000123     the 123rd notice of December 2026

Ids below the first month's are of a ledger that had none. No id is too large for a double (2^53), in which
JavaScript keeps its numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

IDS = 10**9
"""Of one month. Ten million subscribers need 124 million; more of them would go on into the next month's."""


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
    def starting_with(cls, first_id: int) -> Month:
        return cls(*divmod(first_id // IDS, 100))

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
