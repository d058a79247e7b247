"""What people do on the phone, again and again: reach a mailbox, leave a message, listen, log in."""

from __future__ import annotations

import time
from collections.abc import Callable

from personsvar.mailbox.model.ids import Number
from tests.real import signals
from tests.real.sip_phone import Phone

Telephone = Callable[..., Phone]

CALLER = "+4790000900"
WORD_SECONDS = 1.5
"""A tone alone is no speech: a louder word goes in front of it, or it would be a missed call."""
GREETING_SECONDS = 2.0
"""So much sweep is in a greeting."""
REGULAR = {"on_ms": 60, "gap_ms": 60}
"""How fast somebody presses who knows the menus."""


def diverted_from(number: Number) -> list[str]:
    return [f"<sip:{number}@example.test>;reason=no-answer"]


def said(*, seconds: float) -> bytes:
    """A word, and then the sweep."""
    return signals.speech(WORD_SECONDS, dbfs=-14) + signals.sweep(seconds)


def reach(telephone: Telephone, mailbox: Number, caller: str = CALLER, *, language: str = "nb") -> Phone:
    """A caller who was not answered; `language` is what we expect to hear."""
    phone = telephone(caller, language=language)
    phone.call(diversion=diverted_from(mailbox))
    return phone


def skip_greeting(phone: Phone) -> None:
    """`#`, once it is heard: a key pressed before the first word is nobody's."""
    phone.wait_for_sound(within=10, after=0.0)
    phone.press("#")


def hang_up_early(telephone: Telephone, mailbox: Number) -> None:
    """In the greeting."""
    phone = reach(telephone, mailbox)
    phone.wait_for_sound(within=10, after=0.0)
    phone.hang_up()


def leave(phone: Phone, *, seconds: float = 1.0) -> float:
    """From the greeting on: skip it, speak, and hang up; the moment of that (`time.monotonic`)."""
    skip_greeting(phone)
    talk(phone, seconds=seconds)
    at = time.monotonic()
    phone.hang_up()
    return at


def wait_for_tone(phone: Phone) -> None:
    phone.wait_for_prompt("tone", within=10)
    phone.wait_for_end_of("tone")


def talk(phone: Phone, *, seconds: float) -> None:
    """After the tone: a word and the sweep."""
    wait_for_tone(phone)
    phone.say(said(seconds=seconds))


def send(phone: Phone) -> None:
    """What was just said; heard is that it is stored."""
    phone.press("#")
    phone.wait_for_prompt("after-take-listen", within=5)
    phone.press("2")
    phone.wait_for_prompt("message-stored", within=5)


def is_thanked(phone: Phone, *, within: float) -> None:
    """By the switch, which took the message alone and hangs up."""
    phone.wait_for_prompt("fallback-thanks", within=within)
    phone.wait_for_hang_up(within=10)


def record_greeting(phone: Phone) -> None:
    """From the tone to "save": a word and the sweep."""
    talk(phone, seconds=GREETING_SECONDS)
    phone.press("#")
    phone.wait_for_prompt("after-greeting-listen", within=10)
    phone.press("2")


def own_mailbox(telephone: Telephone, owner: Number, *, first: str = "main-menu-settings") -> Phone:
    """The owner's own phone, as far as the first words."""
    phone = telephone(owner)
    phone.call()
    phone.wait_for_prompt(first, within=10)
    return phone


def listen(telephone: Telephone, owner: Number) -> Phone:
    """In the first message, at its start: 1, and 4 in the introduction."""
    phone = own_mailbox(telephone, owner, first="you-have")
    phone.press("1")
    phone.wait_for_prompt("today-at", within=15)
    phone.press("4")
    return phone


def jump_ahead(phone: Phone) -> float:
    """3, once a second of the message was heard: the seconds of it that are passed over."""
    phone.wait_for_piece(1, seconds=1)
    phone.press("3")
    first, second = phone.wait_for_piece(2, seconds=0.5)
    return second.begins - first.ends


def log_in(phone: Phone, number: Number, pin: str, *, into: str = "log-in-number") -> None:
    """From the number prompt on (or what is said in one breath before it), as fast as regulars press."""
    phone.wait_for_prompt(into, within=10)
    phone.press(f"{number.removeprefix('+47')}#", **REGULAR)
    phone.wait_for_prompt("log-in-pin", within=10)
    phone.press(f"{pin}#", **REGULAR)
