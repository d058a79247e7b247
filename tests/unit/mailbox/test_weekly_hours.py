"""Hours of a week as operators write them."""

from __future__ import annotations

import pytest

from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.weekly_hours import HOW, parse_hours, written_hours


@pytest.mark.parametrize(
    ("written", "again"),
    [
        ("mon-fri 08:00-16:00", "mon-fri 08:00-16:00"),
        ("  Mon-Fri   08:00-16:00 ,sat 10:00-14:00", "mon-fri 08:00-16:00, sat 10:00-14:00"),
        ("man-fre 08:00-16:00, lør 10:00-14:00", "mon-fri 08:00-16:00, sat 10:00-14:00"),
        ("mon wed fri 08:00-16:00", "mon 08:00-16:00, wed 08:00-16:00, fri 08:00-16:00"),
        ("mon-thu 08:00-11:30 12:00-16:00", "mon-thu 08:00-11:30 12:00-16:00"),
        ("mon 12:00-16:00, mon 08:00-12:00", "mon 08:00-16:00"),
        ("mon 08:00-16:00, mon-tue 09:00-17:00", "mon 08:00-17:00, tue 09:00-17:00"),
        ("fri-mon 00:00-24:00", "mon 00:00-24:00, fri-sun 00:00-24:00"),
        ("fri 20:00-24:00, sat 00:00-02:00", "fri 20:00-24:00, sat 00:00-02:00"),
        ("søn 23:59-24:00", "sun 23:59-24:00"),
    ],
)
def test_hours(written: str, again: str) -> None:
    assert written_hours(parse_hours(written)) == again


@pytest.mark.parametrize(
    "written",
    [
        "",
        ",",
        "mon-fri",
        "08:00-16:00",
        "mon 8-16",
        "mon 08:00-25:00",
        "mon 08:00-16:60",
        "mon 08:00-16:00 tue",
        "08:00-16:00 mon",
        "monday 08:00-16:00",
        "mon- 08:00-16:00",
        "mon-fri-sun 08:00-16:00",
        "-fri 08:00-16:00",
        "mon 24:00-24:00",
        "mon ٠٨:٠٠-16:00",
        "mon 08:00-16:00," * 99,
    ],
)
def test_no_hours(written: str) -> None:
    with pytest.raises(MailboxError) as refused:
        parse_hours(written)
    assert str(refused.value) == f"these are no hours of a week: {HOW}"


@pytest.mark.parametrize("written", ["fri 20:00-02:00", "fri 08:00-08:00"])
def test_hours_over_midnight_are_written_as_two(written: str) -> None:
    with pytest.raises(MailboxError, match="fri 20:00-24:00, sat 00:00-02:00"):
        parse_hours(written)
