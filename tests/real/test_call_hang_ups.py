"""Hanging up at each step of a call: one message or one missed call, and a mailbox that is whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.message import State
from personsvar.mailbox.model.notice import NoticeKind
from tests.real.pieces import pieces
from tests.real.signals import speech, sweep
from tests.real.sip_phone import Phone
from tests.real.site import LiveSite
from tests.real.spool import eventually
from tests.real.walks import CALLER, Telephone, own_mailbox, reach, skip_greeting, talk, wait_for_tone

Step = Callable[[Phone], None]
SECONDS = 2.0


def in_the_greeting(phone: Phone) -> None:
    phone.wait_for_prompt("greeting-reached", within=10)


def in_the_tone(phone: Phone) -> None:
    skip_greeting(phone)
    phone.wait_for_prompt("tone", within=10)


def right_after_the_tone(phone: Phone) -> None:
    in_the_tone(phone)
    phone.wait_for_end_of("tone")


def after_a_silent_second(phone: Phone) -> None:
    right_after_the_tone(phone)
    phone.wait_until(phone.now + 1.5)


def while_speaking(phone: Phone) -> None:
    skip_greeting(phone)
    talk(phone, seconds=SECONDS)


def in_the_menu(phone: Phone) -> None:
    while_speaking(phone)
    phone.press("#")
    phone.wait_for_prompt("after-take-listen", within=5)


def while_listening_to_it(phone: Phone) -> None:
    in_the_menu(phone)
    phone.press("1")
    phone.wait_for_piece(1)


def in_a_second_take_that_is_silent(phone: Phone) -> None:
    in_the_menu(phone)
    phone.press("3")
    phone.wait_for_prompt("tone", within=5)
    phone.wait_for_end_of("tone")


def marked_urgent(phone: Phone) -> None:
    in_the_menu(phone)
    phone.press("4")
    phone.wait_for_prompt("marked-urgent", within=5)


def while_it_is_sent(phone: Phone) -> None:
    in_the_menu(phone)
    phone.press("2")


def told_that_it_is_stored(phone: Phone) -> None:
    while_it_is_sent(phone)
    phone.wait_for_prompt("message-stored", within=5)


@pytest.mark.parametrize("step", [in_the_greeting, in_the_tone, right_after_the_tone, after_a_silent_second])
def test_before_a_word_was_said_it_is_one_missed_call(
    site: LiveSite, telephone: Telephone, step: Step
) -> None:
    owner = site.subscriber()
    caller = reach(telephone, owner)
    step(caller)
    caller.hang_up()
    eventually(lambda: site.notices(owner) == [NoticeKind.MISSED_CALL], within=10, what="a missed call")
    assert site.messages(owner) == []
    nothing_is_left(site)


@pytest.mark.parametrize(
    "step",
    [
        while_speaking,
        in_the_menu,
        while_listening_to_it,
        in_a_second_take_that_is_silent,
        marked_urgent,
        while_it_is_sent,
        told_that_it_is_stored,
    ],
)
def test_after_it_is_one_message(site: LiveSite, telephone: Telephone, step: Step) -> None:
    owner = site.subscriber()
    caller = reach(telephone, owner)
    step(caller)
    caller.hang_up()
    message = site.message(owner, within=10)
    swept = [piece for piece in pieces(site.sound(message)) if piece.seconds > 1]
    assert [round(piece.seconds) for piece in swept] == [SECONDS]
    assert (message.caller, message.urgent) == (CALLER, step is marked_urgent)
    nothing_is_left(site)
    assert site.notices(owner) == [NoticeKind.NEW_MESSAGE]
    assert len(site.messages(owner)) == 1


def nothing_is_left(site: LiveSite) -> None:
    """In the spool: what is there no more is not taken in a second time."""
    spool = site.folder / "spool"

    def is_empty() -> bool:
        return not [file for file in spool.iterdir() if file.is_file()]

    eventually(is_empty, within=15, what="an empty spool")


# ---- the owner


def in_the_main_menu(phone: Phone) -> None:
    del phone


def in_the_introduction(phone: Phone) -> None:
    phone.press("1")
    phone.wait_for_prompt("new-message", within=10)


def in_the_message(phone: Phone) -> None:
    in_the_introduction(phone)
    phone.press("4")
    phone.wait_for_piece(1)


def in_a_pause(phone: Phone) -> None:
    in_the_message(phone)
    phone.press("7")
    phone.wait_for_prompt("paused", within=5)


def just_deleted(phone: Phone) -> None:
    in_the_message(phone)
    phone.press("5")
    phone.wait_for_prompt("deleted-undo", within=5)


def just_saved(phone: Phone) -> None:
    in_the_message(phone)
    phone.press("6")
    phone.wait_for_prompt("message-saved", within=5)


def in_the_settings(phone: Phone) -> None:
    phone.press("3")
    phone.wait_for_prompt("settings-greeting", within=10)


def recording_a_greeting(phone: Phone) -> None:
    in_the_settings(phone)
    phone.press("1")
    wait_for_tone(phone)
    phone.say(speech(2))


def before_the_greeting_is_saved(phone: Phone) -> None:
    recording_a_greeting(phone)
    phone.press("#")
    phone.wait_for_prompt("after-greeting-listen", within=5)


def while_changing_the_pin(phone: Phone) -> None:
    in_the_settings(phone)
    phone.press("4")
    phone.wait_for_prompt("pin-new", within=10)
    phone.press("27")


@pytest.mark.parametrize(
    ("step", "state"),
    [
        (in_the_main_menu, State.NEW),
        (in_the_introduction, State.NEW),
        (in_the_message, State.NEW),
        (in_a_pause, State.NEW),
        (just_deleted, State.DELETED),
        (just_saved, State.SAVED),
        (in_the_settings, State.NEW),
        (recording_a_greeting, State.NEW),
        (before_the_greeting_is_saved, State.NEW),
        (while_changing_the_pin, State.NEW),
    ],
)
def test_an_owner_who_hangs_up_finds_all_as_it_was_left(
    site: LiveSite, telephone: Telephone, *, step: Step, state: State
) -> None:
    owner = site.subscriber()
    message = site.put_message(owner, sweep(20), caller=CALLER)
    site.put_greeting(owner, GreetingKind.PERSONAL, speech(3))
    phone = own_mailbox(telephone, owner, first="you-have")
    step(phone)
    phone.hang_up()
    site.wait_until_calls_are_over()
    assert site.state(message) is state
    assert (site.entry(owner).place is not None) is is_resumed(step)
    again = own_mailbox(telephone, owner, first="resume-go-on" if is_resumed(step) else "main-menu-settings")
    again.hang_up()
    assert site.state(message) is state
    assert site.greeting(owner, GreetingKind.PERSONAL) == speech(3)
    assert site.entry(owner).pin is None


def is_resumed(step: Step) -> bool:
    """The line dropped in a message: the next call offers to go on there."""
    return step in {in_the_introduction, in_the_message, in_a_pause}
