"""A trunk that speaks G.722 only: a message is left and heard, and the jumps are as exact."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from personsvar.mailbox.model.message import State
from tests.real import g722
from tests.real.g711 import RATE, decode
from tests.real.heard import PromptSounds, pitch
from tests.real.pieces import Piece, pieces
from tests.real.rtp import G722
from tests.real.running_site import SOUNDS, telephones
from tests.real.signals import sweep
from tests.real.sip_phone import Phone
from tests.real.site import LiveSite
from tests.real.spool import eventually
from tests.real.walks import CALLER, reach, said, skip_greeting

TONE_HZ, TONE_SECONDS = 1000, 0.4
WINDOW = 400


@pytest.fixture
def telephone(site: LiveSite) -> Iterator[Callable[..., Phone]]:
    """Makes phones that know no other codec."""
    prompts = PromptSounds(SOUNDS / "nb", ".g722")
    with telephones(site) as make:
        yield lambda number, language="nb": make(number, language=language, codecs=(G722,), prompts=prompts)


def test_a_message_is_left_over_g722(site: LiveSite, telephone: Callable[..., Phone]) -> None:
    owner = site.subscriber()
    caller = reach(telephone, owner)
    skip_greeting(caller)
    hear_the_tone(caller)
    caller.say(g722.from_alaw(said(seconds=8)))
    caller.press("#")
    caller.wait_for_sound(within=10)
    caller.press("2")
    message = site.message(owner, within=15)
    (swept,) = [piece for piece in pieces(site.sound(message)) if piece.seconds > 1]
    assert swept.begins == near(0)
    assert swept.ends == pytest.approx(8, abs=0.4)
    assert message.caller == CALLER


def test_a_message_is_heard_over_g722_and_the_jumps_are_exact(
    site: LiveSite, telephone: Callable[..., Phone]
) -> None:
    """Where the switch counted in samples of the line's rate, 8 s were 4, or 16."""
    owner = site.subscriber()
    message = site.put_message(owner, sweep(40), caller=CALLER)
    phone = telephone(owner)
    phone.call()
    phone.wait_for_sound(within=10)
    phone.press("1")
    phone.wait_until(phone.now + 2)
    phone.press("4")  # from the introduction to the start of the message
    wait_for_piece(phone, 1)
    for count, key in enumerate("331", start=2):
        phone.press(key)
        wait_for_piece(phone, count)
    phone.press("7")
    phone.wait_until(phone.now + 2)
    phone.press("7")
    wait_for_piece(phone, 5)
    phone.press("5")
    eventually(lambda: site.state(message) is State.DELETED, within=5, what="the deletion")
    first, second, third, back, on = heard(phone)
    assert first.begins == near(0)
    assert [second.begins - first.ends, third.begins - second.ends] == [near(8), near(8)]
    assert back.begins - third.ends == near(-8)
    assert on.begins - back.ends == near(0)  # the pause went on at the second it was left


def hear_the_tone(phone: Phone) -> None:
    """By its pitch: where the switch makes G.722 of A-law, no prompt is known by its bytes.

    Half of it is enough: it comes once, and a packet that a busy machine was late for comes never.
    """
    eventually(lambda: tones(phone) >= TONE_SECONDS / 2, within=15, what="the tone")
    phone.wait_until(phone.now + TONE_SECONDS / 2)


def tones(phone: Phone) -> float:
    """The seconds of it that were heard."""
    samples = decode(g722.to_alaw(phone.recording().bytes))
    windows = (pitch(samples[start : start + WINDOW]) for start in range(0, len(samples) - WINDOW, WINDOW))
    found = [1 for frequency, share in windows if abs(frequency - TONE_HZ) < 20 and share > 0.9]
    return len(found) * WINDOW / RATE


def heard(phone: Phone) -> list[Piece]:
    return [piece for piece in pieces(g722.to_alaw(phone.recording().bytes)) if piece.seconds > 0.6]


def wait_for_piece(phone: Phone, count: int) -> None:
    """Its prompts come as A-law from elsewhere and can't be told by their bytes: only the message can."""
    eventually(
        lambda: len(heard(phone)) >= count and heard(phone)[-1].seconds > 1.5,
        within=15,
        what=f"piece {count} of the message, after {heard(phone)}",
    )


def near(second: float) -> object:
    return pytest.approx(second, abs=0.2)
