"""A call's way through the manual is one line of the log, written when it is over."""

from __future__ import annotations

import logging

import pytest

from personsvar.dialogue.call_session import PAGES_TOLD
from tests.phone import Speak
from tests.world import World


def told(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    lines = [record for record in caplog.records if record.name == "personsvar.dialogue.manual"]
    assert [line.getMessage() for line in lines] == ["pages turned"]
    return [(vars(line)["pages"], vars(line)["ended"]) for line in lines]


def test_a_caller_s_way_is_told_once_with_how_it_ended(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    world.subscriber()
    world.caller_leaves(Speak(5))
    ((pages, ended),) = told(caplog)
    assert pages.split() == ["door", "greet", "record"]
    assert ended == "by the caller"


def test_of_a_long_call_the_latest_pages_are_told(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    world.subscriber()
    world.call("3*" * PAGES_TOLD + "#")
    ((pages, ended),) = told(caplog)
    assert ended == "by us"
    assert len(pages.split()) == PAGES_TOLD
    assert pages.split()[-1] == "goodbye"
