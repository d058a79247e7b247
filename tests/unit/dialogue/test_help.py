"""What 8 says is true where it is said: it names no key that leads nowhere there, and leaves none out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from personsvar.dialogue.call_session import CallSession
from personsvar.dialogue.menu import PAUSE, Menu
from personsvar.language.prompts import LANGUAGES, Language, PromptId
from personsvar.language.sentence import Part
from personsvar.mailbox import greetings
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.message import State
from personsvar.mailbox.model.subscriber import Place
from tests.phone import SILENCE, Press, Speak, Step
from tests.unit.dialogue.help_words import KEY, NAMES, otherwise
from tests.world import OLA, SILENT_SECOND, STRANGER, World, catalogue, said, speech

EVERYWHERE = set("134567*9")
"""What every message that is kept has a use for."""


def named(prompts: list[PromptId], language: Language) -> set[str]:
    """The keys that these prompts tell of; 8 is told of by itself."""
    words = " ".join(catalogue().text(prompt, language) for prompt in prompts)
    return {NAMES.get(key, key) for key in KEY[language].findall(words.lower())} - {"8"}


def help_of(heard: list[str], first: str) -> list[PromptId]:
    """From the help's first words on; the script's last key but one was 8, and nobody spoke after it."""
    began = heard.index(first)
    ends = (at for at, prompt in enumerate(heard) if at > began and prompt in ENDS)
    return [PromptId(prompt) for prompt in heard[began : next(ends, len(heard))] if prompt != "pause"]


ENDS = {
    "main-menu-listen",
    "main-menu-settings",
    "message-delete",
    "message-take-back",
    "end-of-message",
    "goodbye",
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("kept", "deleted", "keys"), [(1, 1, "132"), (1, 0, "13"), (0, 1, "32"), (0, 0, "3")]
)
def test_the_help_of_the_main_menu_names_what_there_is(
    world: World, language: Language, kept: int, deleted: int, keys: str
) -> None:
    world.subscriber(language=language)
    for state, many in ((State.NEW, kept), (State.DELETED, deleted)):
        for _ in range(many):
            world.message(state=state)
    heard = said(world.call("8", SILENCE))
    help_ = help_of(heard, "main-menu-help" if kept else "main-menu-empty-help")
    assert named(help_, language) == set(keys)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("messages", "skipped", "caller", "keys"),
    [
        (1, 0, STRANGER, "0"),
        (1, 0, None, ""),
        (3, 0, STRANGER, "0#"),
        (3, 1, STRANGER, "0#2"),
        (3, 2, STRANGER, "02"),
        (3, 1, None, "#2"),
    ],
)
def test_the_help_in_a_message_names_0_2_and_hash_where_they_lead_anywhere(
    world: World, *, language: Language, messages: int, skipped: int, caller: Number | None, keys: str
) -> None:
    world.subscriber(language=language)
    for _ in range(messages):
        world.message(caller=caller)
    heard = said(world.call("1", *["#"] * skipped, Press("4", 0.1), Press("8", 1.0), SILENCE))
    assert named(help_of(heard, "message-help"), language) == EVERYWHERE | set(keys)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_help_in_a_deleted_message_does_so_too(world: World, language: Language) -> None:
    world.subscriber(language=language)
    world.message(state=State.DELETED, caller=None)
    heard = said(world.call("2", Press("4", 0.1), Press("8", 1.0), SILENCE))
    assert named(help_of(heard, "deleted-message-help"), language) == EVERYWHERE - {"5"}


# ---- a key's work has one name: the row's and the help's

TAKE = (Speak(6), "#")


def messages(world: World) -> None:
    """Two, and one that was deleted."""
    for state in (State.NEW, State.SAVED, State.DELETED):
        world.message(state=state, caller=STRANGER)


def deleted(world: World) -> None:
    world.message(state=State.DELETED, caller=STRANGER)


def broken_off(world: World) -> None:
    message = world.message(caller=STRANGER, seconds=20)
    place = Place(message.id, 7.0, world.clock.now() - timedelta(hours=1))
    with world.store.begin() as uow:
        uow.subscribers.put(replace(world.who(), place=place))
        uow.commit()


def own_greeting(world: World) -> None:
    greetings.keep(world.services, OLA, GreetingKind.PERSONAL, speech())


def absence_on(world: World) -> None:
    greetings.keep_absence(world.services, OLA, speech(), date(2026, 12, 24))


def absence_over(world: World) -> None:
    greetings.keep_absence(world.services, OLA, speech(), world.clock.now().date() - timedelta(days=1))


def nothing(_world: World) -> None: ...


CALLING: dict[str, object] = {"caller": STRANGER, "diverted_from": OLA}
MENUS_IN_STATES: dict[str, tuple[Callable[[World], None], tuple[str | Step, ...], dict[str, object]]] = {
    # not the settings: the keys their help tells of are those of the menus behind them
    "a take": (nothing, TAKE, CALLING),
    "a take that is urgent": (nothing, (*TAKE, "4"), CALLING),
    "no take": (nothing, (Speak(4, SILENT_SECOND), "#"), CALLING),
    "the main menu": (messages, (), {}),
    "the main menu, empty": (nothing, (), {}),
    "a message": (messages, ("1", Press("4", 0.1)), {}),
    "the message before its end": (messages, ("1", "#", Press("4", 0.1)), {}),
    "a deleted message": (deleted, ("2", Press("4", 0.1)), {}),
    "broken off": (broken_off, (), {}),
    "notices": (nothing, ("35",), {}),
    "language": (nothing, ("39",), {}),
    "a greeting recorded": (nothing, ("31", *TAKE), {}),
    "a greeting recorded over another": (own_greeting, ("31", *TAKE), {}),
    "the greeting there is": (own_greeting, ("31", "#"), {}),
    "no greeting": (nothing, ("31", "#"), {}),
    "an absence that is on": (absence_on, ("36",), {}),
    "an absence that is on, heard": (absence_on, ("361",), {}),
    "an absence recorded while one is on": (absence_on, ("363", *TAKE), {}),
    "an absence that is over": (absence_over, ("36", "#"), {}),
    "an absence recorded after one that is over": (absence_over, ("36", *TAKE), {}),
    "an absence, the first": (nothing, ("36", *TAKE), {}),
}


@pytest.fixture
def helped(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[PromptId], list[PromptId]]]:
    """Each help that was asked for, and the rows its menu offered then; changes nothing."""
    asked: list[tuple[list[PromptId], list[PromptId]]] = []
    help_now = Menu.help_now

    def watched(menu: Menu, session: CallSession) -> Sequence[Part]:
        parts = help_now(menu, session)
        asked.append((prompts_of(parts), prompts_of(menu.rows(session))))
        return parts

    monkeypatch.setattr(Menu, "help_now", watched)
    return asked


def prompts_of(parts: Sequence[Part]) -> list[PromptId]:
    return [PromptId(part) for part in parts if isinstance(part, str) and part != PAUSE]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", MENUS_IN_STATES)
def test_the_help_calls_what_a_key_does_as_its_row_does(
    world: World, helped: list[tuple[list[PromptId], list[PromptId]]], state: str, language: Language
) -> None:
    make, script, setup = MENUS_IN_STATES[state]
    world.subscriber(language=language)
    make(world)
    world.call(*script, Press("8", 1.0), SILENCE, **setup)  # type: ignore[arg-type]
    ((help_, rows),) = helped
    text = " ".join(catalogue().text(prompt, language) for prompt in help_)
    assert otherwise(text, [catalogue().text(row, language) for row in rows], language) == []


def test_another_word_for_what_a_key_does_is_found() -> None:
    rows = ["For å slette, tast 4.", "For å høre opptaket, tast 1.", "For å lese inn på nytt, tast 3."]
    help_ = "Tast 1 for å høre det, 3 for å lese inn en ny, eller 4 for å slå den av."
    assert otherwise(help_, rows, "nb") == ["For å slette, tast 4."]
    assert otherwise("Press 4 to turn it on.", ["To turn it off, press 4."], "en") == [
        "To turn it off, press 4."
    ]
    assert otherwise("Tast 3 for å lese inn.", rows, "nb") == ["For å lese inn på nytt, tast 3."]
