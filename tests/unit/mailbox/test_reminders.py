"""Reminders, in the owner's own daytime: messages soon removed by age, an absence greeting that is on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from personsvar.mailbox import greetings, listening
from personsvar.mailbox.audit import by_phone
from personsvar.mailbox.local_time import parse_quiet
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import MessageId, Number, SpoolId
from personsvar.mailbox.model.message import Message, State
from personsvar.mailbox.model.notice import Notice, NoticeKind
from personsvar.mailbox.model.subscriber import Subscriber, Wishes
from personsvar.mailbox.preferences import turn_voicemail_off, turn_voicemail_on
from personsvar.mailbox.reminders import remind_once
from personsvar.mailbox.rules import Rules
from tests.unit.mailbox.use_cases import KARI, OLA, UseCases
from tests.upkeep import purge_once

NEW_YORKER = Number("+4791000000")
OSLO = ZoneInfo("Europe/Oslo")
SPEECH = b"\x2a" * 16_000
TEN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""Ten in the morning in Oslo, a Monday."""
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


@dataclass
class Days:
    """Days that pass in the office, with a round of reminders now and then."""

    app: UseCases
    messages: int = 0

    def message(
        self,
        received_at: datetime,
        *,
        mailbox: Number = KARI,
        saved_at: datetime | None = None,
        state: State = State.NEW,
    ) -> MessageId:
        self.messages += 1
        state = State.SAVED if saved_at else state
        with self.app.store.begin() as uow:
            added = uow.messages.add(
                Message(
                    MessageId(0),
                    mailbox,
                    SpoolId(f"17.{self.messages}"),
                    OLA,
                    received_at,
                    uow.sounds.add(SPEECH, of=mailbox),
                    state=state,
                    changed_at=saved_at or (None if state is State.NEW else received_at),
                )
            )
            uow.commit()
        return added.id

    def round(self, at: datetime) -> int:
        self.app.clock.time = at
        return remind_once(self.app.services)

    def rounds(self, *, start: datetime, days: float, each: timedelta = HOUR) -> list[tuple[datetime, int]]:
        """When a round sent something, and how many."""
        moments = (start + each * turn for turn in range(round(days * DAY / each)))
        return [(at, sent) for at in moments if (sent := self.round(at))]

    def told(self, kind: NoticeKind = NoticeKind.SOON_DELETED, *, to: Number = KARI) -> list[Notice]:
        return [it for it in self.app.notices() if it.kind is kind and it.to == to]

    def told_of(self) -> list[tuple[date, int | None]]:
        """Of messages: on which day they go, and how many."""
        told = [it.facts for it in self.told()]
        return [(it.at.astimezone(OSLO).date(), it.count) for it in told if it.at is not None]


@pytest.fixture
def days(app: UseCases) -> Iterator[Days]:
    app.add(Subscriber(KARI))
    yield Days(app)
    assert app.store.open_in_this_thread == 0


# ---- messages soon removed


def test_an_unheard_message_is_told_of_three_days_before_it_goes(days: Days) -> None:
    days.message(TEN - 20 * DAY)
    sent = days.rounds(start=TEN, days=14)
    assert sent == [(TEN + 7 * DAY, 1)]
    assert days.told_of() == [(date(2026, 3, 12), 1)]
    assert days.app.commits.count == 1


def test_all_that_go_on_one_day_are_one_notice_and_each_day_has_its_own(days: Days) -> None:
    for hours in (0, 1, 13, 23, 24):
        days.message(TEN - 10 * HOUR - 20 * DAY + hours * HOUR)  # from midnight on, in Oslo
    days.rounds(start=TEN, days=14)
    assert days.told_of() == [(date(2026, 3, 12), 4), (date(2026, 3, 13), 1)]


def test_the_warning_comes_before_the_removal_and_tells_its_day(days: Days) -> None:
    message = days.message(TEN - 20 * DAY)
    gone: datetime | None = None
    at = TEN
    while gone is None:
        days.round(at)
        purge_once(days.app.services)
        with days.app.store.look() as uow:
            found = uow.messages.get(message)
        assert found is not None
        gone = at if found.state is State.DELETED else None
        at += HOUR
    (notice,) = days.told()
    assert notice.facts.at == TEN + 10 * DAY
    assert TEN + 10 * DAY <= gone <= TEN + 10 * DAY + HOUR
    assert timedelta(days=3) - HOUR <= gone - notice.created_at <= 4 * DAY


