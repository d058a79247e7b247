"""Norway's bank holidays, and what becomes of a country of which none are known."""

from __future__ import annotations

import logging
from datetime import date

import pytest

from personsvar.bank_holidays import NationalBankHolidays

NORWAY = NationalBankHolidays("NO")


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 1, 1),
        date(2026, 4, 2),
        date(2026, 4, 3),
        date(2026, 4, 6),
        date(2026, 5, 1),
        date(2026, 5, 14),
        date(2026, 5, 17),
        date(2026, 5, 25),
        date(2027, 5, 6),
        date(2026, 12, 25),
        date(2026, 12, 26),
    ],
)
def test_a_bank_holiday(day: date) -> None:
    assert NORWAY.is_bank_holiday(day)


@pytest.mark.parametrize("day", [date(2026, 1, 2), date(2026, 3, 1), date(2026, 12, 24), date(2026, 7, 4)])
def test_any_other_day(day: date) -> None:
    assert not NORWAY.is_bank_holiday(day)


def test_a_country_of_which_none_are_known_has_none_and_the_log_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        assert not NationalBankHolidays("AQ-").is_bank_holiday(date(2031, 12, 25))
    assert [record.message for record in caplog.records] == ["no bank holidays are known of the home region"]
