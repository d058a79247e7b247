"""What becomes of a calendar that was fetched, or not to be had: absences, the next try, the owner told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from personsvar.mailbox.calendar_refresh import (
    DAY,
    LEASE_SECONDS,
    FeedErrand,
    FeedOutcome,
    take_errands,
    take_one,
    write_back,
)
from personsvar.mailbox.calendars import (
    MOST_CALENDARS,
    NewCalendar,
    add_calendar,
    calendars_of,
    remove_calendar,
    set_word,
)
from personsvar.mailbox.errors import MailboxError, UnknownSubscriberError
from personsvar.mailbox.model.audit import Actor, ActorKind
from personsvar.mailbox.model.availability import Absence, AbsenceReason
from personsvar.mailbox.model.calendar_feed import (
    BusyReason,
    BusySpell,
    CalendarFeed,
    FeedReading,
    FeedTrouble,
    FeedVersion,
)
from personsvar.mailbox.model.ids import AbsenceId, CalendarId, Number
from personsvar.mailbox.model.notice import Channel, NoticeKind
from personsvar.mailbox.model.subscriber import Subscriber, Wishes
from personsvar.mailbox.ports.access import AuditWanted
from tests.unit.mailbox.use_cases import KARI, MONDAY, OLA, STRANGER, UseCases

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
OPERATOR = Actor(ActorKind.COMMAND_LINE, "root")
SECRET = "https://calendar.example.test/hush.ics"


def spell(start: float, hours: float = 1, reason: BusyReason = BusyReason.MEETING) -> BusySpell:
    """So many hours from Monday nine o'clock."""
    begin = MONDAY + start * HOUR
    return BusySpell(begin, begin + hours * HOUR, reason)


def reading(*spells: BusySpell, digest: str = "d1", unread: int = 0) -> FeedReading:
    return FeedReading(FeedVersion('"v1"', None, digest), spells, unread)


@dataclass
class CalendarDesk:
    """The office, and what a test does with calendars in it."""

    app: UseCases = field(default_factory=UseCases)

    def add(self, *spells: BusySpell, mailbox: Number = KARI, word: str = "") -> CalendarFeed:
        new = NewCalendar(SECRET, "calendar.example.test", word, "Europe/Oslo", reading(*spells))
        return add_calendar(self.app.services, mailbox, new, jitter=lambda: 0.5, by=OPERATOR)

    def due(self, *, after: timedelta = 31 * MINUTE) -> FeedErrand:
        self.app.clock.time += after
        (errand,) = take_errands(self.app.services, limit=10)
        return errand

    def write(self, errand: FeedErrand, outcome: FeedOutcome) -> CalendarFeed | None:
        return write_back(self.app.services, errand, outcome, jitter=lambda: 0.5)

    def fails_until(self, end: datetime, trouble: FeedTrouble = FeedTrouble.AWAY) -> CalendarFeed:
        """It is tried each time it is due, and fails; the clock stands at the last of these times."""
        while (feed := self.feed()).due_at <= end:
            self.app.clock.time = max(self.app.clock.time, feed.due_at)
            assert self.write(self.due(after=timedelta()), trouble) is not None
        return feed

    def feed(self, mailbox: Number = KARI) -> CalendarFeed:
        (feed,) = calendars_of(self.app.services, mailbox)
        return feed

    def absences(self, mailbox: Number = KARI) -> list[Absence]:
        with self.app.store.look() as uow:
            return list(uow.absences.not_over(mailbox, at=self.app.clock.now()))

    def told(self) -> list[tuple[Channel, FeedTrouble | None]]:
        kind = NoticeKind.CALENDAR_FAILING
        return [(it.channel, it.facts.trouble) for it in self.app.notices() if it.kind is kind]


@pytest.fixture
def desk() -> Iterator[CalendarDesk]:
    it = CalendarDesk()
    it.app.add(Subscriber(KARI))
    it.app.add(Subscriber(OLA))
    yield it
    assert it.app.store.open_transactions == 0


def test_what_it_holds_are_absences_and_its_address_is_sealed(desk: CalendarDesk) -> None:
    feed = desk.add(spell(1), spell(24, 72, BusyReason.AWAY), spell(100, 1, BusyReason.OTHER))
    assert [(it.starts_at, it.ends_at, it.reason) for it in desk.absences()] == [
        (MONDAY + HOUR, MONDAY + 2 * HOUR, AbsenceReason.MEETING),
        (MONDAY + 24 * HOUR, MONDAY + 96 * HOUR, AbsenceReason.HOLIDAY),
        (MONDAY + 100 * HOUR, MONDAY + 101 * HOUR, None),
    ]
    assert {it.calendar for it in desk.absences()} == {feed.id}
    assert desk.feed() == feed
    assert (feed.spells, feed.fetched_at, feed.due_at) == (3, MONDAY, MONDAY + 30 * MINUTE)
    assert feed.address == desk.app.vault.seal(SECRET)
    assert "hush" not in repr(feed)


