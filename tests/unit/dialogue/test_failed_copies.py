"""The owner hears, once, that the copy of a message could not be delivered by e-mail."""

from __future__ import annotations

import pytest

from personsvar.mailbox.model.notice import Channel
from tests.phone import HangUp
from tests.world import KARI, OLA, PIN, STRANGER, World, said, words

ONE, SEVERAL = "email-copy-failed", "email-copies-failed"


@pytest.fixture
def ola(world: World) -> World:
    world.subscriber(email="ola@example.test")
    return world


def test_one_is_told_before_the_counts_and_only_once(ola: World) -> None:
    ola.failed_copy()
    phone = ola.call()
    assert said(phone)[:2] == [ONE, "no-messages"]
    assert words(phone).startswith("En beskjed kunne ikke sendes til e-postadressen din.")
    assert ONE not in said(ola.call())


def test_several_are_told_in_one_sentence(ola: World) -> None:
    ola.failed_copy(1)
    ola.failed_copy(2)
    assert said(ola.call())[0] == SEVERAL


def test_each_new_failure_is_told(ola: World) -> None:
    for number in (1, 2):
        ola.failed_copy(number)
        assert said(ola.call())[0] == ONE


def test_after_a_log_in_from_elsewhere_too(ola: World) -> None:
    ola.failed_copy()
    phone = ola.call("90000001#", f"{PIN}#", caller=KARI)
    assert ONE in said(phone)
    assert said(phone).index(ONE) < said(phone).index("main-menu-settings")


def test_behind_what_concerns_security(ola: World) -> None:
    ola.call("90000001#", f"{PIN}#", caller=KARI)
    ola.failed_copy()
    heard = said(ola.call())
    assert heard[0] == "log-in-told"
    assert heard.index("log-in-told-home") < heard.index(ONE) < heard.index("main-menu-settings")


def test_who_hung_up_in_it_hears_it_again(ola: World) -> None:
    ola.failed_copy()
    assert said(ola.call(HangUp(0.5))) == [ONE]
    assert said(ola.call())[0] == ONE


def test_without_an_address_any_more_nothing_is_said(world: World) -> None:
    world.subscriber(email=None)
    world.failed_copy()
    assert ONE not in said(world.call())


def test_an_sms_that_failed_is_not_told_by_voice(ola: World) -> None:
    ola.failed_copy(channel=Channel.SMS)
    assert said(ola.call())[0] == "no-messages"


def test_a_caller_hears_nothing_of_it(ola: World) -> None:
    ola.failed_copy()
    assert ONE not in said(ola.call(caller=STRANGER, diverted_from=OLA))
