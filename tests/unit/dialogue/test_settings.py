"""Settings, the first call and the main menu (docs/call-flow.md, 3 to 5): keys in, words out."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from personsvar.mailbox import greetings
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.notice import NoticeKind
from personsvar.mailbox.model.subscriber import Wishes
from personsvar.mailbox.pin import pin_matches
from tests.phone import HANG_UP, SILENCE, HangUp, Press, Speak, Step
from tests.real.g711 import encode
from tests.world import OLA, PIN, SILENT_SECOND, World, said, speech, words

KINDS = [
    ("31", GreetingKind.PERSONAL),
    ("32", GreetingKind.INTERNATIONAL),
    ("33", GreetingKind.SIGNATURE),
]


def stored(world: World, kind: GreetingKind = GreetingKind.PERSONAL) -> bytes | None:
    greeting = greetings.current(world.services, OLA, kind)
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
    greetings.keep(world.services, OLA, GreetingKind.PERSONAL, speech())
    world.call("31", Speak(6), HANG_UP)
    assert stored(world) == speech()
    assert list(world.spool.glob("*.sln")) == []


def test_star_before_any_speech_goes_back(world: World) -> None:
    world.subscriber()
    assert "after-greeting-again" not in said(world.call("31", "*"))


def test_hash_alone_opens_the_menu_for_the_greeting_there_is(world: World) -> None:
    world.subscriber()
    greetings.keep(world.services, OLA, GreetingKind.PERSONAL, speech())
    phone = world.call("31", "#", "1")
    assert "«sound»" in said(phone)
    assert "after-greeting-save" not in said(phone)


def test_4_deletes_the_stored_greeting_too_and_its_version_is_kept(world: World) -> None:
    world.subscriber()
    greetings.keep(world.services, OLA, GreetingKind.PERSONAL, speech())
    world.call("31", "#", "4")
    assert stored(world) is None
    with world.store.look() as uow:
        assert len(uow.greetings.listed(OLA, (GreetingKind.PERSONAL,))) == 1


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
    heard = words(world.call())
    assert "Fraværshilsenen din er på til og med torsdag den tjuefjerde desember." in heard
    assert "For å slå den av, tast 3, 6 og 4 i hovedmenyen." in heard


def test_no_such_date_is_refused(world: World) -> None:
    world.subscriber()
    phone = world.call("36", Speak(6), "#", "2", "3102#", "0103#")
    assert "no-such-date" in said(phone)
    assert world.who().absence_until == date(2027, 3, 1)


def test_4_ends_the_absence(world: World) -> None:
    world.subscriber()
    greetings.keep_absence(world.services, OLA, speech(), date(2026, 12, 24))
    phone = world.call("364")
    assert world.who().absence_until is None
    assert "absence-ended" in said(phone)


def over(world: World) -> None:
    """An absence greeting whose last day was yesterday."""
    world.subscriber()
    greetings.keep_absence(world.services, OLA, speech(), world.clock.now().date() - timedelta(days=1))


def test_4_deletes_an_absence_greeting_that_is_over_and_says_so(world: World) -> None:
    over(world)
    phone = world.call("36", "#", "4")
    assert stored(world, GreetingKind.ABSENCE) is None
    heard = words(phone)
    assert "For å slette, tast 4." in heard
    assert "Fraværshilsenen er slettet." in heard


@pytest.mark.parametrize(
    ("script", "help_"),
    [(("#",), "absence-over-help"), ((Speak(6), "#"), "absence-over-take-help")],
    ids=["the stored one", "a take"],
)
def test_the_help_of_an_absence_that_is_over_does_not_speak_of_one_in_use(
    world: World, script: tuple[str | Step, ...], help_: str
) -> None:
    over(world)
    heard = said(world.call("36", *script, "8", SILENCE))
    assert [one for one in heard if one.endswith("-help") and one != "for-help"] == [help_]


def test_where_nothing_is_recorded_3_is_not_to_record_again(world: World) -> None:
    world.subscriber()
    assert "For å lese inn, tast 3." in words(world.call("31", "#", SILENCE, SILENCE))


def test_while_one_is_on_6_tells_first_until_when_and_how_to_end_it(world: World) -> None:
    world.subscriber()
    greetings.keep_absence(world.services, OLA, speech(), date(2026, 12, 24))
    phone = world.call("36", SILENCE, SILENCE)
    assert phone.recorded == []
    heard = words(phone)
    assert heard.count("til og med torsdag den tjuefjerde desember.") == 2  # as the call began, and here
    assert "For å slå den av, tast 4." in heard
    assert world.who().absence_until == date(2026, 12, 24)


def test_another_last_day_and_another_recording_of_an_absence_that_is_on(world: World) -> None:
    world.subscriber()
    greetings.keep_absence(world.services, OLA, speech(), date(2026, 12, 24))
    world.call("362", "0601#")
    assert world.who().absence_until == date(2027, 1, 6)
    assert stored(world, GreetingKind.ABSENCE) == speech()
    world.call("363", Speak(4), "#", "2", "0701#")
    assert world.who().absence_until == date(2027, 1, 7)
    assert len(stored(world, GreetingKind.ABSENCE) or b"") == 4 * 8000


# ---- what is said of a recording

FIRST: dict[str, object] = {"welcomed": False}
RECORDINGS = [("31", {}), ("32", {}), ("33", {}), ("36", {}), ("2", FIRST), ("3", FIRST)]


@pytest.mark.parametrize(("keys", "facts"), RECORDINGS)
def test_every_recording_begins_with_how_it_is_done(
    world: World, keys: str, facts: dict[str, object]
) -> None:
    world.subscriber(**facts)  # type: ignore[arg-type]
    phone = world.call(keys, Speak(6), "#", "3", Speak(3), "#")
    assert said(phone).count("record-after-tone") == 2
    assert len(phone.recorded) == 2


@pytest.mark.parametrize("key", list("01235679"))
def test_a_key_cuts_how_it_is_done_and_the_tone_comes(world: World, key: str) -> None:
    world.subscriber()
    phone = world.call("31", Press(key, 0.5), Speak(6), "#", "2")
    assert len(stored(world) or b"") == 6 * 8000
    assert "no-match" not in said(phone)


@pytest.mark.parametrize("end", [SILENCE, Press("#", 3.0)], ids=["silence", "#"])
def test_a_take_without_speech_says_so(world: World, end: Step) -> None:
    world.subscriber()
    phone = world.call("33", Speak(4, SILENT_SECOND), end, SILENCE, SILENCE)
    assert "nothing-said" in said(phone)
    assert "greeting-not-saved" not in said(phone)
    assert "after-greeting-listen" not in said(phone)


@pytest.mark.parametrize(
    ("script", "has_one", "help_"),
    [
        (("31", Speak(6), "#"), False, "after-greeting-help"),
        (("31", Speak(6), "#"), True, "after-greeting-both-help"),
        (("31", "#"), True, "after-greeting-stored-help"),
        (("31", "#"), False, "after-greeting-empty-help"),
    ],
)
def test_the_help_is_true_of_what_there_is(
    world: World,
    script: tuple[str | Speak, ...],
    has_one: bool,
    help_: str,
) -> None:
    world.subscriber()
    if has_one:
        greetings.keep(world.services, OLA, GreetingKind.PERSONAL, speech())
    assert help_ in said(world.call(*script, "8", SILENCE))


@pytest.mark.parametrize("end", ["#", SILENCE], ids=["#", "silence"])
@pytest.mark.parametrize(("keys", "kind"), KINDS)
def test_the_silence_around_a_greeting_is_cut_off_however_it_ends(
    world: World, keys: str, kind: GreetingKind, end: str | Step
) -> None:
    world.subscriber()
    around = Speak(2, SILENT_SECOND)
    world.call(keys, around, Speak(3), around, end, "2")
    assert 2.9 < len(stored(world, kind) or b"") / 8000 < 3.4


def test_what_was_deleted_is_told_by_its_kind(world: World) -> None:
    world.subscriber()
    assert "recording-deleted" in said(world.call("31", Speak(6), "#", "4"))
    greetings.keep(world.services, OLA, GreetingKind.SIGNATURE, speech())
    assert "signature-deleted" in said(world.call("33", "#", "4"))


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
    assert heard.count("main-menu-settings") == 2


WRONG = "45679"


def test_the_key_after_five_wrong_ones_counts(world: World) -> None:
    world.subscriber()
    phone = world.call(WRONG, "3")
    assert said(phone)[-1] == "settings-main-menu"
    assert "goodbye" not in said(phone)


def test_a_sixth_wrong_key_is_told_before_it_ends(world: World) -> None:
    world.subscriber()
    heard = said(world.call(WRONG, "4", SILENCE))
    assert heard.count("no-match") == 6
    assert heard[-1] == "goodbye"


def test_silence_repeats_the_menu_once_shorter_then_goodbye(world: World) -> None:
    world.subscriber()
    heard = said(world.call(SILENCE, SILENCE))
    assert heard.count("no-messages") == 1
    assert heard.count("main-menu-settings") == 2
    assert heard[-1] == "goodbye"


def test_a_long_menu_is_repeated_shorter_with_the_way_to_the_rest(world: World) -> None:
    world.subscriber()
    heard = said(world.call("3", SILENCE, SILENCE))
    assert heard.count("settings-greeting") == 2
    assert heard.count("settings-language") == 1
    assert heard.count("for-help") == 1


def test_8_is_help_and_a_second_8_within_1200_ms_the_information(world: World) -> None:
    world.subscriber()
    assert "main-menu-empty-help" in said(world.call("8", SILENCE))
    assert "information" in said(world.call("8", Press("8", 1.0)))
    late = said(world.call("8", Press("8", 2.0)))
    assert "information" not in late
    assert late.count("main-menu-empty-help") == 2


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
    assert pin_matches(world.services.vault.open(secret), pin)
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
    assert said(phone).count("main-menu-settings") == 2


def test_the_first_call_is_first_once(world: World) -> None:
    world.subscriber(pin=None, welcomed=False)
    world.call()
    assert "welcome" not in said(world.call())
