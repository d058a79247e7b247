"""The main job: a caller leaves a message, and its owner hears it, through a real Asterisk."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.message import State
from tests.real.g711 import decode
from tests.real.heard import sweep_second
from tests.real.sip_phone import Phone
from tests.real.site import LiveSite
from tests.real.spool import eventually
from tests.real.walks import send, wait_for_tone

Telephone = Callable[[str], Phone]

CALLER = "+4790000900"
WORD_SECONDS = 2.0
"""A tone alone is no speech: without a louder word in front it would be a missed call."""


def diverted_from(number: Number) -> list[str]:
    return [f"<sip:{number}@example.test>;reason=no-answer"]


def leave(telephone: Telephone, mailbox: Number, *, seconds: float) -> Phone:
    """Say a word, leave the sweep, whose pitch tells the second, and hear that it is stored."""
    caller = telephone(CALLER)
    caller.call(diversion=diverted_from(mailbox))
    caller.wait_for_prompt("greeting-reached", within=10)
    caller.press("#")
    wait_for_tone(caller)
    caller.speak(seconds=WORD_SECONDS, dbfs=-14)
    caller.sweep(seconds=seconds)
    send(caller)
    return caller


def test_a_message_is_left_stored_and_heard_with_1_3_and_5(site: LiveSite, telephone: Telephone) -> None:
    owner = site.subscriber()
    leave(telephone, owner, seconds=30).hang_up()
    message = site.message(owner)
    assert message.caller == CALLER
    assert message.state is State.NEW
    assert message.sound.seconds == pytest.approx(WORD_SECONDS + 30, abs=1.5)
    assert sweep_second(decode(site.sound(message))[40_000:40_800]) == pytest.approx(
        5 - WORD_SECONDS, abs=1.5
    )

    phone = telephone(owner)
    phone.call()
    phone.wait_for_prompt("main-menu-settings", within=10)
    phone.press("1")
    phone.wait_for_prompt("new-message", within=5)
    phone.wait_for_prompt("today-at", within=10)
    phone.press("3")  # in the introduction: to the start of the message
    phone.wait_for_piece(1)
    assert jumped(phone, "3") == pytest.approx(8, abs=0.1)
    assert jumped(phone, "1") == pytest.approx(-8, abs=0.1)
    assert jumped(phone, "3") == pytest.approx(8, abs=0.1)
    phone.press("5")
    phone.wait_for_prompt("deleted-undo", within=5)
    eventually(lambda: site.message(owner).state is State.DELETED, within=5, what="the deletion")
    phone.hang_up()


def jumped(phone: Phone, key: str) -> float:
    """How far a key moves us in the message: the place that is heard next less the one heard last.

    Both are told by the sweep, and by no clock: what is late is not elsewhere.
    """
    heard = len(phone.wait_for_piece(0, seconds=0.0))
    phone.press(key)
    before, after = phone.wait_for_piece(heard + 1)[-2:]
    return after.begins - before.ends
