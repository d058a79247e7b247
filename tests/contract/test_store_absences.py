"""Absences: planned, from a calendar, over (ports.Absences)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from personsvar.mailbox.errors import UnknownSubscriberError
from personsvar.mailbox.model.availability import Absence, AbsenceReason
from personsvar.mailbox.model.ids import AbsenceId, CalendarId, Number, SoundId
from personsvar.mailbox.model.message import Sound
from tests.contract.stores import CALLER, KARI, NOON, OLA, SOUND, OpenStore

WORK, HOME = CalendarId(1), CalendarId(2)
NO_ID = AbsenceId(0)


def absence(begins: float = 0, ends: float = 1, *, mailbox: Number = KARI, uid: str = "") -> Absence:
    """In hours from noon."""
    return Absence(NO_ID, mailbox, NOON + timedelta(hours=begins), NOON + timedelta(hours=ends), uid=uid)


def add(store: OpenStore, *absences: Absence) -> list[Absence]:
    with store.begin() as work:
        added = [work.absences.add(each) for each in absences]
        work.commit()
    return added


def says(store: OpenStore, calendar: CalendarId, *absences: Absence, hours: float = 0) -> int:
    with store.begin() as work:
        changes = work.absences.replace(KARI, calendar, absences, now=NOON + timedelta(hours=hours))
        work.commit()
    return changes


def not_over(store: OpenStore, mailbox: Number = KARI, *, hours: float = 0) -> Sequence[Absence]:
    with store.look() as work:
        return work.absences.not_over(mailbox, at=NOON + timedelta(hours=hours))


def test_a_whole_absence_in_is_the_whole_absence_out(store: OpenStore) -> None:
    with store.begin() as work:
        full = replace(
            absence(uid="9@example.test"),
            reason=AbsenceReason.HOLIDAY,
            takes_messages=False,
            recording=work.sounds.add(SOUND, of=KARI),
            calendar=WORK,
        )
        stored = work.absences.add(full)
        plain = work.absences.add(absence())
        work.commit()
    with store.look() as work:
        assert (work.absences.get(stored.id), work.absences.get(plain.id)) == (stored, plain)
        assert replace(stored, id=NO_ID) == full
        assert work.absences.get(AbsenceId(4711)) is None


def test_those_that_are_not_over_come_in_the_order_they_begin(store: OpenStore) -> None:
    later, over, now, _of_ola = add(
        store, absence(5, 6), absence(-2, 0), absence(-1, 3), absence(mailbox=OLA)
    )
    assert not_over(store) == [now, later]
    assert not_over(store, hours=-0.001) == [over, now, later]
    assert not_over(store, hours=3) == [later]
    assert not_over(store, CALLER) == []


def test_one_is_replaced_whole_and_a_recording_that_nothing_uses_any_more_goes(store: OpenStore) -> None:
    with store.begin() as work:
        recorded = work.absences.add(replace(absence(), recording=work.sounds.add(SOUND, of=KARI)))
        other = work.absences.add(absence())
        work.commit()
    assert recorded.recording is not None
    changed = replace(
        absence(2, 3), id=recorded.id, reason=AbsenceReason.OFF, takes_messages=False, recording=None
    )
    with store.begin() as work:
        work.absences.put(replace(recorded, ends_at=NOON + timedelta(hours=2)))  # its recording stays
        assert work.sounds.read(recorded.recording.id) == SOUND
        work.absences.put(changed)
        work.absences.put(replace(changed, id=AbsenceId(4711)))  # there is none
        work.commit()
    with store.look() as work:
        assert (work.absences.get(changed.id), work.absences.get(other.id)) == (changed, other)
        assert work.absences.get(AbsenceId(4711)) is None
        with pytest.raises(KeyError):
            work.sounds.read(recorded.recording.id)


def test_nobody_is_away_from_a_number_nobody_has(store: OpenStore) -> None:
    with store.begin() as work, pytest.raises(UnknownSubscriberError):
        work.absences.add(absence(mailbox=CALLER))


def test_nothing_is_said_by_a_sound_there_is_not(store: OpenStore) -> None:
    with store.begin() as work, pytest.raises(Exception, match="sound"):
        work.absences.add(replace(absence(), recording=Sound(SoundId(4711), 1.0)))


def test_a_removed_one_takes_its_recording_along(store: OpenStore) -> None:
    with store.begin() as work:
        recording = work.sounds.add(SOUND, of=KARI)
        stored = work.absences.add(replace(absence(), recording=recording))
        work.commit()
    (kept,) = add(store, absence())
    with store.begin() as work:
        work.absences.remove(stored.id)
        work.absences.remove(AbsenceId(4711))
        work.commit()
    assert not_over(store) == [kept]
    with store.look() as work, pytest.raises(KeyError):
        work.sounds.read(recording.id)


def test_ids_are_never_used_again(store: OpenStore) -> None:
    (first,) = add(store, absence())
    with store.begin() as work:
        work.absences.remove(first.id)
        work.commit()
    (second,) = add(store, absence())
    assert second.id > first.id


def test_a_recording_stays_as_long_as_its_absence(store: OpenStore) -> None:
    with store.begin() as work:
        recording = work.sounds.add(SOUND, of=KARI)
        stored = work.absences.add(replace(absence(), recording=recording))
        work.absences.purge(before=NOON, limit=9)
        work.commit()
    with store.look() as work:
        assert work.absences.get(stored.id) == stored
        assert work.sounds.read(recording.id) == SOUND


def test_those_that_ended_before_a_time_go_some_at_once(store: OpenStore) -> None:
    with store.begin() as work:
        recording = work.sounds.add(SOUND, of=KARI)
        work.commit()
    add(store, replace(absence(-9, -8), recording=recording), absence(-7, -6, mailbox=OLA), absence(-3, -2))
    (last,) = add(store, absence(-1, 0))
    counted = []
    for _ in range(3):
        with store.begin() as work:
            counted.append(work.absences.purge(before=NOON, limit=2))
            work.commit()
    assert counted == [2, 1, 0]
    assert not_over(store, hours=-99) == [last]
    with store.look() as work, pytest.raises(KeyError):
        work.sounds.read(recording.id)


def test_they_go_with_their_subscriber_and_so_does_what_was_recorded(store: OpenStore) -> None:
    with store.begin() as work:
        recording = work.sounds.add(SOUND, of=KARI)
        work.absences.add(replace(absence(), recording=recording))
        work.absences.add(absence(uid="1@example.test"))
        of_ola = work.absences.add(absence(mailbox=OLA))
        work.commit()
    with store.begin() as work:
        work.subscribers.remove(KARI)
        work.commit()
    assert not_over(store) == []
    assert not_over(store, OLA) == [of_ola]
    with store.look() as work, pytest.raises(KeyError):
        work.sounds.read(recording.id)


# ---- calendars


def test_a_calendar_says_anew_what_there_is_and_what_is_the_same_stays(store: OpenStore) -> None:
    a, b, c = (absence(begins, begins + 1, uid=uid) for begins, uid in ((1, "a"), (2, "b"), (3, "c")))
    assert says(store, WORK, a, b) == 2
    before = {it.uid: it.id for it in not_over(store)}
    moved = replace(a, ends_at=a.ends_at + timedelta(hours=5))
    assert says(store, WORK, moved, b, c) == 3
    after = {it.uid: it for it in not_over(store)}
    assert after["b"].id == before["b"]
    assert after["a"] == replace(moved, id=after["a"].id, calendar=WORK)
    assert after["a"].id not in before.values()
    assert says(store, WORK, moved, b, c) == 0
    assert says(store, WORK) == 3
    assert not_over(store) == []


def test_what_it_says_twice_is_there_once(store: OpenStore) -> None:
    assert says(store, WORK, absence(uid="a"), absence(uid="a")) == 1
    assert len(not_over(store)) == 1


def test_another_calendar_and_what_was_planned_by_hand_stay(store: OpenStore) -> None:
    (own,) = add(store, absence(0, 9))
    says(store, HOME, absence(1, 2, uid="home"))
    says(store, WORK, absence(3, 4, uid="work"))
    says(store, WORK)
    assert [(it.id == own.id, it.calendar) for it in not_over(store)] == [(True, None), (False, HOME)]


def test_what_a_calendar_said_of_the_past_stays_for_calls_that_wait(store: OpenStore) -> None:
    says(store, WORK, absence(1, 2, uid="a"), absence(3, 4, uid="b"))
    assert says(store, WORK, hours=2) == 1
    assert [it.uid for it in not_over(store)] == ["a"]


def test_a_calendar_s_absences_are_those_of_the_mailbox_named(store: OpenStore) -> None:
    says(store, WORK, absence(mailbox=OLA, uid="a"))
    assert [(it.mailbox, it.uid) for it in not_over(store)] == [(KARI, "a")]
    assert not_over(store, OLA) == []


def test_a_calendar_of_nobody_says_nothing(store: OpenStore) -> None:
    with store.begin() as work, pytest.raises(UnknownSubscriberError):
        work.absences.replace(CALLER, WORK, [absence()], now=NOON)