def test_a_saved_message_counts_from_when_it_was_saved_and_is_told_with_the_new_ones(days: Days) -> None:
    days.message(TEN - 400 * DAY, saved_at=TEN - 355 * DAY)
    days.message(TEN - 20 * DAY)
    days.rounds(start=TEN, days=14)
    assert days.told_of() == [(date(2026, 3, 12), 2)]


@pytest.mark.parametrize("state", [State.HEARD, State.DELETED])
def test_what_was_heard_and_not_kept_goes_without_a_word(days: Days, state: State) -> None:
    days.message(TEN - 28 * DAY, state=state)
    assert days.rounds(start=TEN, days=9) == []


def test_who_saves_a_message_again_keeps_it_as_long_again(days: Days) -> None:
    message = days.message(TEN - 400 * DAY, saved_at=TEN - 363 * DAY)
    days.round(TEN)
    assert len(days.told()) == 1
    listening.save(days.app.services, message)
    days.app.clock.go_on(days=300)
    purge_once(days.app.services)
    with days.app.store.look() as uow:
        assert uow.messages.get(message) is not None


def test_rounds_may_come_as_often_as_they_like(days: Days) -> None:
    days.message(TEN - 28 * DAY)
    assert [days.round(TEN) for _ in range(3)] == [1, 0, 0]
    assert days.rounds(start=TEN, days=3, each=10 * MINUTE) == []


def test_others_go_first_between_two_mailboxes_and_a_round_that_ends_there_goes_on_in_the_next(
    days: Days,
) -> None:
    days.app.add(Subscriber(OLA))
    for mailbox in (KARI, OLA):
        days.message(TEN - 28 * DAY, mailbox=mailbox)
    days.round(TEN - 10 * HOUR)  # all mailboxes are looked at, in the night
    days.app.clock.time = TEN
    told = list[int]()

    def rest() -> None:
        assert days.app.store.open_in_this_thread == 0
        told.append(len(days.told()) + len(days.told(to=OLA)))
        if len(told) == 1:
            raise _EndsHereError

    with pytest.raises(_EndsHereError):
        remind_once(days.app.services, rest)
    assert remind_once(days.app.services, rest) == 1
    assert told == [1, 2]


class _EndsHereError(Exception):
    pass


def test_after_a_night_or_days_without_service_all_that_is_left_is_told_at_once(days: Days) -> None:
    for ago in (29, 28, 27, 26):
        days.message(TEN - ago * DAY)
    days.round(TEN)
    assert days.told_of() == [(date(2026, 3, day), 1) for day in (3, 4, 5)]


def test_what_is_removed_today_before_the_round_is_told_no_more(days: Days) -> None:
    days.message(TEN - 30 * DAY - MINUTE)
    assert days.round(TEN) == 0


@pytest.mark.parametrize(
    ("at", "sent"),
    [(TEN - MINUTE, 0), (TEN, 1), (TEN + 10 * HOUR - MINUTE, 1), (TEN + 10 * HOUR, 0), (TEN + 16 * HOUR, 0)],
)
def test_nobody_is_reminded_at_night(days: Days, at: datetime, sent: int) -> None:
    days.message(TEN - 28 * DAY)
    assert days.round(at) == sent
    assert days.round(TEN + DAY) == 1 - sent


def test_the_morning_is_the_owners_own(days: Days) -> None:
    days.app.add(Subscriber(NEW_YORKER, time_zone="America/New_York"))
    for mailbox in (KARI, NEW_YORKER):
        days.message(TEN - 28 * DAY, mailbox=mailbox)
    assert days.rounds(start=TEN - 8 * HOUR, days=1) == [(TEN, 1), (TEN + 6 * HOUR, 1)]
    assert [len(days.told(to=mailbox)) for mailbox in (KARI, NEW_YORKER)] == [1, 1]


def test_in_quiet_hours_it_waits_until_they_are_over(days: Days) -> None:
    days.app.put(Subscriber(KARI, quiet=parse_quiet("08:00-21:00")))
    days.message(TEN - 28 * DAY)
    days.round(TEN)
    assert [it.next_at for it in days.told()] == [TEN + 11 * HOUR]


