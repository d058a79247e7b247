"""What callers hear of somebody who is away, or takes no messages; and what the owner hears and sets of it.

It is Wednesday 4 March 2026, 14.32 in Oslo.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from personsvar.dialogue.call_session import DialogueContext
from personsvar.intake.sweeper import Sweeper
from personsvar.intake.takes import SpoolTakes
from personsvar.language.prompts import PromptId
from personsvar.mailbox import greetings, preferences
from personsvar.mailbox.audit import by_phone
from personsvar.mailbox.availability import availability
from personsvar.mailbox.model.audit import ActorKind, AuditAction
from personsvar.mailbox.model.availability import Absence, AbsenceReason, Availability
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import AbsenceId, CalendarId, Number
from personsvar.mailbox.model.message import State
from personsvar.mailbox.model.notice import MissedReason, NoticeKind
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.access import AuditWanted
from personsvar.mailbox.ports.takes import SpoolHeader, Take
from personsvar.mailbox.weekly_hours import parse_hours
from tests.phone import HANG_UP, HangUp, ScriptedPhone, Speak
from tests.unit.dialogue.test_deposit import AwayStore
from tests.world import OLA, PIN, World, catalogue, said, speech, words

MEETING, OFF, HOLIDAY = AbsenceReason.MEETING, AbsenceReason.OFF, AbsenceReason.HOLIDAY
ABROAD = Number("+46701234567")
OFFICE = parse_hours("mon-fri 08:00-14:00")
NUMBER = "ni null null null null null null én"


def first_words(phone: ScriptedPhone) -> str:
    """The first sentence, without its pauses."""
    sentence = phone.said[0]
    return " ".join(
        catalogue().text(PromptId(part), sentence.language) if isinstance(part, str) else "«sound»"
        for part in sentence.parts
        if part != "pause"
    )


def signed(world: World) -> None:
    greetings.keep(world.services, OLA, GreetingKind.SIGNATURE, speech()[:16000])


def why_missed(world: World) -> Sequence[MissedReason | None]:
    return [notice.facts.reason for notice in world.notices() if notice.kind is NoticeKind.MISSED_CALL]


class TurnsOffMeanwhile(SpoolTakes):
    """Somebody whose owner turns voicemail off while a caller speaks."""

    def place(self, header: SpoolHeader, *, number: int = 1) -> Take:
        preferences.turn_voicemail_off(self.services, header.mailbox, by=by_phone(header.mailbox))
        return super().place(header, number=number)


# ---- callers


@pytest.mark.parametrize(
    ("reason", "hours", "nb"),
    [
        (MEETING, 1, "som er opptatt i møte til klokken femten trettito."),
        (OFF, 114 - 0.5 - 2 / 60, "som har fri til mandag klokken åtte."),
        (HOLIDAY, 24 * 12 + 9.5 - 2 / 60, "som er på ferie til og med mandag den sekstende mars."),
        (None, 17.5 - 2 / 60, "som ikke er tilgjengelig til i morgen klokken åtte."),
    ],
)
def test_callers_hear_why_and_until_when_and_are_asked_for_a_message(
    world: World, reason: AbsenceReason | None, hours: float, nb: str
) -> None:
    world.subscriber()
    signed(world)
    world.absence(reason=reason, hours=hours)
    phone = world.caller_leaves(Speak(7), "#2")
    heard = first_words(phone)
    assert (
        heard == f"Du har kommet til personsvareren til «sound» {nb} Legg igjen en beskjed etter pipetonen."
    )
    assert len(world.messages()) == 1


def test_without_a_voice_signature_the_number_is_said(world: World) -> None:
    world.subscriber()
    world.absence(reason=MEETING)
    heard = first_words(world.caller_leaves())
    assert heard.startswith(
        f"Du har kommet til personsvareren til {NUMBER} som er opptatt i møte til klokken"
    )


def test_callers_from_abroad_hear_it_in_english(world: World) -> None:
    world.subscriber()
    signed(world)
    greetings.keep(world.services, OLA, GreetingKind.INTERNATIONAL, speech())
    world.absence(reason=HOLIDAY, hours=114 - 0.5 - 2 / 60)
    heard = first_words(world.caller_leaves(caller=ABROAD))
    assert heard == (
        "You have reached the voicemail of «sound» who is on holiday until Monday at eight a.m. "
        "Please leave a message after the tone."
    )


def test_where_no_message_is_taken_they_hear_that_and_the_owner_is_told_of_a_missed_call(
    world: World,
) -> None:
    world.subscriber()
    signed(world)
    world.absence(reason=OFF, hours=114 - 0.5 - 2 / 60, takes_messages=False)
    phone = world.caller_leaves()
    assert first_words(phone) == (
        "Du har kommet til personsvareren til «sound» som har fri til mandag klokken åtte. "
        "Du kan ikke legge igjen beskjed nå."
    )
    assert said(phone)[-1] == "goodbye"
    assert not phone.recorded
    assert why_missed(world) == [MissedReason.ABSENT]


def test_the_personal_greeting_waits_until_the_absence_is_over(world: World) -> None:
    world.subscriber()
    greetings.keep(world.services, OLA, GreetingKind.PERSONAL, speech())
    world.absence(hours=1)
    assert said(world.caller_leaves())[0] == "greeting-reached"
    world.clock.pass_seconds(3600)
    assert said(world.caller_leaves(HANG_UP)) == ["«sound»"]


@pytest.mark.parametrize(
    ("takes_messages", "heard"),
    [(True, ["«sound»"]), (False, ["«sound»", "pause", "no-message-now", "goodbye"])],
)
def test_a_recording_of_the_absence_s_own_is_heard_in_place_of_the_words(
    world: World, heard: list[str], *, takes_messages: bool
) -> None:
    world.subscriber()
    world.absence(reason=OFF, says=speech()[:24000], takes_messages=takes_messages)
    assert said(world.caller_leaves(HangUp(10) if takes_messages else HANG_UP))[: len(heard)] == heard


def test_a_recording_that_may_ask_for_a_message_is_not_heard_where_none_is_taken(world: World) -> None:
    world.subscriber(hours=OFFICE)
    world.absence(reason=OFF, says=speech()[:24000], hours=17.5 - 2 / 60)
    heard = said(world.caller_leaves())
    assert "«sound»" not in heard
    assert heard[-2:] == ["no-message-now", "goodbye"]


def test_outside_the_hours_they_hear_when_those_open(world: World) -> None:
    world.subscriber(hours=OFFICE)
    signed(world)
    phone = world.caller_leaves()
    assert first_words(phone) == (
        "Du har kommet til personsvareren til «sound» Personsvareren er stengt til i morgen klokken åtte."
    )
    assert why_missed(world) == [MissedReason.OUTSIDE_HOURS]


def test_off_until_a_moment_they_hear_when_that_is_and_off_for_good_nothing_of_it(world: World) -> None:
    until = datetime(2026, 3, 5, 7, 0, tzinfo=UTC)
    world.subscriber(voicemail_on=False, voicemail_off_until=until)
    assert first_words(world.caller_leaves()).endswith("Personsvareren er stengt til i morgen klokken åtte.")
    assert why_missed(world) == [MissedReason.VOICEMAIL_OFF]
    preferences.turn_voicemail_off(world.services, OLA, by=by_phone(OLA))
    assert said(world.caller_leaves(caller=None)) == ["takes-no-messages", "goodbye"]


def test_when_the_moment_has_come_it_is_on_again_by_itself(world: World) -> None:
    until = datetime(2026, 3, 4, 14, 0, tzinfo=UTC)
    world.subscriber(voicemail_on=False, voicemail_off_until=until)
    world.clock.pass_seconds((until - world.clock.now()).total_seconds())
    world.caller_leaves(Speak(7), "#2")
    assert len(world.messages()) == 1


def test_the_owner_gets_in_by_star_and_nobody_has_missed_a_call(world: World) -> None:
    world.subscriber()
    world.absence(takes_messages=False)
    phone = world.caller_leaves("*", f"{PIN}#")
    assert "main-menu-settings" in said(phone)
    assert why_missed(world) == []


def test_who_hangs_up_while_it_is_said_is_told_of_with_why(world: World) -> None:
    world.subscriber()
    world.absence(takes_messages=False)
    phone = world.caller_leaves(HangUp(1))
    assert len(phone.said) == 1
    assert why_missed(world) == [MissedReason.ABSENT]


def test_a_full_mailbox_is_told_as_that_while_its_owner_is_away(world: World) -> None:
    world.subscriber()
    world.absence(reason=MEETING)
    for age in range(5):
        world.message(state=State.SAVED, hours_ago=age + 1)
    assert said(world.caller_leaves())[-2:] == ["mailbox-full", "goodbye"]
    assert why_missed(world) == [MissedReason.MAILBOX_FULL]


def test_the_absence_greeting_goes_on_as_it_was(world: World) -> None:
    """Recorded before the meeting began, it is heard in it too: the meeting has no recording."""
    world.subscriber()
    greetings.keep_absence(world.services, OLA, speech()[:24000], world.clock.now().date())
    world.clock.pass_seconds(2 * 3600)
    world.absence(reason=MEETING)
    assert said(world.caller_leaves(HangUp(10)))[:1] == ["«sound»"]
    own = world.absence(says=speech()[:8000], begun_hours_ago=0.5)
    phone = world.caller_leaves(HANG_UP)
    assert own.recording is not None
    assert phone.said[0].parts == (own.recording,)


# ---- the moment a call came


def test_who_was_asked_for_a_message_may_leave_it_when_the_absence_begins_meanwhile(world: World) -> None:
    world.subscriber(hours=parse_hours("mon-fri 08:00-14:33"))
    phone = world.caller_leaves(Speak(120), "#2")
    assert world.clock.now() > datetime(2026, 3, 4, 13, 33, tzinfo=UTC)
    assert said(phone)[-2:] == ["message-stored", "goodbye"]
    assert len(world.messages()) == 1


def test_who_was_asked_may_leave_it_also_when_voicemail_is_turned_off_meanwhile(world: World) -> None:
    world.subscriber()
    world.takes = TurnsOffMeanwhile(world.services, world.spool)
    world.context = DialogueContext(world.services, world.takes)
    assert said(world.caller_leaves(Speak(7), "#2"))[-2:] == ["message-stored", "goodbye"]


def test_an_absence_that_is_over_in_the_middle_of_a_call_was_on_when_it_came(world: World) -> None:
    world.subscriber()
    world.absence(hours=1 / 3600, takes_messages=False)
    phone = world.caller_leaves()
    assert said(phone)[-1] == "goodbye"
    assert why_missed(world) == [MissedReason.ABSENT]


# ---- the owner


def test_7_turns_it_off_at_once_and_then_on_again(world: World) -> None:
    world.subscriber()
    phone = world.call("377")
    assert [it for it in said(phone) if it.startswith("voicemail-is")] == [
        "voicemail-is-off",
        "voicemail-is-on",
    ]
    assert world.who() == replace(world.who(), voicemail_on=True, voicemail_off_until=None)
    world.call("37")
    assert world.who().voicemail_on is False
    assert world.who().voicemail_off_since is not None


@pytest.mark.parametrize(
    ("keys", "until"),
    [
        ("11800#", datetime(2026, 3, 4, 17, 0, tzinfo=UTC)),
        ("118#", datetime(2026, 3, 4, 17, 0, tzinfo=UTC)),
        ("20800#", datetime(2026, 3, 5, 7, 0, tzinfo=UTC)),
        ("2830#", datetime(2026, 3, 5, 7, 30, tzinfo=UTC)),
        ("22500#2359#", datetime(2026, 3, 5, 22, 59, tzinfo=UTC)),
        ("11200#2300#", datetime(2026, 3, 4, 22, 0, tzinfo=UTC)),
    ],
)
def test_until_a_time_today_or_tomorrow(world: World, keys: str, until: datetime) -> None:
    world.subscriber()
    phone = world.call("37", keys[0], *_entries(keys[1:]))
    assert world.who().voicemail_off_until == until
    assert "voicemail-off-until" in said(phone)
    heard = {"2500": "no-such-time", "1200": "time-has-passed"}
    assert [told for typed, told in heard.items() if typed in keys] == [
        it for it in said(phone) if it in heard.values()
    ]


def _entries(keys: str) -> list[str]:
    return [f"{entry}#" for entry in keys.split("#") if entry]


def test_it_is_read_back(world: World) -> None:
    world.subscriber()
    heard = words(world.call("372", "0800#"))
    assert (
        "Personsvareren er slått av til i morgen klokken åtte. De som ringer, kan ikke legge igjen beskjed."
        in heard
    )


@pytest.mark.parametrize("keys", ["371*", "3719999#9999#9999#", "372"])
def test_who_says_no_time_leaves_it_off_until_it_is_turned_on(world: World, keys: str) -> None:
    world.subscriber()
    world.call(*keys.replace("#", "# ").split())
    assert (world.who().voicemail_on, world.who().voicemail_off_until) == (False, None)


def test_the_owner_hears_at_each_call_until_when_and_how_to_turn_it_on(world: World) -> None:
    world.subscriber(voicemail_on=False, voicemail_off_until=datetime(2026, 3, 5, 7, 0, tzinfo=UTC))
    for _ in range(2):
        assert words(world.call()).startswith(
            "Personsvareren er slått av til i morgen klokken åtte. "
            "De som ringer, kan ikke legge igjen beskjed. "
            "For å slå den på, tast 3 og 7 i hovedmenyen."
        )
    world.call("37")
    assert "voicemail-off-until" not in said(world.call())


def test_off_until_somebody_turns_it_on_is_told_with_how(world: World) -> None:
    world.subscriber(voicemail_on=False)
    assert said(world.call())[:2] == ["voicemail-is-off", "voicemail-how-to-turn-on"]


def test_the_owner_hears_until_when_callers_are_told_that_nobody_is_there(world: World) -> None:
    world.subscriber()
    world.absence(reason=MEETING)
    assert words(world.call()).startswith(
        "De som ringer, får høre at du er borte til klokken femten trettito. "
        "For å være tilgjengelig nå, tast 3, 7 og 1 i hovedmenyen."
    )


def test_37_in_an_absence_says_it_and_1_ends_it(world: World) -> None:
    world.subscriber()
    world.absence(hours=72, reason=OFF)
    heard = words(world.call("37"))
    assert "De som ringer, får høre at du er borte til lørdag klokken fjorten trettito." in heard
    assert "For å være tilgjengelig nå, tast 1." in heard
    assert "away-off" in said(world.caller_leaves())
    phone = world.call("371")
    assert "available-now" in said(phone)
    assert world.who().voicemail_on
    assert "away-off" not in said(world.caller_leaves())
    again = said(world.call("3"))
    assert "absent-how-to-end" not in again
    assert ("settings-absent" in again, "settings-voicemail-off" in again) == (False, True)


def test_a_meeting_of_a_calendar_is_over_for_callers_until_the_next_one(world: World) -> None:
    world.subscriber()
    now, work = world.clock.now(), CalendarId(1)
    hour = timedelta(hours=1)
    meetings = [
        Absence(AbsenceId(0), OLA, now + begin * hour, now + end * hour, MEETING)
        for begin, end in ((-1, 1), (2, 3))
    ]

    def is_read_anew() -> None:
        with world.store.begin() as uow:
            uow.absences.replace(OLA, work, meetings, now=world.clock.now())
            uow.commit()

    is_read_anew()
    assert "away-meeting" in said(world.caller_leaves())
    world.call("371")
    is_read_anew()
    assert "away-meeting" not in said(world.caller_leaves())
    world.clock.pass_seconds(7200)
    assert "away-meeting" in said(world.caller_leaves())


def test_an_absence_greeting_ends_so_too_and_7_turns_voicemail_off_all_the_same(world: World) -> None:
    world.subscriber()
    greetings.keep_absence(world.services, OLA, speech()[:16000], world.clock.now().date())
    world.call("377")
    assert (world.who().voicemail_on, world.who().absence_until is None) == (False, False)
    world.call("37")
    world.call("371")
    assert (world.who().voicemail_on, world.who().absence_until) == (True, None)
    assert "greeting-reached" in said(world.caller_leaves())


def test_a_call_that_came_in_the_absence_is_judged_by_it_when_it_is_ended_meanwhile(world: World) -> None:
    world.subscriber()
    world.absence(takes_messages=False)
    came = world.clock.now()
    world.call("371")
    stands = [availability_then(world, at) for at in (came, world.clock.now())]
    assert [it.takes_messages for it in stands] == [False, True]


def availability_then(world: World, at: datetime) -> Availability:
    with world.store.look() as uow:
        return availability(uow, world.who(), world.services.bank_holidays, at)


def test_who_is_back_stands_in_the_audit_trail(world: World) -> None:
    world.subscriber()
    world.absence()
    world.call("371")
    with world.store.look() as uow:
        (entry,) = uow.audit.list(AuditWanted(mailbox=OLA))
    assert (entry.action, entry.actor.kind) == (AuditAction.ABSENCE_ENDED, ActorKind.PHONE)


def test_turning_it_off_and_on_is_in_the_audit_trail(world: World) -> None:
    world.subscriber()
    world.call("377")
    with world.store.look() as uow:
        entries = uow.audit.list(AuditWanted(mailbox=OLA))
    assert [(it.actor.kind, it.actor.name, it.detail) for it in entries] == [
        (ActorKind.PHONE, OLA, "voicemail_on")
    ] * 2


# ---- calls that waited in the spool


@pytest.mark.parametrize(
    ("facts", "stored"),
    [
        ({"voicemail_on": False, "voicemail_off_since": timedelta(minutes=1)}, 1),
        ({"voicemail_on": False, "voicemail_off_since": timedelta(minutes=-1)}, 0),
        ({"voicemail_on": False, "voicemail_off_until": timedelta(minutes=5)}, 0),
        ({"voicemail_on": False, "voicemail_off_until": timedelta(minutes=-5)}, 1),
    ],
)
def test_a_call_that_nobody_could_judge_is_judged_by_when_it_came(
    world: World, facts: dict[str, object], stored: int
) -> None:
    """The database was away, and the caller was asked for a message all the same."""
    known = world.subscriber()
    came = world.clock.now()
    away = World(AwayStore(), world.spool, clock=world.clock)  # type: ignore[arg-type]
    away.caller_leaves(Speak(7), "#2")
    times = {name: came + it if isinstance(it, timedelta) else it for name, it in facts.items()}
    _put(world, replace(known, **times))  # type: ignore[arg-type]
    world.clock.pass_seconds(3600)
    Sweeper(world.takes).sweep_once(world.clock.now())
    assert len(world.messages()) == stored
    assert why_missed(world) == ([] if stored else [MissedReason.VOICEMAIL_OFF])


def _put(world: World, subscriber: Subscriber) -> None:
    with world.store.begin() as uow:
        uow.subscribers.put(subscriber)
        uow.commit()
