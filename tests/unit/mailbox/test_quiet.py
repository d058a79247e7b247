"""Quiet hours: by the clock on the subscriber's own wall, also when it is changed."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.local_time import after_quiet, is_quiet, parse_quiet
from personsvar.mailbox.model.subscriber import QuietHours, Subscriber
from tests.unit.mailbox.use_cases import KARI

MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)


def _kari(quiet: str, zone: str = "Europe/Oslo") -> Subscriber:
    return Subscriber(KARI, time_zone=zone, quiet=parse_quiet(quiet))


def _utc(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=UTC)


def test_hours_are_written_as_people_write_them() -> None:
    assert parse_quiet("22:00-07:30") == QuietHours(time(22), time(7, 30))
    assert str(QuietHours(time(22), time(7, 30))) == "22:00-07:30"


@pytest.mark.parametrize(
    "written",
    ["", "22-7", "22:00", "22:00-24:00", "22:60-07:00", "22:00 - 07:00", "٢٢:00-07:00", "07:00-07:00"],
)
def test_what_is_no_hours_is_refused(written: str) -> None:
    with pytest.raises(MailboxError, match="quiet hours"):
        parse_quiet(written)


def test_hours_without_length_can_not_be() -> None:
    with pytest.raises(ValueError, match="different times"):
        QuietHours(time(7), time(7))


@pytest.mark.parametrize(
    ("quiet", "zone", "now", "due"),
    [
        ("22:00-07:00", "Europe/Oslo", "2026-03-02 20:59:59", "2026-03-02 20:59:59"),
        ("22:00-07:00", "Europe/Oslo", "2026-03-02 21:00", "2026-03-03 06:00"),
        ("22:00-07:00", "Europe/Oslo", "2026-03-02 23:30", "2026-03-03 06:00"),
        ("22:00-07:00", "Europe/Oslo", "2026-03-03 05:59:59", "2026-03-03 06:00"),
        ("22:00-07:00", "Europe/Oslo", "2026-03-03 06:00", "2026-03-03 06:00"),
        ("22:00-00:00", "Europe/Oslo", "2026-03-02 22:00", "2026-03-02 23:00"),
        ("00:00-06:00", "Europe/Oslo", "2026-03-02 23:00", "2026-03-03 05:00"),
        ("09:00-15:00", "Europe/Oslo", "2026-03-02 08:00", "2026-03-02 14:00"),
        ("09:00-15:00", "Europe/Oslo", "2026-03-02 14:00", "2026-03-02 14:00"),
        ("22:00-07:00", "America/New_York", "2026-03-02 23:30", "2026-03-02 23:30"),
        ("22:00-07:00", "America/New_York", "2026-03-03 03:00", "2026-03-03 12:00"),
    ],
)  # fmt: skip
def test_what_comes_in_quiet_hours_waits_until_they_are_over(
    quiet: str, zone: str, now: str, due: str
) -> None:
    assert after_quiet(_kari(quiet, zone), _utc(now)) == _utc(due)


@pytest.mark.parametrize(
    ("quiet", "now", "due"),
    [
        # 29 March 2026: 02.00 becomes 03.00 (01:00 UTC)
        ("22:00-07:00", "2026-03-28 22:00", "2026-03-29 05:00"),
        ("22:00-02:30", "2026-03-29 00:30", "2026-03-29 01:30"),
        ("02:30-05:00", "2026-03-29 00:59", "2026-03-29 00:59"),
        ("02:30-05:00", "2026-03-29 01:00", "2026-03-29 03:00"),
        # 25 October 2026: 03.00 becomes 02.00 (01:00 UTC)
        ("22:00-07:00", "2026-10-24 21:00", "2026-10-25 06:00"),
        ("22:00-02:30", "2026-10-25 00:10", "2026-10-25 01:30"),
        ("22:00-02:30", "2026-10-25 01:10", "2026-10-25 01:30"),
    ],
)  # fmt: skip
def test_when_the_clocks_are_changed_the_wall_decides(quiet: str, now: str, due: str) -> None:
    assert after_quiet(_kari(quiet), _utc(now)) == _utc(due)


def test_without_quiet_hours_nothing_waits() -> None:
    night = _utc("2026-03-03 02:00")
    assert not is_quiet(Subscriber(KARI), night)
    assert after_quiet(Subscriber(KARI), night) == night


MINUTES = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))


@given(
    st.tuples(MINUTES, MINUTES).filter(lambda hours: hours[0] != hours[1]),
    st.sampled_from(["Europe/Oslo", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
    st.integers(0, 365 * 24 * 60).map(lambda minute: MIDNIGHT + timedelta(minutes=minute)),
)
def test_what_waited_never_comes_out_in_quiet_hours_nor_a_day_late(
    hours: tuple[time, time], zone: str, moment: datetime
) -> None:
    kari = Subscriber(KARI, time_zone=zone, quiet=QuietHours(*hours))
    due = after_quiet(kari, moment)
    assert moment <= due <= moment + timedelta(hours=25)
    assert (due == moment) == (not is_quiet(kari, moment))
    assert not is_quiet(kari, due)
