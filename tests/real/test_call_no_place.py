"""More callers than the service may have at once: nobody is turned away, and owners are asked to wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from dialplan.switch.root import Asterisk
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.notice import NoticeKind
from tests.real.pieces import pieces
from tests.real.running_site import running_site, telephones
from tests.real.signals import speech
from tests.real.sip_phone import Phone
from tests.real.site import LiveSite
from tests.real.walks import is_thanked, leave, own_mailbox, reach, skip_greeting, talk

Telephone = Callable[..., Phone]

FIRST, SECOND, THIRD = "+4790000901", "+4790000902", "+4790000903"
SPOKEN_SECONDS = 4.0


@pytest.fixture(scope="module")
def narrow(asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """A site that takes one call at a time."""
    environment = {"PERSONSVAR_MAX_CALLS": "1", "PERSONSVAR_SWEEP_SECONDS": "1"}
    with running_site(asterisk, tmp_path_factory.mktemp("narrow"), environment=environment) as site:
        yield site


@pytest.fixture
def telephone(narrow: LiveSite) -> Iterator[Telephone]:
    with telephones(narrow) as make:
        yield make
    narrow.wait_until_calls_are_over()  # the next test wants the only place


def prompts_heard(phone: Phone) -> set[str]:
    return {heard.prompt for heard in phone.heard()}


def holds_the_only_place(telephone: Telephone, mailbox: Number) -> Phone:
    """Somebody who leaves a very long message."""
    talker = reach(telephone, mailbox, FIRST)
    skip_greeting(talker)
    talker.wait_for_prompt("tone", within=10)
    talker.say(speech(2, dbfs=-14))  # so much at least is a message, however soon he hangs up
    talker.say(speech(120, dbfs=-14), wait=False)
    return talker


def lets_go(site: LiveSite, talker: Phone, mailbox: Number) -> None:
    """Hangs up: the place is free once the service is done with the call."""
    assert site.figure("calls_active") == 1
    talker.hang_up()
    assert site.message(mailbox).caller == FIRST
    site.wait_until_calls_are_over()


def test_a_caller_over_the_limit_is_recorded_by_the_switch_and_delivered(
    narrow: LiveSite, telephone: Telephone
) -> None:
    """Its own greeting and recorder, while the first goes on; the message comes into the right mailbox."""
    busy, wanted = narrow.subscriber(), narrow.subscriber()
    talker = holds_the_only_place(telephone, busy)
    caller = reach(telephone, wanted, SECOND)
    caller.wait_for_prompt("fallback-greeting", within=10)
    talk(caller, seconds=SPOKEN_SECONDS)
    caller.press("#")
    is_thanked(caller, within=10)
    message = narrow.message(wanted, within=15)
    assert message.caller == SECOND
    (swept,) = [piece for piece in pieces(narrow.sound(message)) if piece.seconds > 1]
    assert (swept.begins, swept.ends) == pytest.approx((0, SPOKEN_SECONDS), abs=0.3)
    assert narrow.notices(wanted) == [NoticeKind.NEW_MESSAGE]
    assert narrow.messages(busy) == []  # the first is still at it
    lets_go(narrow, talker, busy)


def test_an_owner_over_the_limit_is_asked_to_call_later_and_then_let_in(
    narrow: LiveSite, telephone: Telephone
) -> None:
    busy, owner = narrow.subscriber(), narrow.subscriber()
    talker = holds_the_only_place(telephone, busy)
    early = telephone(owner)
    early.call()
    early.wait_for_prompt("please-call-later", within=10)
    early.wait_for_hang_up(within=10)
    assert prompts_heard(early) == {"please-call-later"}
    lets_go(narrow, talker, busy)
    own_mailbox(telephone, owner).hang_up()


def test_when_the_first_hangs_up_the_next_caller_is_served_as_always(
    narrow: LiveSite, telephone: Telephone
) -> None:
    busy, wanted = narrow.subscriber(), narrow.subscriber()
    lets_go(narrow, holds_the_only_place(telephone, busy), busy)
    caller = reach(telephone, wanted, THIRD)
    caller.wait_for_prompt("greeting-reached", within=10)
    leave(caller)
    assert narrow.message(wanted).caller == THIRD
    assert "fallback-greeting" not in prompts_heard(caller)
