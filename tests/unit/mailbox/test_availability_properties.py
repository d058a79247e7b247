"""What holds of every week of absences, hours and bank holidays, nights of the change of clocks too."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from personsvar.mailbox.availability import availability_at
from personsvar.mailbox.local_time import first_at, local_wall
from personsvar.mailbox.model.availability import (
    AVAILABLE,
    Absence,
    AbsenceReason,
    OpenHours,
    WeeklyHours,
)
from personsvar.mailbox.model.ids import AbsenceId, Number, SoundId
from personsvar.mailbox.model.message import Sound
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.voicemail_switch import is_off
from personsvar.mailbox.weekly_hours import is_open, parse_hours, written_hours
from tests.fakes.bank_holidays import NamedBankHolidays

KARI = Number("+4790000001")
STEP = timedelta(minutes=30)
WEEK_STEPS = 7 * 48
WEEKS = (
    datetime(2026, 3, 2, tzinfo=UTC),
    datetime(2026, 3, 27, tzinfo=UTC),  # the clocks go forward, there and elsewhere
    datetime(2026, 10, 23, tzinfo=UTC),  # and back
    datetime(2026, 12, 28, tzinfo=UTC),
)
ZONES = ("Europe/Oslo", "America/New_York", "Asia/Kathmandu", "Africa/Cairo", "Australia/Lord_Howe")
"""Of the last the clocks are changed by half an hour, and in Cairo at midnight."""
WITHOUT_MEETINGS = [None, AbsenceReason.OFF, AbsenceReason.HOLIDAY]

weeks = st.sampled_from(WEEKS)
steps = st.integers(0, WEEK_STEPS)


@st.composite
def absences(draw: st.DrawFn, week: datetime, *, meetings: bool = True) -> Absence:
    begin = draw(steps)
    end = begin + draw(st.integers(1, 100))
    sound = draw(st.none() | st.integers(1, 9).map(lambda id_: Sound(SoundId(id_), 1.0)))
    reasons = [*WITHOUT_MEETINGS, AbsenceReason.MEETING] if meetings else WITHOUT_MEETINGS
    return Absence(
        AbsenceId(draw(st.integers(1, 99))),
        KARI,
        week + begin * STEP,
        week + end * STEP,
        draw(st.sampled_from(reasons)),
        takes_messages=draw(st.booleans()),
        recording=sound,
    )


@st.composite
def weekly_hours(draw: st.DrawFn) -> WeeklyHours:
    found = []
    for weekday in draw(st.sets(st.integers(1, 7))):
        begin = draw(st.integers(0, 47))
        end = draw(st.integers(begin + 1, 48))
        found.append(OpenHours(weekday, begin * 30, end * 30))
    return tuple(sorted(found))


@st.composite
def subscribers(draw: st.DrawFn, week: datetime) -> Subscriber:
    until = draw(st.none() | steps)
    return Subscriber(
        KARI,
        time_zone=draw(st.sampled_from(ZONES)),
        hours=draw(weekly_hours()),
        voicemail_on=until is None,
        voicemail_off_until=None if until is None else week + until * STEP,
    )


def holidays_of(data: st.DataObject, week: datetime) -> NamedBankHolidays:
    days = data.draw(st.sets(st.integers(0, 8), max_size=3))
    return NamedBankHolidays(frozenset(week.date() + timedelta(days=day) for day in days))


@given(st.data(), weeks)
def test_it_is_over_at_the_first_moment_at_which_nothing_holds(data: st.DataObject, week: datetime) -> None:
    subscriber, closed = data.draw(subscribers(week)), holidays_of(data, week)
    away = data.draw(st.lists(absences(week, meetings=False), max_size=6))
    now = week + data.draw(steps) * STEP
    found = availability_at(subscriber, away, closed, now)

    def holds(at: datetime) -> bool:
        covered = any(it.covers(at) for it in away)
        return covered or is_off(subscriber, at) or not is_open(subscriber, closed, at)

    if not holds(now):
        assert found == AVAILABLE
        return
    if found.back_at is None:
        assert subscriber.hours
        return
    assert found.back_at > now
    assert not holds(found.back_at)
    every = (now + step * STEP for step in range((found.back_at - now) // STEP + 1))
    assert all(holds(at) for at in every if at < found.back_at)


@given(st.data(), weeks)
def test_the_order_they_are_planned_in_does_not_matter(data: st.DataObject, week: datetime) -> None:
    subscriber, closed = data.draw(subscribers(week)), holidays_of(data, week)
    away = data.draw(st.lists(absences(week), max_size=6, unique_by=lambda it: it.id))
    now = week + data.draw(steps) * STEP
    shuffled = data.draw(st.permutations(away))
    assert availability_at(subscriber, away, closed, now) == availability_at(
        subscriber, shuffled, closed, now
    )


@given(st.data(), weeks)
def test_what_is_told_is_true(data: st.DataObject, week: datetime) -> None:
    subscriber, closed = data.draw(subscribers(week)), holidays_of(data, week)
    away = data.draw(st.lists(absences(week), max_size=6))
    now = week + data.draw(steps) * STEP
    found = availability_at(subscriber, away, closed, now)
    begun = [it for it in away if it.covers(now)]
    takes = all(it.takes_messages for it in begun)
    assert found.takes_messages is (
        takes and not is_off(subscriber, now) and is_open(subscriber, closed, now)
    )
    if not begun:
        assert found.recording is None
    if found.recording is not None:
        heard = [it for it in begun if it.recording == found.recording]
        assert any(found.takes_messages or not it.takes_messages for it in heard)
    if found.is_away or found.reason is not None:
        assert found.reason in {it.reason for it in away if it.ends_at > now}
    if found.back_at is not None:
        assert found.back_at > now
        ends = [it.ends_at for it in begun]
        assert found.back_at >= max(ends, default=now)


@given(weekly_hours())
def test_hours_are_read_as_they_are_written(hours: WeeklyHours) -> None:
    written = written_hours(hours)
    assert (parse_hours(written) if written else ()) == hours


@given(st.data(), weeks)
def test_hours_are_open_when_the_clock_on_the_wall_says_so(data: st.DataObject, week: datetime) -> None:
    subscriber = data.draw(subscribers(week))
    now = week + data.draw(steps) * STEP
    wall = local_wall(subscriber, now)
    minute = wall.hour * 60 + wall.minute
    of_day = [it for it in subscriber.hours if it.weekday == wall.isoweekday()]
    expected = not subscriber.hours or any(it.opens_minute <= minute < it.closes_minute for it in of_day)
    assert is_open(subscriber, NamedBankHolidays(), now) is expected


@given(
    st.sampled_from(ZONES),
    st.dates(date(2026, 3, 1), date(2026, 11, 30)),
    st.times().map(lambda it: it.replace(second=0, microsecond=0)),
)
def test_the_first_moment_of_a_time_is_no_earlier_and_no_later(zone: str, day: date, clock: time) -> None:
    subscriber = Subscriber(KARI, time_zone=zone)
    first = first_at(subscriber, day, clock)
    shown, before = local_wall(subscriber, first), local_wall(subscriber, first - timedelta(seconds=1))
    wanted = datetime.combine(day, clock)
    assert shown.replace(tzinfo=None) >= wanted
    assert before.replace(tzinfo=None) < wanted
