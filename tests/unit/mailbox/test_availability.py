"""Whether a subscriber is away, why, until when, and whether callers may leave messages: as a table.

Kari lives in Oslo. It is Monday 2 March 2026, noon there, unless a row says something else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from personsvar.bank_holidays import NationalBankHolidays
from personsvar.mailbox.availability import availability_at
from personsvar.mailbox.model.availability import AVAILABLE, Absence, AbsenceReason, Availability
from personsvar.mailbox.model.ids import AbsenceId, Number, SoundId
from personsvar.mailbox.model.message import Sound
from personsvar.mailbox.model.notice import MissedReason
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.voicemail_switch import is_off
from personsvar.mailbox.weekly_hours import parse_hours
from tests.fakes.bank_holidays import NamedBankHolidays

OSLO = ZoneInfo("Europe/Oslo")
KARI = Number("+4790000001")
MEETING, OFF, HOLIDAY = AbsenceReason.MEETING, AbsenceReason.OFF, AbsenceReason.HOLIDAY
SWITCHED_OFF, ABSENT, CLOSED = (
    MissedReason.VOICEMAIL_OFF,
    MissedReason.ABSENT,
    MissedReason.OUTSIDE_HOURS,
)
ON = Subscriber(KARI)
OFFICE = Subscriber(KARI, hours=parse_hours("mon-fri 08:00-16:00"))


def at(written: str, *, zone: ZoneInfo = OSLO, fold: int = 0) -> datetime:
    """`2 12:00` is noon on the second of March, there."""
    day, clock = written.split()
    hour, minute = map(int, clock.split(":"))
    begin = datetime(2026, 3, 1, hour, minute, tzinfo=zone)
    return (begin + timedelta(days=int(day) - 1)).replace(fold=fold).astimezone(UTC)


NOON = at("2 12:00")


def away(
    begins: str,
    ends: str,
    reason: AbsenceReason | None = None,
    *,
    messages: bool = True,
    says: int | None = None,
    number: int = 1,
) -> Absence:
    return Absence(
        AbsenceId(number),
        KARI,
        at(begins),
        at(ends),
        reason,
        takes_messages=messages,
        recording=None if says is None else Sound(SoundId(says), 2.0),
    )


def off(*, since: str | None = None, until: str | None = None) -> Subscriber:
    return Subscriber(
        KARI,
        voicemail_on=False,
        voicemail_off_since=None if since is None else at(since),
        voicemail_off_until=None if until is None else at(until),
    )


def found(
    subscriber: Subscriber,
    *absences: Absence,
    now: datetime = NOON,
    closed: Sequence[date] = (),
) -> Availability:
    return availability_at(subscriber, absences, NamedBankHolidays(frozenset(closed)), now)


def told(
    back: str | None, reason: AbsenceReason | None = None, *, refusal: MissedReason | None = None
) -> Availability:
    """Away until then."""
    return Availability(refusal, is_away=True, reason=reason, back_at=None if back is None else at(back))


def refused(why: MissedReason, until: str | None = None) -> Availability:
    """No message is taken, and nobody says that she is away."""
    return Availability(why, back_at=None if until is None else at(until))


@pytest.mark.parametrize(
    ("subscriber", "absences", "expected"),
    [
        (ON, [], AVAILABLE),
        # the switch
        (off(), [], refused(SWITCHED_OFF)),
        (off(until="3 08:00"), [], refused(SWITCHED_OFF, "3 08:00")),
        (off(until="2 12:00"), [], AVAILABLE),
        (off(since="2 12:00", until="3 08:00"), [], refused(SWITCHED_OFF, "3 08:00")),
        (off(since="2 12:01"), [], AVAILABLE),
        (replace(off(until="3 08:00"), voicemail_on=True), [], AVAILABLE),
        # one absence, before, in, and after it
        (ON, [away("2 12:01", "2 13:00", MEETING)], AVAILABLE),
        (ON, [away("2 12:00", "2 13:00", MEETING)], told("2 13:00", MEETING)),
        (ON, [away("2 11:00", "2 12:01", MEETING)], told("2 12:01", MEETING)),
        (ON, [away("2 11:00", "2 12:00", MEETING)], AVAILABLE),
        (ON, [away("2 11:00", "9 08:00", OFF)], told("9 08:00", OFF)),
        (ON, [away("2 11:00", "9 08:00")], told("9 08:00")),
        (ON, [away("2 11:00", "9 08:00", HOLIDAY, messages=False)], told("9 08:00", HOLIDAY, refusal=ABSENT)),
        # several: the one that ends last decides until when and why
        (
            ON,
            [away("1 00:00", "9 08:00", HOLIDAY), away("2 11:00", "2 13:00", MEETING)],
            told("9 08:00", HOLIDAY),
        ),
        (
            ON,
            [away("2 11:00", "2 13:00", MEETING), away("2 11:30", "2 12:30", OFF)],
            told("2 13:00", MEETING),
        ),
        (ON, [away("2 11:00", "2 13:00", MEETING), away("2 11:30", "2 14:00")], told("2 14:00")),
        (ON, [away("2 11:00", "2 13:00"), away("2 11:30", "2 13:00", MEETING)], told("2 13:00", MEETING)),
        # one after the other without a gap is one; with a gap it is not
        (
            ON,
            [away("2 11:00", "2 13:00", MEETING), away("2 13:00", "2 14:00", MEETING)],
            told("2 14:00", MEETING),
        ),
        (ON, [away("2 11:00", "2 13:00", MEETING), away("2 12:30", "3 08:00", OFF)], told("3 08:00", OFF)),
        (
            ON,
            [away("2 11:00", "2 13:00", MEETING), away("2 13:01", "2 14:00", MEETING)],
            told("2 13:00", MEETING),
        ),
        # one that takes no messages is enough; one that will begin is not
        (
            ON,
            [away("2 11:00", "9 08:00", HOLIDAY), away("2 11:00", "2 13:00", messages=False)],
            told("9 08:00", HOLIDAY, refusal=ABSENT),
        ),
        (
            ON,
            [away("2 11:00", "2 13:00", MEETING), away("2 13:00", "3 08:00", OFF, messages=False)],
            told("3 08:00", OFF),
        ),
        # with the switch off: that is why, and who is away is told until when
        (off(), [away("2 11:00", "9 08:00", HOLIDAY)], told("9 08:00", HOLIDAY, refusal=SWITCHED_OFF)),
        (
            off(until="3 08:00"),
            [away("2 11:00", "9 08:00", HOLIDAY, messages=False)],
            told("9 08:00", HOLIDAY, refusal=SWITCHED_OFF),
        ),
        (off(until="3 08:00"), [away("2 11:00", "2 13:00", MEETING)], refused(SWITCHED_OFF, "3 08:00")),
        (
            off(until="3 08:00"),
            [away("3 08:00", "9 08:00", HOLIDAY)],
            told("9 08:00", HOLIDAY, refusal=SWITCHED_OFF),
        ),
    ],
)
def test_at_noon_on_a_monday(subscriber: Subscriber, absences: list[Absence], expected: Availability) -> None:
    assert found(subscriber, *absences) == expected
    assert found(subscriber, *reversed(absences)) == expected


@pytest.mark.parametrize(
    ("now", "absences", "expected"),
    [
        ("2 12:00", [], AVAILABLE),
        ("2 08:00", [], AVAILABLE),
        ("2 07:59", [], refused(CLOSED, "2 08:00")),
        ("2 16:00", [], refused(CLOSED, "3 08:00")),
        ("6 16:00", [], refused(CLOSED, "9 08:00")),
        ("8 12:00", [], refused(CLOSED, "9 08:00")),
        # time off and holidays go on until the hours open; a meeting is over when it is over
        ("2 12:00", [away("2 12:00", "2 17:00", OFF)], told("3 08:00", OFF)),
        ("2 12:00", [away("2 12:00", "7 00:00", HOLIDAY)], told("9 08:00", HOLIDAY)),
        ("2 12:00", [away("2 12:00", "2 17:00")], told("3 08:00")),
        ("2 12:00", [away("2 12:00", "2 15:00", OFF)], told("2 15:00", OFF)),
        ("2 15:30", [away("2 15:00", "2 17:00", MEETING)], told("2 17:00", MEETING)),
        (
            "2 15:30",
            [away("2 15:00", "2 16:00", MEETING), away("2 16:00", "2 17:00", MEETING)],
            told("2 17:00", MEETING),
        ),
        # outside of the hours they decide
        ("2 17:30", [away("2 17:00", "2 18:00", MEETING)], refused(CLOSED, "3 08:00")),
        ("2 17:30", [away("2 17:00", "2 18:00", OFF)], told("3 08:00", OFF, refusal=CLOSED)),
        ("2 17:30", [away("2 17:00", "4 12:00", OFF)], told("4 12:00", OFF, refusal=CLOSED)),
        ("7 12:00", [away("9 00:00", "14 00:00", HOLIDAY)], told("16 08:00", HOLIDAY, refusal=CLOSED)),
        ("2 17:30", [away("2 17:00", "4 12:00", OFF, messages=False)], told("4 12:00", OFF, refusal=ABSENT)),
    ],
)
def test_with_office_hours(now: str, absences: list[Absence], expected: Availability) -> None:
    assert found(OFFICE, *absences, now=at(now)) == expected


def test_hours_are_closed_on_bank_holidays() -> None:
    easter = [date(2026, 4, day) for day in (2, 3, 5, 6)]
    wednesday = at("32 16:30")
    assert found(OFFICE, now=wednesday, closed=easter) == refused(CLOSED, "38 08:00")
    assert found(OFFICE, now=at("34 12:00"), closed=easter).refusal is CLOSED
    assert found(OFFICE, now=at("38 08:00"), closed=easter) == AVAILABLE


def test_with_every_day_a_bank_holiday_nobody_can_say_when() -> None:
    year = [date(2026, 3, 1) + timedelta(days=day) for day in range(365)]
    assert found(OFFICE, closed=year) == refused(CLOSED)


def test_hours_of_who_has_turned_voicemail_off_for_good_open_nothing() -> None:
    turned_off = replace(OFFICE, voicemail_on=False)
    assert found(turned_off, now=at("2 17:00")) == refused(SWITCHED_OFF)
    assert found(turned_off, away("2 16:30", "2 17:30", OFF), now=at("2 17:00")) == told(
        "2 17:30", OFF, refusal=SWITCHED_OFF
    )


def test_off_until_after_closing_is_off_until_the_hours_open() -> None:
    turned_off = replace(OFFICE, voicemail_on=False, voicemail_off_until=at("2 18:00"))
    assert found(turned_off) == refused(SWITCHED_OFF, "3 08:00")


# ---- whose recording is heard


@pytest.mark.parametrize(
    ("subscriber", "absences", "heard"),
    [
        (ON, [away("2 11:00", "2 13:00", says=1)], 1),
        (ON, [away("2 11:00", "9 08:00", says=1), away("2 11:30", "2 13:00", says=2)], 2),
        (ON, [away("2 11:00", "9 08:00", says=1), away("2 11:30", "2 13:00", MEETING)], 1),
        (ON, [away("2 11:00", "9 08:00", says=1), away("2 12:30", "2 13:00", says=2)], 1),
        (ON, [away("2 11:00", "9 08:00", says=1), away("2 11:00", "2 13:00", says=2, number=2)], 2),
        # who may leave no message is not asked for one
        (off(), [away("2 11:00", "2 13:00", says=1)], None),
        (ON, [away("2 11:00", "9 08:00", says=1, messages=False), away("2 11:30", "2 13:00", says=2)], 1),
        (ON, [away("2 11:00", "9 08:00", says=1), away("2 11:30", "2 13:00", messages=False)], None),
        (off(), [away("2 11:00", "2 13:00", says=1, messages=False)], 1),
    ],
)
def test_the_recording_of_the_one_that_began_last(
    subscriber: Subscriber, absences: list[Absence], heard: int | None
) -> None:
    recording = found(subscriber, *absences).recording
    assert (recording.id if recording else None) == heard


# ---- nights on which the clocks are changed, and other zones


@pytest.mark.parametrize(
    ("hours", "now", "opens"),
    [
        # 29 March 2026, 02:00 becomes 03:00
        (
            "sun 02:30-05:00",
            datetime(2026, 3, 29, 0, 30, tzinfo=UTC),
            datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
        ),
        (
            "sun 03:30-05:00",
            datetime(2026, 3, 29, 0, 30, tzinfo=UTC),
            datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
        ),
        (
            "sun 02:10-02:50",
            datetime(2026, 3, 29, 0, 30, tzinfo=UTC),
            datetime(2026, 4, 5, 0, 10, tzinfo=UTC),
        ),
        # 25 October 2026, 03:00 becomes 02:00: what opens then opens twice
        (
            "sun 02:30-02:40",
            datetime(2026, 10, 25, 0, 0, tzinfo=UTC),
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        ),
        (
            "sun 02:30-02:40",
            datetime(2026, 10, 25, 0, 45, tzinfo=UTC),
            datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
        ),
        (
            "sun 02:30-02:40",
            datetime(2026, 10, 25, 1, 45, tzinfo=UTC),
            datetime(2026, 11, 1, 1, 30, tzinfo=UTC),
        ),
    ],
)
def test_when_the_clocks_are_changed_the_wall_decides(hours: str, now: datetime, opens: datetime) -> None:
    subscriber = Subscriber(KARI, hours=parse_hours(hours))
    assert found(subscriber, now=now) == Availability(CLOSED, back_at=opens)


@pytest.mark.parametrize(
    ("zone", "open_"), [("Europe/Oslo", True), ("America/New_York", False), ("Asia/Tokyo", False)]
)
def test_hours_go_by_the_subscriber_s_own_clock(zone: str, open_: bool) -> None:
    assert found(replace(OFFICE, time_zone=zone)).takes_messages is open_


def test_bank_holidays_are_days_where_the_subscriber_is() -> None:
    tokyo = Subscriber(KARI, time_zone="Asia/Tokyo", hours=parse_hours("mon-sun 00:00-24:00"))
    late = datetime(2026, 5, 16, 16, 0, tzinfo=UTC)  # the seventeenth there, at one
    assert found(tokyo, now=late, closed=[date(2026, 5, 17)]).refusal is CLOSED
    assert found(replace(tokyo, time_zone="Europe/Oslo"), now=late, closed=[date(2026, 5, 17)]) == AVAILABLE


def test_voicemail_turned_off_since_a_moment_is_not_off_for_calls_that_came_before() -> None:
    turned_off = off(since="2 12:00", until="2 14:00")
    seen = [is_off(turned_off, at(when)) for when in ("2 11:59", "2 12:00", "2 13:59", "2 14:00")]
    assert seen == [False, True, True, False]


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (datetime(2024, 3, 30, 22, 59, tzinfo=UTC), None),
        (datetime(2024, 3, 30, 23, 0, tzinfo=UTC), datetime(2024, 4, 1, 22, 0, tzinfo=UTC)),
        (datetime(2024, 3, 31, 1, 0, tzinfo=UTC), datetime(2024, 4, 1, 22, 0, tzinfo=UTC)),
        (datetime(2024, 4, 1, 21, 59, tzinfo=UTC), datetime(2024, 4, 1, 22, 0, tzinfo=UTC)),
        (datetime(2024, 4, 1, 22, 0, tzinfo=UTC), None),
    ],
)
def test_easter_day_is_closed_for_all_of_its_23_hours_and_the_day_behind_it_too(
    now: datetime, opens: datetime | None
) -> None:
    """In 2024 the clocks were changed on it, by Norway's own bank holidays."""
    always = Subscriber(KARI, hours=parse_hours("mon-sun 00:00-24:00"))
    expected = AVAILABLE if opens is None else Availability(CLOSED, back_at=opens)
    assert availability_at(always, [], NationalBankHolidays("NO"), now) == expected
