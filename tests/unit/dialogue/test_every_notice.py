"""Every notice of the service is really sent: what happens, and the row it leaves in the outbox."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from personsvar.backoff import no_jitter
from personsvar.mailbox import greetings, login
from personsvar.mailbox.calendar_refresh import take_errands, write_back
from personsvar.mailbox.details import Details
from personsvar.mailbox.model.calendar_feed import FeedTrouble
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.message import State
from personsvar.mailbox.model.notice import Channel, MissedReason, Notice, NoticeKind
from personsvar.mailbox.model.subscriber import Wishes
from personsvar.mailbox.model.transcript import Understanding
from personsvar.mailbox.notices import FOR_MACHINES
from personsvar.mailbox.profile.login_codes import send_code
from personsvar.mailbox.provision import set_subscriber
from personsvar.mailbox.reminders import remind_once
from personsvar.mailbox.transcription.keeping import keep, take_up
from personsvar.notifier.words import texts
from personsvar.notifier.words.facts import notice_facts
from personsvar.notifier.words.rendering import Rendered, Text, render
from tests.fakes.actors import ROOT
from tests.fakes.calendars import keep_calendar
from tests.fakes.commits import CommitCounter
from tests.fakes.listener import heard
from tests.phone import HangUp, Speak
from tests.world import KARI, OLA, PIN, SILENT_SECOND, STRANGER, World, speech

SMS, MMS, EMAIL = Channel.SMS, Channel.MMS, Channel.EMAIL
Happens = Callable[[World], None]


def a_message(world: World) -> None:
    world.subscriber(email="ola@example.test")
    world.caller_leaves("#", Speak(6), "#")


def a_message_by_mms(world: World) -> None:
    known = world.subscriber()
    _put(world, replace(known, wishes=replace(known.wishes, mms=True)))
    world.caller_leaves("#", Speak(6), "#")


def hung_up_before_the_tone(world: World) -> None:
    world.subscriber()
    world.caller_leaves(HangUp(1))


def many_calls_without_a_number(world: World) -> None:
    world.subscriber()
    for _ in range(world.rules.missed_calls_an_hour + 2):
        world.caller_leaves(HangUp(1), caller=None)
        world.clock.pass_seconds(61)  # each a missed call of its own


def nothing_said(world: World) -> None:
    world.subscriber()
    world.caller_leaves("#", Speak(4, SILENT_SECOND), HangUp())


def the_mailbox_was_full(world: World) -> None:
    world.subscriber()
    for _ in range(5):
        world.message(state=State.SAVED)
    world.caller_leaves()


def voicemail_was_off(world: World) -> None:
    world.subscriber(voicemail_on=False)
    world.caller_leaves()


def a_first_call(world: World) -> None:
    world.subscriber(pin=None, welcomed=False)
    world.call()


def a_first_call_with_the_operators_pin(world: World) -> None:
    world.subscriber(welcomed=False, pin_by_operator=True)
    world.call()


def a_first_call_that_records_a_greeting(world: World) -> None:
    world.subscriber(pin=None, welcomed=False)
    world.call("3", Speak(6), "#", "2")


def a_pin_asked_for(world: World) -> None:
    world.subscriber()
    world.call("90000001#", "*", caller=KARI)


def a_pin_changed_by_phone(world: World) -> None:
    world.subscriber()
    world.call("34", "582046#")


def a_pin_set_by_the_operator(world: World) -> None:
    world.subscriber()
    set_subscriber(world.services, OLA, Details(pin="582046"), by=ROOT)


def a_pin_reset_by_the_operator(world: World) -> None:
    world.subscriber()
    login.reset_pin(world.services, OLA, by=ROOT)


def a_log_in_from_elsewhere(world: World) -> None:
    world.subscriber()
    world.call("90000001#", f"{PIN}#", caller=KARI)


def a_log_in_on_the_page(world: World) -> None:
    world.subscriber()
    send_code(world.services, "visit", OLA)


def five_wrong_pins(world: World) -> None:
    world.subscriber()
    for _ in range(2):
        world.call(*["90000001#", "739155#"] * 3, caller=KARI)


def five_wrong_pins_on_the_own_phone(world: World) -> None:
    world.subscriber(always_ask_pin=True)
    for _ in range(2):
        world.call(*["739155#"] * 3)


def nearly_full(world: World) -> None:
    world.subscriber()
    for _ in range(4):
        world.message(state=State.SAVED)
    world.caller_leaves("#", Speak(6), "#")


def soon_deleted(world: World) -> None:
    world.subscriber()
    world.message(hours_ago=24 * 28)
    remind_once(world.services)


def absence_on(world: World) -> None:
    world.subscriber()
    until = (world.clock.now() + timedelta(days=20)).date()
    greetings.keep_absence(world.services, OLA, speech(), until)
    world.clock.pass_seconds(7 * 24 * 3600)
    remind_once(world.services)


def a_calendar_that_fails(world: World) -> None:
    world.subscriber()
    keep_calendar(world.services, OLA)
    for hours in (1, 24):
        world.clock.pass_seconds(hours * 3600)
        for errand in take_errands(world.services, limit=5):
            write_back(world.services, errand, FeedTrouble.REFUSED, jitter=no_jitter)


def a_message_written_down(world: World) -> None:
    world.subscriber(wishes=Wishes(transcripts=True, transcript_sms=True))
    services = replace(world.services, rules=replace(world.rules, transcripts=True))
    taken = take_up(services, world.message().id)
    keep(services, taken, heard("Ring", "meg", "i", "morgen."), Understanding.TEXT)


def _put(world: World, subscriber: object) -> None:
    with world.store.begin() as uow:
        uow.subscribers.put(subscriber)  # type: ignore[arg-type]
        uow.commit()


TABLE: list[tuple[Happens, NoticeKind, list[Channel], str]] = [
    (a_message, NoticeKind.NEW_MESSAGE, [SMS, EMAIL], "fra +47 900 00 009 i dag kl. 14.32 (6 sek)."),
    (a_message_by_mms, NoticeKind.NEW_MESSAGE, [MMS], "Ny beskjed fra +47 900 00 009"),
    (hung_up_before_the_tone, NoticeKind.MISSED_CALL, [SMS], "Det ble ikke lagt igjen noen beskjed."),
    (nothing_said, NoticeKind.MISSED_CALL, [SMS], "Det ble ikke sagt noe."),
    (the_mailbox_was_full, NoticeKind.MISSED_CALL, [SMS], "Personsvareren din er full."),
    (voicemail_was_off, NoticeKind.MISSED_CALL, [SMS], "Personsvareren din er slått av."),
    (many_calls_without_a_number, NoticeKind.MANY_CALLS, [SMS], "Mange har ringt deg. 2 anrop til,"),
    (a_first_call, NoticeKind.FIRST_PIN, [SMS], "Koden din er "),
    (a_first_call, NoticeKind.GREETING_NOT_RECORDED, [SMS], "Du har ikke lest inn noen velkomstmelding"),
    (a_first_call_with_the_operators_pin, NoticeKind.FIRST_PIN, [SMS], "Du bruker koden du har fått av oss."),
    (a_first_call_that_records_a_greeting, NoticeKind.GREETING_RECORDED, [SMS], "din er lest inn."),
    (a_pin_asked_for, NoticeKind.REQUESTED_PIN, [SMS], "Ny kode til personsvar: "),
    (a_log_in_on_the_page, NoticeKind.LOGIN_CODE, [SMS], " er engangskoden din til Min profil."),
    (a_pin_changed_by_phone, NoticeKind.PIN_CHANGED, [SMS], "ble endret i dag"),
    (a_pin_set_by_the_operator, NoticeKind.PIN_CHANGED, [SMS], "ble endret i dag"),
    (a_pin_reset_by_the_operator, NoticeKind.FIRST_PIN, [SMS], "Koden din er "),
    (a_log_in_from_elsewhere, NoticeKind.LOGIN_ELSEWHERE, [SMS], "ble åpnet fra +47 900 00 002 i dag"),
    (five_wrong_pins, NoticeKind.LOCKED_OUT, [SMS], "Noen har tastet feil kode"),
    (five_wrong_pins_on_the_own_phone, NoticeKind.LOCKED_OUT, [SMS], "Noen har tastet feil kode"),
    (nearly_full, NoticeKind.NEARLY_FULL, [SMS], "Personsvareren din er full."),
    (soon_deleted, NoticeKind.SOON_DELETED, [SMS], "En gammel beskjed i personsvareren din blir slettet 6."),
    (a_message_written_down, NoticeKind.MESSAGE_TRANSCRIBED, [SMS], "Ring meg i morgen."),
    (a_calendar_that_fails, NoticeKind.CALENDAR_FAILING, [SMS], ": den er ikke delt lenger. De som ringer,"),
    (absence_on, NoticeKind.ABSENCE_ON, [SMS], "Fraværshilsenen din er på til og med 24. mars."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("happens", "kind", "channels", "text"), TABLE, ids=[f"{row[0].__name__}-{row[1]}" for row in TABLE]
)
def test_it_is_told(
    world: World,
    commits: CommitCounter,
    *,
    happens: Happens,
    kind: NoticeKind,
    channels: list[Channel],
    text: str,
) -> None:
    happens(world)
    notices = [notice for notice in world.notices() if notice.kind is kind]
    assert [notice.channel for notice in notices] == channels
    assert all(text in _text(world, notice) for notice in notices)
    assert commits.count > 0


def test_the_table_is_whole() -> None:
    assert {kind for _, kind, _, _ in TABLE} == set(NoticeKind) - FOR_MACHINES


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (hung_up_before_the_tone, MissedReason.HUNG_UP),
        (nothing_said, MissedReason.EMPTY),
        (the_mailbox_was_full, MissedReason.MAILBOX_FULL),
        (voicemail_was_off, MissedReason.VOICEMAIL_OFF),
    ],
)
def test_a_missed_call_knows_why_and_no_message_came(
    world: World, happens: Happens, reason: MissedReason
) -> None:
    happens(world)
    (notice,) = world.notices()
    assert (notice.facts.reason, notice.facts.caller) == (reason, STRANGER)


def _text(world: World, notice: Notice) -> str:
    if notice.kind is NoticeKind.MESSAGE_TRANSCRIBED:  # its words are looked up as it is sent
        (rendered,) = render(world.services, [notice])
        assert isinstance(rendered, Rendered)
        return rendered.content_as(Text).text
    secret = None if notice.facts.secret is None else world.services.vault.open(notice.facts.secret)
    access, now = world.rules.access_number, world.clock.now()
    return texts.sms(
        notice_facts(notice.kind, notice.facts, world.who(), access=access, secret=secret, now=now), "nb"
    )


def test_the_keys_that_an_email_names_against_copies_turn_them_off(world: World) -> None:
    world.subscriber()
    _put(world, replace(world.who(), email="ola@example.test", wishes=Wishes(email_copy=True)))
    world.call("354")
    assert not world.who().wishes.email_copy


def test_the_keys_that_the_reminder_names_turn_the_absence_greeting_off(world: World) -> None:
    absence_on(world)
    assert "ring +47 474 71 000 og tast 3, 6 og 4." in _text(world, world.notices()[-1])
    world.call("36#4")
    assert world.who().absence_until is None
    with world.store.look() as uow:
        assert uow.greetings.current(OLA, GreetingKind.ABSENCE) is None


def test_the_key_that_the_warning_names_keeps_the_message(world: World) -> None:
    soon_deleted(world)
    assert "Tast 6 for å ta vare på den." in _text(world, world.notices()[-1])
    world.call("1", "6")
    assert [message.state for message in world.messages()] == [State.SAVED]
