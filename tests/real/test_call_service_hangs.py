"""The real service hangs in mid-call: its watchdog kills it, and the dialplan goes on with the caller."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dialplan.switch.root import Asterisk
from tests.real.pieces import pieces
from tests.real.running_site import running_site, telephones
from tests.real.sip_phone import Phone
from tests.real.site import LiveSite
from tests.real.walks import CALLER, is_thanked, own_mailbox, reach, talk

SECONDS = 4


@pytest.fixture
def hanging(asterisk: Asterisk, tmp_path: Path) -> Iterator[LiveSite]:
    """A site with a watchdog that does not wait long."""
    with running_site(asterisk, tmp_path, environment={"PERSONSVAR_WATCHDOG_SECONDS": "4"}) as site:
        yield site


@pytest.fixture
def telephone(hanging: LiveSite) -> Iterator[Callable[..., Phone]]:
    with telephones(hanging) as make:
        yield make


def is_kept_once(site: LiveSite, mailbox: object) -> None:
    """By the service that was started again."""
    site.service.stop()
    site.service.start()
    message = site.message(mailbox, within=30)  # type: ignore[arg-type]
    (swept,) = [piece for piece in pieces(site.sound(message)) if piece.seconds > 1]
    assert round(swept.seconds) == SECONDS
    assert message.caller == CALLER


def test_in_the_greeting_the_caller_is_greeted_again_and_heard(
    hanging: LiveSite, telephone: Callable[..., Phone]
) -> None:
    owner = hanging.subscriber()
    caller = reach(telephone, owner)
    caller.wait_for_prompt("greeting-reached", within=10)
    hanging.service.freeze()
    caller.wait_for_prompt("fallback-greeting", within=25)
    talk(caller, seconds=SECONDS)
    caller.press("#")
    is_thanked(caller, within=5)
    is_kept_once(hanging, owner)


@pytest.mark.parametrize("hangs_up", [True, False])
def test_in_the_tone_the_caller_is_heard_from_the_first_word_on(
    hanging: LiveSite, telephone: Callable[..., Phone], *, hangs_up: bool
) -> None:
    """Tone and recording are one command to the switch: nothing is asked of the service between them."""
    owner = hanging.subscriber()
    caller = reach(telephone, owner)
    caller.wait_for_prompt("tone", within=15)
    hanging.service.freeze()
    caller.wait_for_end_of("tone")
    caller.sweep(seconds=SECONDS)
    caller.speak(seconds=1.5, dbfs=-14)
    if hangs_up:
        caller.hang_up()
    else:
        caller.press("#")
        is_thanked(caller, within=15)
    is_kept_once(hanging, owner)


def test_while_recording_the_caller_is_thanked(hanging: LiveSite, telephone: Callable[..., Phone]) -> None:
    owner = hanging.subscriber()
    caller = reach(telephone, owner)
    caller.wait_for_prompt("tone", within=15)
    caller.wait_for_end_of("tone")
    caller.speak(seconds=1.5, dbfs=-14)
    hanging.service.freeze()
    caller.sweep(seconds=SECONDS)
    caller.press("#")
    is_thanked(caller, within=15)
    is_kept_once(hanging, owner)


def test_in_the_menu_after_it_the_caller_is_thanked(
    hanging: LiveSite, telephone: Callable[..., Phone]
) -> None:
    owner = hanging.subscriber()
    caller = reach(telephone, owner)
    caller.press("#")
    talk(caller, seconds=SECONDS)
    caller.press("#")
    caller.wait_for_prompt("after-take-listen", within=5)
    hanging.service.freeze()
    is_thanked(caller, within=25)
    is_kept_once(hanging, owner)


def test_an_owner_is_asked_to_call_later(hanging: LiveSite, telephone: Callable[..., Phone]) -> None:
    owner = own_mailbox(telephone, hanging.subscriber())
    hanging.service.freeze()
    owner.wait_for_prompt("please-call-later", within=45)
    owner.wait_for_hang_up(within=10)