def test_who_wants_no_notice_is_looked_at_once_a_day_all_the_same(days: Days) -> None:
    days.app.put(Subscriber(KARI, wishes=Wishes(sms=False)))
    days.message(TEN - 28 * DAY)
    days.rounds(start=TEN, days=2)
    assert days.told() == []


def test_with_the_setting_at_0_nobody_is_warned(days: Days) -> None:
    _rules(days, soon_deleted_days=0)
    days.message(TEN - 28 * DAY)
    assert days.rounds(start=TEN, days=9) == []


@pytest.mark.parametrize("kept", [1, 2, 3])
def test_what_is_kept_for_a_short_time_is_warned_of_once_a_day_is_complete(days: Days, kept: int) -> None:
    _rules(days, keep_new_days=kept)
    for hours in (1, 8):
        days.message(TEN + hours * HOUR)
    days.rounds(start=TEN + 9 * HOUR, days=9)
    day = date(2026, 3, 2 + kept)
    assert days.told_of() == ([] if kept == 1 else [(day, 2)])


@pytest.mark.parametrize("kept", [2, 3, 4, 30])
def test_whenever_messages_come_each_is_told_of_before_it_goes(days: Days, kept: int) -> None:
    _rules(days, keep_new_days=kept)
    for day in range(12):
        for hour in (0, 2, 9):
            at = TEN + day * DAY + hour * HOUR
            days.round(at)
            days.message(at + MINUTE)
    days.rounds(start=TEN + 12 * DAY, days=30)
    first = date(2026, 3, 2) + kept * DAY
    assert days.told_of() == [(first + day * DAY, 3) for day in range(12)]


@pytest.mark.parametrize(("digits", "minutes"), [("0000", 0), ("2500", 15), ("5000", 30), ("9999", 59)])
def test_a_morning_s_warnings_go_out_over_an_hour_by_the_numbers_last_digits(
    days: Days, digits: str, minutes: int
) -> None:
    owner = Number(f"+479100{digits}")
    days.app.add(Subscriber(owner))
    days.message(TEN - 20 * DAY, mailbox=owner)
    at = TEN + 7 * DAY + minutes * MINUTE
    days.round(TEN + 7 * DAY - HOUR)
    assert days.rounds(start=TEN + 7 * DAY, days=1 / 12, each=MINUTE) in ([(at, 1)], [(at + MINUTE, 1)])


def test_what_is_taken_back_counts_from_then_on(days: Days) -> None:
    days.app.clock.time = TEN
    message = days.message(TEN - 29 * DAY)
    listening.delete(days.app.services, message)
    listening.take_back(days.app.services, message)
    days.rounds(start=TEN, days=40)
    assert days.told_of() == [(date(2026, 4, 1), 1)]


def test_what_the_owner_saves_meanwhile_is_told_of_in_its_turn(days: Days) -> None:
    message = days.message(TEN - 29 * DAY)
    days.round(TEN)
    assert days.app.get(KARI).removals_look_at is None
    listening.save(days.app.services, message)
    days.rounds(start=TEN + 350 * DAY, days=15, each=6 * HOUR)
    assert days.told_of() == [(date(2026, 3, 3), 1), (date(2027, 3, 2), 1)]


def test_once_all_is_told_of_the_mailbox_is_looked_at_no_more(days: Days) -> None:
    days.message(TEN - 28 * DAY)
    days.message(TEN - 20 * DAY)
    days.round(TEN)
    assert days.app.get(KARI).removals_look_at == TEN + 7 * DAY
    days.round(TEN + 7 * DAY)
    assert days.app.get(KARI).removals_look_at is None


def test_other_rules_hold_for_what_is_there_already(days: Days) -> None:
    days.message(TEN - 20 * DAY)
    days.round(TEN)
    _rules(days, keep_new_days=22)
    assert days.rounds(start=TEN + DAY, days=14) == [(TEN + DAY, 1)]
    assert days.told_of() == [(date(2026, 3, 4), 1)]


def test_notifiers_of_two_minds_look_at_all_mailboxes_once_a_day(days: Days) -> None:
    days.message(TEN)
    days.round(TEN)
    looked = []
    for hour in range(1, 49):
        _rules(days, keep_new_days=40 + hour % 2)
        days.round(TEN + hour * HOUR)
        with days.app.store.look() as uow:
            terms = uow.upkeep.warning_terms()
        looked += [terms.looked_at] if terms is not None else []
    assert sorted(set(looked)) == [TEN, TEN + DAY, TEN + 2 * DAY]


