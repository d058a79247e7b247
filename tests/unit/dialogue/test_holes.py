"""A disk that was full for a moment while somebody spoke, and of which the switch does not tell."""

from __future__ import annotations

import pytest

from personsvar.dialogue.manual import answer
from personsvar.intake.room_watch import RoomWatch
from personsvar.mailbox import greetings
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.ports.takes import Take
from tests.phone import HANG_UP, SILENCE, ScriptedPhone, Speak, Step
from tests.world import OLA, SILENT_SECOND, STRANGER, World, said, speech

ENDS: dict[str, list[str | Step]] = {
    "key": [Speak(7), "#2"],
    "silence": [Speak(7), SILENCE],
    "limit": [Speak(200)],
}


class DiskOfTheSpool:
    """The spool's disk: full for a moment while those takes are recorded."""

    def __init__(self, world: World, *takes: int) -> None:
        self._full_in = takes
        self._is_full = False
        self._watch = world.takes.room = RoomWatch(lambda: self._is_full)

    def while_recording(self, take: Take) -> None:
        self._is_full = take.number in self._full_in
        self._watch.look()
        self._is_full = False


@pytest.fixture
def ola(world: World) -> World:
    world.subscriber()
    return world


def leaves(world: World, *script: str | Step, full_in: tuple[int, ...], missing: float) -> ScriptedPhone:
    """A caller, whose takes lack so many seconds; the disk was full in some of them."""
    phone = world.phone(world.setup(STRANGER, diverted_from=OLA), "#", *script)
    phone.while_recording = DiskOfTheSpool(world, *full_in).while_recording
    phone.missing_seconds = missing
    answer(phone, world.context)
    return phone


def lengths(world: World) -> list[int]:
    """Of the messages, in whole seconds."""
    return [round(message.sound.seconds) for message in world.messages()]


@pytest.mark.parametrize("end", sorted(ENDS))
def test_a_caller_hears_that_nothing_can_be_recorded_and_what_there_is_is_delivered(
    ola: World, caplog: pytest.LogCaptureFixture, end: str
) -> None:
    phone = leaves(ola, *ENDS[end], full_in=(1,), missing=2.0)
    assert said(phone)[-2:] == ["cannot-record", "goodbye"]
    assert not {"message-stored", "after-take-listen"} & set(said(phone))
    assert len(ola.messages()) == 1
    (line,) = [vars(record) for record in caplog.records if "a part is missing" in record.message]
    assert (line["levelname"], line["missing_seconds"]) == ("ERROR", 2.0)


def test_with_nothing_but_silence_left_nobody_is_told_that_he_said_nothing(ola: World) -> None:
    phone = leaves(ola, Speak(7, SILENT_SECOND), "#", full_in=(1,), missing=2.0)
    assert said(phone)[-2:] == ["cannot-record", "goodbye"]
    assert "nothing-said" not in said(phone)
    assert len(ola.notices()) == 1


@pytest.mark.parametrize("end", sorted(ENDS))
def test_what_the_network_loses_on_a_disk_with_room_changes_nothing(ola: World, end: str) -> None:
    phone = leaves(ola, *ENDS[end], full_in=(), missing=5.0)
    assert said(phone)[-2:] == ["message-stored", "goodbye"]


@pytest.mark.parametrize("end", sorted(ENDS))
def test_a_full_disk_of_whose_recording_nothing_is_missing_changes_nothing(
    ola: World, caplog: pytest.LogCaptureFixture, end: str
) -> None:
    phone = leaves(ola, *ENDS[end], full_in=(1,), missing=0.2)
    assert said(phone)[-2:] == ["message-stored", "goodbye"]
    assert "disk was full" not in caplog.text


def test_the_latest_words_are_delivered_and_not_those_that_were_taken_back(ola: World) -> None:
    """3 records again: what was said before is not what the caller wants heard."""
    phone = leaves(ola, Speak(9), "#3", Speak(7), "#", full_in=(2,), missing=2.0)
    assert said(phone)[-2:] == ["cannot-record", "goodbye"]
    assert lengths(ola) == [7]


def test_an_earlier_take_is_delivered_where_no_word_is_left_of_the_latest(ola: World) -> None:
    phone = leaves(ola, Speak(9), "#3", Speak(7, SILENT_SECOND), "#", full_in=(2,), missing=2.0)
    assert said(phone)[-2:] == ["cannot-record", "goodbye"]
    assert lengths(ola) == [9]


def test_who_hangs_up_has_left_what_there_is_and_the_log_tells(
    ola: World, caplog: pytest.LogCaptureFixture
) -> None:
    leaves(ola, Speak(7), HANG_UP, full_in=(1,), missing=2.0)
    assert lengths(ola) == [7]
    assert "the disk was full for a moment while recording" in caplog.text


@pytest.mark.parametrize("end_key", ["#", "*"])
def test_a_greeting_with_a_hole_is_not_offered_and_the_one_there_was_stays(ola: World, end_key: str) -> None:
    before = greetings.keep(ola.services, OLA, GreetingKind.PERSONAL, speech())
    phone = ola.phone(ola.setup(), "31", Speak(7), end_key, HANG_UP)
    phone.while_recording = DiskOfTheSpool(ola, 1).while_recording
    phone.missing_seconds = 2.0
    answer(phone, ola.context)
    assert "cannot-record" in said(phone)
    assert "after-greeting-save" not in said(phone)
    assert greetings.current(ola.services, OLA, GreetingKind.PERSONAL) == before
