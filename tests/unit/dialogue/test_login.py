"""Logging in from elsewhere (docs/call-flow.md, 7): keys in, words out."""

from __future__ import annotations

import pytest

from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.notice import NoticeKind
from tests.phone import SILENCE, Press
from tests.world import KARI, OLA, PIN, World, said, words

ABROAD = Number("+46701234567")


@pytest.mark.parametrize("number", ["90000001", "004790000001", "4790000001"])
def test_number_and_pin_open_the_mailbox(world: World, number: str) -> None:
    world.subscriber()
    phone = world.call(f"{number}#", f"{PIN}#", caller=KARI)
    assert said(phone)[:4] == ["log-in-welcome", "pause", "log-in-number", "log-in-pin"]
    assert "main-menu-settings" in said(phone)


def test_the_owner_is_told_by_sms_and_at_the_next_own_call(world: World) -> None:
    world.subscriber()
    world.call("90000001#", f"{PIN}#", caller=ABROAD)
    assert [notice.kind for notice in world.notices()] == [NoticeKind.LOGIN_ELSEWHERE]
    phone = world.call()
    assert said(phone)[0] == "log-in-told"
    assert "sist åpnet med kode i dag klokken fjorten trettito fra utlandet." in words(phone)
    assert "log-in-told" not in said(world.call())


def test_the_same_words_for_an_unknown_number_as_for_a_wrong_pin(world: World) -> None:
    world.subscriber()
    wrong = said(world.call("90000001#", "739155#", caller=KARI))
    unknown = said(world.call("90000077#", "739155#", caller=KARI))
    assert wrong == unknown


def test_three_tries_in_a_call(world: World) -> None:
    world.subscriber()
    phone = world.call(*["90000001#", "739155#"] * 3, caller=KARI)
    assert said(phone)[-1] == "goodbye"
    assert said(phone).count("log-in-wrong") == 3


def test_guesses_packed_into_one_entry_are_one_wrong_try(world: World) -> None:
    world.subscriber()
    phone = world.call("90000001#", f"1234{PIN}5678#", caller=KARI)
    assert said(phone).count("log-in-wrong") == 1
    assert "main-menu-settings" not in said(phone)


def test_after_5_wrong_pins_the_way_in_is_closed_and_the_owner_told(world: World) -> None:
    world.subscriber()
    for caller in ("+4790000011", "+4790000012"):
        world.call(*["90000001#", "739155#"] * 3, caller=Number(caller))
    assert "main-menu-settings" not in said(world.call("90000001#", f"{PIN}#", caller=KARI))
    assert NoticeKind.LOCKED_OUT in [notice.kind for notice in world.notices()]


def test_the_own_phone_is_never_locked_out_by_failures_elsewhere(world: World) -> None:
    world.subscriber(always_ask_pin=True)
    for caller in ("+4790000011", "+4790000012"):
        world.call(*["90000001#", "739155#"] * 3, caller=Number(caller))
    assert "main-menu-settings" in said(world.call(f"{PIN}#"))


def test_always_ask_for_pin_asks_on_the_own_phone(world: World) -> None:
    world.subscriber(always_ask_pin=True)
    assert said(world.call())[0] == "log-in-pin"
    assert "main-menu-settings" in said(world.call(f"{PIN}#"))


def test_star_at_the_pin_prompt_sends_a_new_pin_and_both_hold(world: World) -> None:
    world.subscriber()
    assert "log-in-pin-sent" in said(world.call("90000001#", "*", caller=KARI))
    [notice] = world.notices()
    assert notice.kind is NoticeKind.REQUESTED_PIN
    assert notice.facts.secret is not None
    new = world.services.vault.open(notice.facts.secret)
    assert "main-menu-settings" in said(world.call("90000001#", f"{PIN}#", caller=KARI))
    assert "main-menu-settings" in said(world.call("90000001#", f"{new}#", caller=KARI))
    assert "main-menu-settings" not in said(world.call("90000001#", f"{PIN}#", caller=KARI))


def test_silence_ends_the_log_in(world: World) -> None:
    phone = world.call(SILENCE, SILENCE, caller=KARI)
    assert said(phone) == ["log-in-welcome", "pause", "log-in-number", "log-in-number", "goodbye"]


def test_a_key_cuts_the_welcome_and_is_the_first_of_the_number(world: World) -> None:
    """Every prompt but a greeting can be interrupted."""
    world.subscriber()
    phone = world.call(Press("9", 0.5), "0000001#", f"{PIN}#", caller=KARI)
    assert "main-menu-settings" in said(phone)


def test_diverted_from_the_own_number_but_not_vouched_for_asks_the_pin(world: World) -> None:
    world.subscriber()
    phone = world.call(f"{PIN}#", caller=OLA, diverted_from=OLA, vouched=False)
    assert said(phone)[0] == "log-in-pin"
    assert "main-menu-settings" in said(phone)


def test_the_pin_of_a_known_mailbox_is_asked_in_its_language(world: World) -> None:
    world.subscriber(language="en")
    phone = world.call(caller=OLA, diverted_from=OLA, vouched=False)
    assert words(phone).startswith("Enter your PIN")


def test_a_withheld_owner_needs_no_pin(world: World) -> None:
    world.subscriber()
    assert "main-menu-settings" in said(world.call(withheld=True))


def test_the_own_number_diverted_to_voicemail_opens_the_mailbox(world: World) -> None:
    world.subscriber()
    assert "main-menu-settings" in said(world.call(diverted_from=OLA))


def test_the_way_in_through_the_greeting_is_a_log_in_from_elsewhere(world: World) -> None:
    """Anybody may press `*` in a greeting: no wrong PIN there may close the owner's own phone."""
    world.subscriber(always_ask_pin=True)
    for caller in ("+4790000011", "+4790000012"):
        world.caller_leaves("*", *["739155#"] * 3, caller=Number(caller))
    assert NoticeKind.LOCKED_OUT in [notice.kind for notice in world.notices()]
    assert "main-menu-settings" not in said(world.caller_leaves("*", f"{PIN}#", caller=KARI))
    assert "main-menu-settings" in said(world.call(f"{PIN}#"))


def test_a_log_in_through_the_greeting_is_told_to_the_owner(world: World) -> None:
    world.subscriber()
    assert "main-menu-settings" in said(world.caller_leaves("*", f"{PIN}#", caller=KARI))
    assert [notice.kind for notice in world.notices()] == [NoticeKind.LOGIN_ELSEWHERE]
    assert said(world.call())[0] == "log-in-told"


def test_no_first_call_through_the_greeting(world: World) -> None:
    """The welcome and its PIN are for the own phone."""
    world.subscriber(welcomed=False)
    assert "welcome" not in said(world.caller_leaves("*", f"{PIN}#", caller=KARI))
