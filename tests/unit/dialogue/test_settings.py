"""Settings, the first call and the main menu (the manual, sections 3, 4, 5): keys in, words out."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from personsvar.mailbox import greetings
from personsvar.mailbox.model import GreetingKind, NoticeKind, Wishes
from personsvar.mailbox.pin import pin_matches
from tests.phone import HANG_UP, SILENCE, HangUp, Press, Speak
from tests.real.g711 import encode
from tests.world import OLA, PIN, SILENT_SECOND, World, said, speech

KINDS = [
    ("31", GreetingKind.PERSONAL),
    ("32", GreetingKind.INTERNATIONAL),
    ("33", GreetingKind.SIGNATURE),
]


def stored(world: World, kind: GreetingKind = GreetingKind.PERSONAL) -> bytes | None:
    greeting = greetings.current(world.office, OLA, kind)
    return None if greeting is None else world.sound(greeting.sound.id)


@pytest.mark.parametrize(("keys", "kind"), KINDS)
def test_a_greeting_is_recorded_at_once_and_saved_with_2(world: World, keys: str, kind: GreetingKind) -> None:
    world.subscriber()
    phone = world.call(keys, Speak(6), "#", "2")
    assert len(stored(world, kind) or b"") == 6 * 8000
    assert len(phone.recorded) == 1


@pytest.mark.parametrize(("keys", "kind"), KINDS)
def test_nothing_is_saved_without_2(world: World, keys: str, kind: GreetingKind) -> None:
    world.subscriber()
    phone = world.call(keys, Speak(6), "#", SILENCE, SILENCE)
    assert stored(world, kind) is None
    assert "greeting-not-saved" in said(phone)


def test_hanging_up_while_recording_keeps_the_greeting_there_was(world: World) -> None:
    world.subscriber()
    greetings.keep(world.office, OLA, GreetingKind.PERSONAL, speech())
    world.call("31", Speak(6), HANG_UP)
    assert stored(world) == speech()
    assert list(world.spool.glob("*.alaw")) == []


def test_star_before_any_speech_goes_back(world: World) -> None:
    world.subscriber()
    assert "after-greeting-again" not in said(world.call("31", "*"))


def test_hash_alone_opens_the_menu_for_the_greeting_there_is(world: World) -> None:
    world.subscriber()
    greetings.keep(world.office, OLA, GreetingKind.PERSONAL, speech())
    phone = world.call("31", "#", "1")
    assert "«sound»" in said(phone)
    assert "after-greeting-save" not in said(phone)


def test_4_deletes_the_stored_greeting_too_and_its_version_is_kept(world: World) -> None:
    world.subscriber()
    greetings.keep(world.office, OLA, GreetingKind.PERSONAL, speech())
    world.call("31", "#", "4")
    assert stored(world) is None
    with world.store.look() as uow:
        assert len(uow.greetings.versions(OLA, GreetingKind.PERSONAL)) == 1


def test_3_records_again_and_an_empty_take_destroys_nothing(world: World) -> None:
    world.subscriber()
    world.call("31", Speak(6), "#", "3", Speak(4, SILENT_SECOND), "#", "2")
    assert len(stored(world) or b"") == 6 * 8000


def test_a_greeting_that_holds_key_tones_is_refused(world: World) -> None:
    world.subscriber()
    phone = world.call("31", Speak(3), Speak(1, dtmf("5")), "#", "2")
    assert "greeting-has-tones" in said(phone)
    assert stored(world) is None


def dtmf(key: str) -> bytes:
    """A second of a key's two tones, as A-law (ITU-T Q.23; key 5 is 770 and 1336 Hz)."""
    assert key == "5"
    at = np.arange(8000) / 8000
    return bytes(
        encode((8000 * (np.sin(2 * np.pi * 770 * at) + np.sin(2 * np.pi * 1336 * at)) / 2).astype(np.int16))
    )


# ---- absence


def test_an_absence_greeting_has_a_last_day(world: World) -> None:
    world.subscriber()
    phone = world.call("36", Speak(6), "#", "2", "2412#")
    assert world.who().absence_until == date(2026, 12, 24)
    assert len(stored(world, GreetingKind.ABSENCE) or b"") == 6 * 8000
    assert "absence-until" in said(phone)
    assert "absence-is-on" in said(world.call())


def test_no_such_date_is_refused(world: World) -> None:
    world.subscriber()
    phone = world.call("36", Speak(6), "#", "2", "3102#", "0103#")
    assert "no-such-date" in said(phone)
    assert world.who().absence_until == date(2027, 3, 1)


def test_4_ends_the_absence(world: World) -> None:
    world.subscriber()
    greetings.keep_absence(world.office, OLA, speech(), date(2026, 12, 24))
    world.call("36", "#", "4")
    assert world.who().absence_until is None


# ---- PIN


def test_the_pin_is_changed_with_one_entry(world: World) -> None:
    world.subscriber()
    phone = world.call("34", "582046#")
    pin = world.who().pin
    assert pin is not None
    assert pin_matches("582046", pin)
    assert "pin-changed" in said(phone)
    assert [notice.kind for notice in world.notices()] == [NoticeKind.PIN_CHANGED]


