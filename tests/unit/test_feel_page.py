"""docs/feel.md is held to the sounds and the pages; and what people wait for comes in time."""

from __future__ import annotations

import pytest

from tests import feel
from tests.feel import Event
from tests.world import PROMPTS


def test_the_tables_are_those_of_now() -> None:
    written = feel.PAGE.read_text("utf-8")
    assert feel.page(written) == written, "run: python -m tests.feel --write"


@pytest.mark.parametrize("call", [feel.first_call, feel.regular, feel.deposit])
def test_a_walk_is_a_whole_call_that_ends_by_its_own_goodbye(call: feel.Walk) -> None:
    events = call()
    assert [event.what for event in events][-2:] == ["“Ha det bra.”", "the line is closed"]
    assert [event.at for event in events] == sorted(event.at for event in events)


def test_a_sentence_takes_as_long_as_its_sounds() -> None:
    goodbye, closed = feel.deposit()[-2:]
    sound = PROMPTS / "sounds" / "nb" / "goodbye.alaw"
    assert closed.at - goodbye.at == pytest.approx(sound.stat().st_size / 8000, abs=0.001)


def test_the_wait_for_the_first_message_counts_from_the_key() -> None:
    events = [Event(0.0, "“Du har”"), Event(0.4, "**1**"), Event(3.4, "the message"), Event(9, "the message")]
    assert feel.seconds_to_first_message(events) == pytest.approx(3.0)


def test_a_regulars_first_new_message_begins_within_four_seconds_of_the_key() -> None:
    assert feel.seconds_to_first_message(feel.regular()) <= 4
