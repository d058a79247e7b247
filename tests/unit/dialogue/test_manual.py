"""The runner: errors, limits, and pages that no key leads to."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import pytest

from personsvar.dialogue.call import Key, Playback, Progress
from personsvar.dialogue.call_session import DialogueContext
from personsvar.dialogue.card import document
from personsvar.dialogue.manual import answer
from personsvar.intake.takes import SpoolTakes
from personsvar.mailbox import greetings
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.message import Sound, State
from personsvar.mailbox.ports.takes import SpoolFullError, SpoolHeader, Take
from tests.phone import HANG_UP, HangUp, Press, ScriptedPhone, Speak
from tests.world import OLA, STRANGER, World, catalogue, said, speech


class FullSpool(SpoolTakes):
    """A spool on a disk that takes no more."""

    def place(self, header: SpoolHeader, *, number: int = 1) -> Take:
        raise SpoolFullError(f"no room for {header.spool_id}-{number}")


@pytest.fixture
def full(world: World) -> World:
    world.subscriber()
    world.takes = FullSpool(world.services, world.spool)
    world.context = DialogueContext(world.services, world.takes)
    return world


def test_a_full_disk_is_told_as_what_it_is(full: World) -> None:
    phone = full.caller_leaves(Speak(5))
    assert said(phone)[-2:] == ["cannot-record", "goodbye"]
    assert "mailbox-full" not in said(phone)
    assert len(full.notices()) == 1


def test_a_greeting_can_not_be_recorded_on_a_full_disk(full: World) -> None:
    greetings.keep(full.services, OLA, GreetingKind.PERSONAL, speech())
    assert "cannot-record" in said(full.call("31"))
    assert greetings.current(full.services, OLA, GreetingKind.PERSONAL) is not None


def test_a_disk_that_fills_while_a_greeting_is_recorded_is_told_as_what_it_is(world: World) -> None:
    world.subscriber()
    phone = world.phone(world.setup(), "31")
    phone.disk_full = True
    answer(phone, world.context)
    assert "cannot-record" in said(phone)
    assert "after-greeting-again" not in said(phone)


def test_a_disk_that_fills_while_a_caller_speaks_is_told_as_what_it_is(world: World) -> None:
    world.subscriber()
    phone = world.phone(world.setup(STRANGER, diverted_from=OLA))
    phone.disk_full = True
    answer(phone, world.context)
    assert said(phone)[-2:] == ["cannot-record", "goodbye"]
    assert len(world.notices()) == 1


def test_no_call_lasts_over_60_minutes(world: World) -> None:
    world.subscriber()
    keys = [Press("8", 4.0) for _ in range(2000)]
    phone = world.phone(world.setup(), *keys)
    began = world.clock.now()
    answer(phone, world.context)
    assert (world.clock.now() - began).total_seconds() < 62 * 60
    phone = world.phone(
        world.setup(), *[step for _ in range(700) for step in (Press("3", 4.0), Press("*", 4.0))]
    )
    began = world.clock.now()
    answer(phone, world.context)
    assert said(phone)[-2:] == ["time-is-up", "goodbye"]
    # the dialplan's own limit, TIMEOUT(absolute), would else cut the line before a word
    assert (world.clock.now() - began).total_seconds() < 60 * 60


class Thief:
    """Somebody who deletes a message for good while its owner is on the line."""

    def __init__(self, world: World, phone: ScriptedPhone) -> None:
        self.world, self.phone, self.done = world, phone, False

    def __call__(self) -> int:
        if not self.done and "main-menu-settings" in said(self.phone):
            self.done = True
            with self.world.store.begin() as uow:
                uow.messages.remove(uow.messages.list(OLA)[0].id)
                uow.commit()
        return 0


def test_a_message_that_is_gone_meanwhile_traps_nobody(world: World) -> None:
    world.subscriber()
    for age in (3, 2, 1):
        world.message(hours_ago=age)
    phone = world.phone(world.setup(), "1##", HANG_UP)
    phone.transactions_open = Thief(world, phone)
    answer(phone, world.context)
    assert said(phone).count("new-message") == 2


class DeafPhone(ScriptedPhone):
    """A switch that can't play a recording: it plays none of it."""

    def _stretch(
        self, _sound: Sound | Take, _at: float, _length: float, _keys: str
    ) -> tuple[float, Key | None]:
        raise UnplayableError

    def play_message(
        self, sound: Sound | Take, *, start_seconds: float = 0.0, keys: str = "02456789*#"
    ) -> Playback:
        try:
            return super().play_message(sound, start_seconds=start_seconds, keys=keys)
        except UnplayableError:
            return Playback(None, 0.0)


class UnplayableError(Exception): ...


def test_one_bad_recording_does_not_trap_the_listener_and_is_not_heard(world: World) -> None:
    world.subscriber()
    world.message(hours_ago=2)
    world.message(hours_ago=1)
    plain = world.phone(world.setup(), "1")
    phone = DeafPhone(
        plain.setup, [*plain.script[:1], Press("#"), HANG_UP], world.clock, seconds_of=plain.seconds_of
    )
    answer(phone, world.context)
    assert said(phone).count("message-unplayable") >= 1
    assert said(phone).count("new-message") >= 1
    assert world.messages()[0].state is State.NEW


class Broken(ScriptedPhone):
    """A driver of ours with a fault in it."""

    def _spoken(self, *_how: object) -> NoReturn:
        raise ZeroDivisionError


def test_an_error_before_the_tone_leaves_the_caller_to_the_dialplan(world: World) -> None:
    world.subscriber()
    plain = world.phone(world.setup(STRANGER, diverted_from=OLA), HangUp(90))
    phone = Broken(plain.setup, plain.script, world.clock, seconds_of=_fails)
    with pytest.raises(ZeroDivisionError):
        answer(phone, world.context)
    assert phone.reached == [Progress.STARTED]
    assert world.notices() == []


def test_an_error_in_the_recording_keeps_what_there_is(world: World) -> None:
    world.subscriber()
    plain = world.phone(world.setup(STRANGER, diverted_from=OLA))
    phone = Broken(plain.setup, plain.script, world.clock, seconds_of=plain.seconds_of)
    with pytest.raises(ZeroDivisionError):
        answer(phone, world.context)
    assert phone.reached[-1] is Progress.STORED
    assert len(world.notices()) == 1


def _fails(_sentence: object) -> float:
    raise ZeroDivisionError


def test_the_manual_in_the_docs_is_current() -> None:
    written = Path(__file__).parents[3] / "docs" / "manual.md"
    assert written.read_text(encoding="utf-8") == document(catalogue()), (
        "personsvar manual --document > docs/manual.md"
    )