@pytest.mark.parametrize(
    ("pin", "why"),
    [
        ("1111", "pin-one-digit"),
        ("4567", "pin-run"),
        ("1212", "pin-repeated"),
        ("0001", "pin-own-number"),
        ("2580", "pin-common"),
        ("123", "pin-length"),
        ("12345678901", "pin-length"),
        (PIN, "pin-used-before"),
    ],
)
def test_a_weak_pin_is_refused_with_the_reason(world: World, pin: str, why: str) -> None:
    before = world.subscriber().pin
    assert why in said(world.call("34", f"{pin}#"))
    assert world.who().pin == before


# ---- notices, voicemail, language


@pytest.mark.parametrize(
    ("key", "wishes"),
    [
        ("1", Wishes(sms=False)),
        ("2", Wishes(mms=True)),
        ("3", Wishes(missed_calls=False)),
        ("4", Wishes(email_copy=False)),
    ],
)
def test_each_notice_is_turned_on_and_off(world: World, key: str, wishes: Wishes) -> None:
    world.subscriber(email="ola@example.test")
    world.call("35", key)
    assert world.who().wishes == wishes
    world.call("35", key)
    assert world.who().wishes == Wishes()


def test_7_turns_voicemail_off_and_on(world: World) -> None:
    world.subscriber()
    assert "voicemail-is-off" in said(world.call("37"))
    assert not world.who().voicemail_on
    assert "voicemail-is-on" in said(world.call("37"))
    assert world.who().voicemail_on


def test_9_changes_the_language_at_once(world: World) -> None:
    world.subscriber()
    phone = world.call("392")
    assert world.who().language == "en"
    assert phone.said[-1].language == "en"


# ---- menus


def test_regulars_press_ahead(world: World) -> None:
    world.subscriber()
    phone = world.call(Press("3", 0.1), Press("1", 0.1), Speak(3))
    assert len(phone.recorded) == 1


def test_a_key_that_means_nothing_says_so_and_repeats_the_menu(world: World) -> None:
    world.subscriber()
    heard = said(world.call("7"))
    assert heard.count("no-match") == 1
    assert heard.count("main-menu-listen") == 2


def test_silence_repeats_the_menu_once_shorter_then_goodbye(world: World) -> None:
    world.subscriber()
    heard = said(world.call(SILENCE, SILENCE))
    assert heard.count("no-messages") == 1
    assert heard.count("main-menu-listen") == 2
    assert heard[-1] == "goodbye"


def test_a_long_menu_is_repeated_shorter_with_the_way_to_the_rest(world: World) -> None:
    world.subscriber()
    heard = said(world.call("3", SILENCE, SILENCE))
    assert heard.count("settings-greeting") == 2
    assert heard.count("settings-language") == 1
    assert heard.count("for-help") == 1


def test_8_is_help_and_a_second_8_within_1200_ms_the_information(world: World) -> None:
    world.subscriber()
    assert "main-menu-help" in said(world.call("8", SILENCE))
    assert "information" in said(world.call("8", Press("8", 1.0)))
    late = said(world.call("8", Press("8", 2.0)))
    assert "information" not in late
    assert late.count("main-menu-help") == 2


def test_a_key_cuts_the_help_and_acts(world: World) -> None:
    world.subscriber()
    assert "settings-pin" in said(world.call("8", Press("3", 1.5)))


# ---- the first call


def test_a_subscriber_without_a_pin_gets_one_by_sms_on_the_first_call(world: World) -> None:
    world.subscriber(pin=None, welcomed=False)
    phone = world.call()
    assert said(phone)[0] == "welcome"
    assert "first-call-greeting" in said(phone)
    first, last = world.notices()
    assert first.kind is NoticeKind.FIRST_PIN
    pin, secret = world.who().pin, first.facts.secret
    assert pin is not None
    assert secret is not None
    assert pin_matches(world.office.vault.open(secret), pin)
    assert last.kind is NoticeKind.GREETING_NOT_RECORDED


def test_a_pin_set_by_the_operator_is_kept(world: World) -> None:
    before = world.subscriber(welcomed=False, pin_by_operator=True).pin
    world.call()
    assert world.who().pin == before
    assert world.notices()[0].facts.secret is None


def test_if_the_line_drops_in_the_welcome_the_next_call_is_first_again(world: World) -> None:
    world.subscriber(pin=None, welcomed=False)
    world.call(HangUp(1))
    pin = world.who().pin
    assert not world.who().welcomed
    assert said(world.call())[0] == "welcome"
    assert world.who().pin == pin
    assert [notice.kind for notice in world.notices()].count(NoticeKind.FIRST_PIN) == 1


def test_a_greeting_recorded_on_the_first_call_is_told_when_it_ends(world: World) -> None:
    world.subscriber(pin=None, welcomed=False)
    phone = world.call("3", Speak(6), "#", "2")
    assert said(phone)[-1].startswith("first-call")
    assert world.notices()[-1].kind is NoticeKind.GREETING_RECORDED


def test_from_the_first_calls_menu_the_main_menu_is_home_once_chosen(world: World) -> None:
    """Its submenus say "for hovedmenyen, tast stjerne"."""
    world.subscriber(pin=None, welcomed=False)
    phone = world.call("*", "3", "*", HANG_UP)
    assert said(phone)[-1] == "main-menu-goodbye"
    assert said(phone).count("main-menu-listen") == 2


def test_the_first_call_is_first_once(world: World) -> None:
    world.subscriber(pin=None, welcomed=False)
    world.call()
    assert "welcome" not in said(world.call())