def test_one_that_is_due_is_taken_once_with_all_that_it_takes_to_fetch_it(desk: CalendarDesk) -> None:
    feed = desk.add(spell(1), word="fri")
    assert take_errands(desk.app.services, limit=10) == []
    errand = desk.due()
    assert (errand.calendar, errand.address, errand.word) == (feed.id, feed.address, "fri")
    assert (errand.time_zone, errand.known) == ("Europe/Oslo", feed.version)
    assert take_errands(desk.app.services, limit=10) == []
    assert "hush" not in repr(errand)
    assert "fri" not in repr(errand)


def test_a_changed_one_takes_the_place_of_what_was_and_what_stays_stays(desk: CalendarDesk) -> None:
    desk.add(spell(1), spell(5))
    stays = desk.absences()[1]
    feed = desk.write(desk.due(), reading(spell(5), spell(9), digest="d2", unread=2))
    assert [it.starts_at for it in desk.absences()] == [MONDAY + 5 * HOUR, MONDAY + 9 * HOUR]
    assert desk.absences()[0] == stays
    assert feed == desk.feed()
    assert (feed.spells, feed.unread, feed.version.digest, feed.lease) == (2, 2, "d2", None)


def test_an_unchanged_one_changes_nothing_but_when_it_was_fetched(desk: CalendarDesk) -> None:
    before = desk.add(spell(1))
    absences = desk.absences()
    feed = desk.write(desk.due(), FeedVersion('"v2"', None, "d1"))
    assert desk.absences() == absences
    now = desk.app.clock.now()
    assert feed == replace(
        before, version=FeedVersion('"v2"', None, "d1"), fetched_at=now, due_at=now + 30 * MINUTE
    )


def test_the_subscribers_own_absences_and_other_calendars_are_left_alone(desk: CalendarDesk) -> None:
    own = Absence(AbsenceId(0), KARI, MONDAY + 2 * HOUR, MONDAY + 3 * HOUR)
    with desk.app.store.begin() as uow:
        own = uow.absences.add(own)
        uow.commit()
    first, second = desk.add(spell(1)), desk.add(spell(4))
    remove_calendar(desk.app.services, KARI, first.id, by=OPERATOR)
    assert [it.calendar for it in desk.absences()] == [None, second.id]
    assert own in desk.absences()
    assert calendars_of(desk.app.services, KARI) == [second]


def test_it_is_read_in_any_case_once_a_day_and_when_its_owner_has_another_clock(desk: CalendarDesk) -> None:
    feed = desk.add(spell(1))
    assert desk.due().known == feed.version
    desk.app.put(Subscriber(KARI, time_zone="America/New_York"))
    errand = desk.due(after=timedelta(seconds=LEASE_SECONDS))
    assert (errand.known, errand.time_zone) == (FeedVersion(), "America/New_York")
    desk.write(errand, reading(digest="d1"))
    assert desk.due().known == FeedVersion('"v1"', None, "d1")
    assert desk.due(after=DAY).known == FeedVersion()


def test_another_word_has_it_read_anew_at_once_and_what_is_under_way_counts_no_more(
    desk: CalendarDesk,
) -> None:
    feed = desk.add(spell(1))
    errand = desk.due()
    set_word(desk.app.services, KARI, feed.id, "  på   tur ", by=OPERATOR)
    assert desk.write(errand, reading(spell(7), digest="d2")) is None
    assert [it.starts_at for it in desk.absences()] == [MONDAY + HOUR]
    errand = desk.due(after=timedelta())
    assert (errand.word, errand.known) == ("på tur", FeedVersion())


def test_what_comes_after_the_lease_went_to_another_is_not_written(desk: CalendarDesk) -> None:
    desk.add(spell(1))
    slow = desk.due()
    quick = desk.due(after=timedelta(seconds=LEASE_SECONDS))
    assert desk.write(slow, FeedTrouble.AWAY) is None
    assert desk.write(quick, reading(spell(7), digest="d2")) is not None
    assert desk.write(quick, reading(digest="d3")) is None
    assert [it.starts_at for it in desk.absences()] == [MONDAY + 7 * HOUR]


def test_what_comes_after_it_was_removed_is_not_written(desk: CalendarDesk) -> None:
    feed = desk.add(spell(1))
    errand = desk.due()
    remove_calendar(desk.app.services, KARI, feed.id, by=OPERATOR)
    assert desk.write(errand, reading(spell(7))) is None
    with desk.app.store.begin() as uow:
        uow.subscribers.remove(KARI)
        uow.commit()
    assert desk.write(errand, FeedTrouble.AWAY) is None
    assert desk.absences() == []


def test_one_alone_is_taken_before_it_is_due_but_from_nobody_who_fetches_it(desk: CalendarDesk) -> None:
    feed = desk.add(spell(1))
    errand = take_one(desk.app.services, feed.id)
    assert errand is not None
    assert take_one(desk.app.services, feed.id) is None
    assert take_one(desk.app.services, CalendarId(4711)) is None
    assert desk.write(errand, reading(spell(3), digest="d2")) is not None
    assert take_one(desk.app.services, feed.id) is not None


# When it can't be had


