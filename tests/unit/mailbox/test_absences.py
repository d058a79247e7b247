"""Absences planned by hand, and what becomes of them. It is Monday 23 November 2026, 10.00 in Oslo."""

from __future__ import annotations

from datetime import timedelta

import pytest

from personsvar.mailbox.absences import (
    MOST_PLANNED,
    PlannedAbsence,
    absence_ahead,
    absence_version,
    absences_ahead,
    change_absence,
    plan_absence,
    planned,
    remove_absence,
)
from personsvar.mailbox.deposit import take_in
from personsvar.mailbox.errors import MailboxError, StaleError, UnknownSubscriberError
from personsvar.mailbox.model.audit import AuditAction
from personsvar.mailbox.model.availability import Absence, AbsenceReason
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import AbsenceId, CalendarId, GreetingId, SpoolId
from personsvar.mailbox.model.notice import MissedReason
from personsvar.mailbox.model.reckoning import Reckoning, Uptime
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.access import AuditWanted
from personsvar.mailbox.ports.takes import Kept, Purpose, SpoolHeader
from personsvar.mailbox.tidying import ABSENCE_DAYS, tidy_mailboxes
from tests.fakes.actors import ROOT
from tests.unit.mailbox.use_cases import KARI, MONDAY, OLA, STRANGER, UseCases

HOUR = timedelta(hours=1)
ALAW = bytes(range(256)) * 100


@pytest.fixture
def office(app: UseCases) -> UseCases:
    app.add(Subscriber(KARI))
    app.add(Subscriber(OLA))
    return app


def plan(office: UseCases, begins: float = 0, ends: float = 1, **facts: object) -> Absence:
    """In hours from now."""
    given = PlannedAbsence(MONDAY + begins * HOUR, MONDAY + ends * HOUR, **facts)  # type: ignore[arg-type]
    return plan_absence(office.services, KARI, given, by=ROOT)


def test_several_are_planned_ahead_each_with_its_own_words(office: UseCases) -> None:
    later = plan(office, 48, 72, reason=AbsenceReason.HOLIDAY, takes_messages=False)
    now = plan(office, -1, 2, alaw=ALAW)
    assert absences_ahead(office.services, KARI) == [now, later]
    assert absences_ahead(office.services, OLA) == []
    assert now.recording is not None
    with office.store.look() as uow:
        assert uow.sounds.read(now.recording.id) == ALAW


@pytest.mark.parametrize(
    ("begins", "ends", "why"),
    [
        (1, 1, "ends after it has begun"),
        (2, 1, "ends after it has begun"),
        (-2, 0, "is over already"),
        (-2, -1, "is over already"),
    ],
)
def test_an_absence_that_can_not_be_is_refused(
    office: UseCases, begins: float, ends: float, why: str
) -> None:
    with pytest.raises(MailboxError, match=why):
        plan(office, begins, ends)
    assert absences_ahead(office.services, KARI) == []


def test_so_many_may_lie_ahead_and_calendars_do_not_count(office: UseCases) -> None:
    with office.store.begin() as uow:
        feed = Absence(AbsenceId(0), KARI, MONDAY, MONDAY + HOUR)
        uow.absences.replace(KARI, CalendarId(1), [feed], now=MONDAY)
        uow.commit()
    for number in range(MOST_PLANNED):
        plan(office, number, number + 1)
    with pytest.raises(MailboxError, match=f"at most {MOST_PLANNED} absences"):
        plan(office)


def test_nobody_is_away_who_is_no_subscriber(office: UseCases) -> None:
    given = PlannedAbsence(MONDAY, MONDAY + HOUR)
    with pytest.raises(UnknownSubscriberError):
        plan_absence(office.services, STRANGER, given, by=ROOT)


def test_one_is_removed_by_its_id_and_nobody_else_s(office: UseCases) -> None:
    absence = plan(office)
    with pytest.raises(MailboxError, match=f"there is no absence {absence.id}"):
        remove_absence(office.services, OLA, absence.id, by=ROOT)
    assert remove_absence(office.services, KARI, absence.id, by=ROOT) == absence
    with pytest.raises(MailboxError, match="there is no absence"):
        remove_absence(office.services, KARI, absence.id, by=ROOT)


def test_one_is_changed_under_its_id_and_what_callers_hear_stays_or_not(office: UseCases) -> None:
    before = plan(office, 1, 2, alaw=ALAW)
    longer = PlannedAbsence(MONDAY, MONDAY + 9 * HOUR, AbsenceReason.OFF, False, keeps_recording=True)
    kept = change_absence(office.services, KARI, before.id, longer, by=ROOT)
    assert (kept.id, kept.ends_at, kept.reason, kept.takes_messages, kept.recording) == (
        before.id, MONDAY + 9 * HOUR, AbsenceReason.OFF, False, before.recording,
    )  # fmt: skip
    built_in = PlannedAbsence(MONDAY, MONDAY + 9 * HOUR)
    seen = absence_version(kept)
    changed = change_absence(office.services, KARI, before.id, built_in, by=ROOT, as_seen=seen)
    assert absence_ahead(office.services, KARI, before.id) == changed
    assert changed.recording is None
    with pytest.raises(StaleError):
        change_absence(office.services, KARI, before.id, longer, by=ROOT, as_seen=seen)
    with pytest.raises(StaleError):
        remove_absence(office.services, KARI, before.id, by=ROOT, as_seen=seen)