def test_a_day_after_the_first_round_all_are_looked_at_again(days: Days) -> None:
    """What a service of the version before took in, as long as it went on, is told of too."""
    days.round(TEN)
    days.app.store.before_commit = None
    days.message(TEN - 20 * DAY)
    assert days.rounds(start=TEN + HOUR, days=14) == [(TEN + 7 * DAY, 1)]


def _rules(days: Days, **rules: int) -> None:
    days.app.services = replace(days.app.services, rules=replace(Rules(), **rules))  # type: ignore[arg-type]


# ---- an absence greeting that is on


@pytest.fixture
def away(days: Days) -> Days:
    """Turned on on Monday at ten, to the end of the month."""
    days.app.clock.time = TEN
    greetings.keep_absence(days.app.services, KARI, SPEECH, date(2026, 3, 31))
    return days


def test_each_week_the_owner_is_reminded_of_its_last_day(away: Days) -> None:
    summer = 28 * DAY - HOUR  # ten is an hour earlier in UTC from 29 March on
    assert away.rounds(start=TEN, days=60) == [
        (TEN + 7 * DAY, 1),
        (TEN + 14 * DAY, 1),
        (TEN + 21 * DAY, 1),
        (TEN + summer, 1),
    ]
    last_days = {it.facts.at.date() for it in away.told(NoticeKind.ABSENCE_ON) if it.facts.at is not None}
    assert last_days == {date(2026, 3, 31)}


def test_turned_off_there_is_nothing_to_tell(away: Days) -> None:
    greetings.retire(away.app.services, KARI, GreetingKind.ABSENCE)
    assert away.rounds(start=TEN, days=40) == []


def test_a_new_last_day_begins_the_weeks_anew(away: Days) -> None:
    away.app.clock.time = TEN + 5 * DAY
    greetings.keep_absence(away.app.services, KARI, None, date(2026, 3, 14))
    assert away.rounds(start=TEN, days=40) == [(TEN + 12 * DAY, 1)]


def test_over_within_the_week_nothing_is_told(away: Days) -> None:
    away.app.clock.time = TEN
    greetings.keep_absence(away.app.services, KARI, None, date(2026, 3, 8))
    assert away.rounds(start=TEN, days=40) == []


def test_on_its_last_day_callers_still_hear_it(away: Days) -> None:
    away.app.clock.time = TEN
    greetings.keep_absence(away.app.services, KARI, None, date(2026, 3, 9))
    assert away.rounds(start=TEN, days=40) == [(TEN + 7 * DAY, 1)]


def test_while_voicemail_is_off_nobody_hears_it(away: Days) -> None:
    turn_voicemail_off(away.app.services, KARI, by=by_phone(KARI))
    assert away.rounds(start=TEN, days=10) == []
    turn_voicemail_on(away.app.services, KARI, by=by_phone(KARI))
    assert away.rounds(start=TEN + 10 * DAY, days=10) == [(TEN + 14 * DAY, 1)]


def test_missed_weeks_are_told_once_and_the_weekday_stays(away: Days) -> None:
    assert away.rounds(start=TEN + 15 * DAY, days=20) == [
        (TEN + 15 * DAY, 1),
        (TEN + 21 * DAY, 1),
        (TEN + 28 * DAY - HOUR, 1),
    ]


def test_at_night_it_stays_due_until_the_morning(away: Days) -> None:
    assert away.round(TEN + 7 * DAY + 11 * HOUR) == 0
    assert away.rounds(start=TEN + 7 * DAY + 12 * HOUR, days=5) == [(TEN + 8 * DAY, 1)]


def test_with_the_setting_at_0_nobody_is_reminded(days: Days) -> None:
    _rules(days, absence_reminder_days=0)
    days.app.clock.time = TEN
    greetings.keep_absence(days.app.services, KARI, SPEECH, date(2026, 3, 31))
    assert days.rounds(start=TEN, days=40) == []


def test_the_setting_at_0_silences_those_set_before(away: Days) -> None:
    _rules(away, absence_reminder_days=0)
    assert away.rounds(start=TEN, days=40) == []


def test_who_left_meanwhile_is_no_fault(away: Days) -> None:
    with away.app.store.begin() as uow:
        uow.subscribers.remove(KARI)
        uow.commit()
    assert away.rounds(start=TEN, days=10) == []