def test_what_it_gave_holds_while_it_fails_and_it_is_tried_later_and_later(desk: CalendarDesk) -> None:
    desk.add(spell(1, 200))
    pauses = []
    for _ in range(7):
        feed = desk.write(desk.due(after=desk.feed().due_at - desk.app.clock.now()), FeedTrouble.FAULT)
        assert feed is not None
        pauses.append((feed.due_at - desk.app.clock.now()) / MINUTE)
        assert (feed.trouble, feed.failing_since) == (FeedTrouble.FAULT, MONDAY + 30 * MINUTE)
    assert pauses == [30, 60, 120, 240, 360, 360, 270]
    assert len(desk.absences()) == 1
    assert desk.told() == []


def test_after_a_day_its_owner_is_told_once_and_what_it_gave_is_let_go(desk: CalendarDesk) -> None:
    desk.add(spell(1, 200))
    before = desk.fails_until(MONDAY + DAY + 29 * MINUTE, FeedTrouble.REFUSED)
    assert (len(desk.absences()), before.owner_told) == (1, False)
    feed = desk.fails_until(MONDAY + DAY + 30 * MINUTE, FeedTrouble.REFUSED)
    assert desk.told() == [(Channel.SMS, FeedTrouble.REFUSED)]
    assert (desk.absences(), feed.spells, feed.owner_told) == ([], 0, True)
    desk.fails_until(MONDAY + 20 * DAY)
    assert len(desk.told()) == 1


def test_when_it_is_back_it_is_read_in_any_case_and_its_next_day_of_failures_is_told_again(
    desk: CalendarDesk,
) -> None:
    desk.add(spell(1, 500))
    desk.fails_until(MONDAY + 2 * DAY)
    errand = desk.due(after=desk.feed().due_at - desk.app.clock.now())
    assert errand.known == FeedVersion()
    feed = desk.write(errand, reading(spell(1, 500)))
    assert len(desk.absences()) == 1
    assert feed is not None
    assert (feed.trouble, feed.failing_since, feed.failures, feed.owner_told) == (None, None, 0, False)
    desk.fails_until(MONDAY + 5 * DAY)
    assert len(desk.told()) == 2


def test_what_is_a_day_old_goes_with_the_first_failure_and_is_told_after_a_day_of_them(
    desk: CalendarDesk,
) -> None:
    """No notifier ran meanwhile: nobody had tried."""
    desk.add(spell(1, 500))
    feed = desk.write(desk.due(after=3 * DAY), FeedTrouble.AWAY)
    assert (desk.absences(), desk.told()) == ([], [])
    assert feed is not None
    desk.fails_until(desk.app.clock.now() + DAY)
    assert len(desk.told()) == 1


def test_who_wants_no_sms_is_told_by_e_mail_or_not_at_all(desk: CalendarDesk) -> None:
    desk.app.put(Subscriber(KARI, wishes=Wishes(sms=False), email="kari@example.test"))
    desk.app.put(Subscriber(OLA, wishes=Wishes(sms=False, email_copy=False)))
    desk.add(spell(1))
    desk.fails_until(MONDAY + 2 * DAY)
    assert desk.told() == [(Channel.EMAIL, FeedTrouble.AWAY)]


# What is refused


def test_there_is_room_for_a_few(desk: CalendarDesk) -> None:
    for _ in range(MOST_CALENDARS):
        desk.add(spell(1))
    with pytest.raises(MailboxError, match="5 calendars already"):
        desk.add(spell(7))
    assert len(calendars_of(desk.app.services, KARI)) == MOST_CALENDARS
    assert MONDAY + 7 * HOUR not in {it.starts_at for it in desk.absences()}


def test_nobody_changes_what_is_anothers(desk: CalendarDesk) -> None:
    feed = desk.add(spell(1))
    for mailbox in (OLA, STRANGER):
        with pytest.raises(MailboxError):
            remove_calendar(desk.app.services, mailbox, feed.id, by=OPERATOR)
        with pytest.raises(MailboxError):
            set_word(desk.app.services, mailbox, feed.id, "x", by=OPERATOR)
    with pytest.raises(UnknownSubscriberError):
        desk.add(mailbox=STRANGER)
    assert desk.feed() == feed


@pytest.mark.parametrize("word", ["x" * 51, "a\x00b", "a\u202eb"])
def test_a_word_no_title_can_begin_with(desk: CalendarDesk, word: str) -> None:
    feed = desk.add(spell(1))
    with pytest.raises(MailboxError, match="50 letters"):
        set_word(desk.app.services, KARI, feed.id, word, by=OPERATOR)


def test_who_changed_what_is_kept_and_no_address_in_it(desk: CalendarDesk) -> None:
    feed = desk.add(spell(1))
    set_word(desk.app.services, KARI, feed.id, "fri", by=OPERATOR)
    remove_calendar(desk.app.services, KARI, feed.id, by=OPERATOR)
    with desk.app.store.look() as uow:
        trail = uow.audit.list(AuditWanted(mailbox=KARI))
    assert sorted((str(it.action), it.detail) for it in trail) == [
        ("calendar-added", "calendar 1"),
        ("calendar-changed", "calendar 1"),
        ("calendar-removed", "calendar 1"),
    ]
