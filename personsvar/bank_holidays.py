"""The bank holidays of a country: Norway's, where nothing else is set (`PERSONSVAR_HOME_REGION`)."""

from __future__ import annotations

import logging
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

log = logging.getLogger(__name__)

_NONE: AbstractSet[date] = frozenset()


@dataclass(frozen=True, slots=True)
class NationalBankHolidays:
    region: str
    """ISO 3166."""

    def is_bank_holiday(self, day: date) -> bool:
        return day in _of_year(self.region, day.year)


@lru_cache(maxsize=64)
def _of_year(region: str, year: int) -> AbstractSet[date]:
    import holidays  # noqa: PLC0415 - 50 ms, and only for subscribers who set hours

    try:
        return frozenset(holidays.country_holidays(region, years=year))
    except NotImplementedError:
        log.warning("no bank holidays are known of the home region", extra={"region": region})
        return _NONE