def test_what_can_not_be_is_no_change_of_anything(office: UseCases) -> None:
    mine = plan(office, -1, 2)
    given = PlannedAbsence(MONDAY, MONDAY + HOUR)
    refused = [(OLA, mine.id, given, "no absence"), (KARI, AbsenceId(4711), given, "no absence")]
    refused.append((KARI, mine.id, PlannedAbsence(MONDAY, MONDAY), "ends after it has begun"))
    refused.append((KARI, mine.id, PlannedAbsence(MONDAY - HOUR, MONDAY), "over already"))
    nobodys = PlannedAbsence(MONDAY, MONDAY + HOUR, greeting=GreetingId(4711))
    refused.append((KARI, mine.id, nobodys, "no absence greeting"))
    for mailbox, which, wanted, why in refused:
        with pytest.raises(MailboxError, match=why):
            change_absence(office.services, mailbox, which, wanted, by=ROOT)
    assert absences_ahead(office.services, KARI) == [mine]
    office.clock.go_on(hours=3)
    with pytest.raises(MailboxError, match="over already"):
        change_absence(office.services, KARI, mine.id, PlannedAbsence(MONDAY, MONDAY + 9 * HOUR), by=ROOT)


def test_an_absence_greeting_is_what_callers_hear_of_it_also_when_the_greeting_goes(office: UseCases) -> None:
    with office.store.begin() as uow:
        mine = uow.greetings.add(
            KARI, GreetingKind.ABSENCE, uow.sounds.add(ALAW, of=KARI), MONDAY, in_use=False
        )
        personal = uow.greetings.add(KARI, GreetingKind.PERSONAL, uow.sounds.add(ALAW, of=KARI), MONDAY)
        olas = uow.greetings.add(OLA, GreetingKind.ABSENCE, uow.sounds.add(ALAW, of=OLA), MONDAY)
        uow.commit()
    absence = plan(office, greeting=mine.id)
    for other in (personal.id, olas.id):
        with pytest.raises(MailboxError, match="no absence greeting"):
            plan(office, greeting=other)
    with office.store.begin() as uow:
        uow.greetings.remove(mine)
        uow.commit()
    assert absence.recording == mine.sound
    with office.store.look() as uow:
        assert uow.sounds.read(mine.sound.id) == ALAW


def test_a_calendar_s_is_removed_there(office: UseCases) -> None:
    with office.store.begin() as uow:
        uow.absences.replace(
            KARI, CalendarId(1), [Absence(AbsenceId(0), KARI, MONDAY, MONDAY + HOUR)], now=MONDAY
        )
        uow.commit()
    (absence,) = absences_ahead(office.services, KARI)
    with pytest.raises(MailboxError, match="is a calendar's"):
        remove_absence(office.services, KARI, absence.id, by=ROOT)
    longer = PlannedAbsence(MONDAY, MONDAY + 9 * HOUR)
    with pytest.raises(MailboxError, match="is a calendar's"):
        change_absence(office.services, KARI, absence.id, longer, by=ROOT)


def test_each_is_in_the_audit_trail_and_what_changed_nothing_is_not(office: UseCases) -> None:
    absence, longer = plan(office), PlannedAbsence(MONDAY, MONDAY + 9 * HOUR)
    for _twice in range(2):
        change_absence(office.services, KARI, absence.id, longer, by=ROOT)
    remove_absence(office.services, KARI, absence.id, by=ROOT)
    with office.store.look() as uow:
        entries = uow.audit.list(AuditWanted(mailbox=KARI))
    assert [(it.action, it.actor) for it in reversed(entries)] == [
        (AuditAction.ABSENCE_PLANNED, ROOT),
        (AuditAction.ABSENCE_CHANGED, ROOT),
        (AuditAction.ABSENCE_REMOVED, ROOT),
    ]


def test_without_a_begin_it_has_begun_and_a_day_alone_is_the_last_one() -> None:
    given = planned(Subscriber(KARI), MONDAY, begin=None, end="2026-12-24")
    assert (given.starts_at, given.ends_at) == (MONDAY, MONDAY.replace(month=12, day=24, hour=23))


def call(number: int, hours: float = 0, *, invited: bool = False) -> SpoolHeader:
    spool_id = SpoolId(f"1700000000.{number}")
    return SpoolHeader(spool_id, Purpose.MESSAGE, KARI, STRANGER, MONDAY + hours * HOUR, invited)


def test_a_recording_is_judged_by_the_moment_its_call_came(office: UseCases) -> None:
    plan(office, 1, 2, takes_messages=False)
    office.clock.go_on(hours=9)
    kept = [take_in(office.services, call(n, n / 2), alaw=ALAW) for n in range(6)]
    assert kept == [Kept.STORED, Kept.STORED, Kept.OFF, Kept.OFF, Kept.STORED, Kept.STORED]
    assert [it.facts.reason for it in office.notices() if it.facts.reason] == [MissedReason.ABSENT]


def test_who_was_asked_for_a_message_may_leave_it(office: UseCases) -> None:
    plan(office, takes_messages=False)
    assert take_in(office.services, call(1), alaw=ALAW) is Kept.OFF
    assert take_in(office.services, call(2, invited=True), alaw=ALAW) is Kept.STORED


def test_an_absence_goes_with_retention_when_no_call_can_wait_for_it_any_more(office: UseCases) -> None:
    absence, sound = plan(office, alaw=ALAW), None
    sound = absence.recording
    office.clock.go_on(days=ABSENCE_DAYS)
    tidy(office)
    with office.store.look() as uow:
        assert uow.absences.get(absence.id) is not None
    office.clock.go_on(hours=2)
    tidy(office)
    assert sound is not None
    with office.store.look() as uow:
        assert uow.absences.get(absence.id) is None
        with pytest.raises(KeyError):
            uow.sounds.read(sound.id)


def tidy(office: UseCases) -> None:
    uptime = Uptime("boot", (office.clock.now() - MONDAY).total_seconds())
    with office.store.begin() as uow:
        uow.upkeep.put(Reckoning(office.clock.now(), uptime))
        uow.commit()
    tidy_mailboxes(office.services, uptime)
