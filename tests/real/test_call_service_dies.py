"""The real service is killed or hangs in mid-call: nothing a caller said is lost, nothing comes twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from personsvar.mailbox.model.ids import Number
from tests.real.pieces import pieces
from tests.real.sip_phone import Phone
from tests.real.site import LiveSite
from tests.real.walks import is_thanked, wait_for_tone

Telephone = Callable[[str], Phone]

CALLER = "+4790000900"
WORD_SECONDS = 2.0


@pytest.fixture
def fragile(site: LiveSite) -> Iterator[LiveSite]:
    """The site, whose service is put up again however the test left it."""
    yield site
    site.service.kill()
    site.service.start()


def call_for(telephone: Telephone, mailbox: Number) -> Phone:
    caller = telephone(CALLER)
    caller.call(diversion=[f"<sip:{mailbox}@example.test>;reason=no-answer"])
    return caller


def talk(caller: Phone, *, seconds: float = 5) -> None:
    caller.wait_for_prompt("tone", within=15)
    caller.wait_for_end_of("tone")
    caller.speak(seconds=WORD_SECONDS, dbfs=-14)
    caller.sweep(seconds=seconds)


def is_whole(site: LiveSite, mailbox: Number, *, seconds: float = 5) -> bool:
    """One message, of the caller, with its last second in it."""
    message = site.message(mailbox, within=30)
    (swept,) = [piece for piece in pieces(site.sound(message)) if piece.seconds > 1]
    assert message.caller == CALLER
    assert swept.ends > seconds - 1
    return True


def test_killed_in_the_greeting(fragile: LiveSite, telephone: Telephone) -> None:
    mailbox = fragile.subscriber()
    caller = call_for(telephone, mailbox)
    caller.wait_for_prompt("greeting-reached", within=10)
    fragile.service.kill()
    caller.wait_for_prompt("fallback-greeting", within=15)
    talk(caller)
    caller.press("#")
    is_thanked(caller, within=5)
    fragile.service.start()
    assert is_whole(fragile, mailbox)


@pytest.mark.parametrize("hangs_up", [True, False])
def test_killed_while_recording(fragile: LiveSite, telephone: Telephone, *, hangs_up: bool) -> None:
    mailbox = fragile.subscriber()
    caller = call_for(telephone, mailbox)
    caller.press("#")
    wait_for_tone(caller)
    caller.speak(seconds=WORD_SECONDS, dbfs=-14)
    fragile.service.kill()
    caller.sweep(seconds=5)
    if hangs_up:
        caller.hang_up()
    else:
        caller.press("#")
        is_thanked(caller, within=5)
    fragile.service.start()
    assert is_whole(fragile, mailbox)


def test_killed_after_the_recording(fragile: LiveSite, telephone: Telephone) -> None:
    mailbox = fragile.subscriber()
    caller = call_for(telephone, mailbox)
    caller.press("#")
    talk(caller)
    caller.press("#")
    caller.wait_for_prompt("after-take-listen", within=5)
    fragile.service.kill()
    caller.wait_for_prompt("fallback-thanks", within=15)
    fragile.service.start()
    assert is_whole(fragile, mailbox)


def test_killed_while_an_owner_is_in_the_menu(fragile: LiveSite, telephone: Telephone) -> None:
    owner = telephone(fragile.subscriber())
    owner.call()
    owner.wait_for_prompt("main-menu-settings", within=10)
    fragile.service.kill()
    owner.wait_for_prompt("please-call-later", within=30)
    owner.wait_for_hang_up(within=10)


def test_hanging_while_recording(fragile: LiveSite, telephone: Telephone) -> None:
    mailbox = fragile.subscriber()
    caller = call_for(telephone, mailbox)
    caller.press("#")
    wait_for_tone(caller)
    caller.speak(seconds=WORD_SECONDS, dbfs=-14)
    fragile.service.freeze()
    caller.sweep(seconds=5)
    caller.hang_up()
    fragile.service.thaw()
    assert is_whole(fragile, mailbox)


def test_hanging_when_the_call_comes(fragile: LiveSite, telephone: Telephone) -> None:
    mailbox = fragile.subscriber()
    fragile.service.freeze()
    caller = call_for(telephone, mailbox)
    caller.wait_for_prompt("fallback-greeting", within=5)
    talk(caller)
    caller.hang_up()
    fragile.service.thaw()
    assert is_whole(fragile, mailbox)


def test_hanging_while_an_owner_calls(fragile: LiveSite, telephone: Telephone) -> None:
    owner = telephone(fragile.subscriber())
    fragile.service.freeze()
    owner.call()
    owner.wait_for_prompt("please-call-later", within=5)
    owner.wait_for_hang_up(within=10)
    fragile.service.thaw()
