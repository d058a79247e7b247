"""What 8 says is true where it is said: it names no key that leads nowhere there, and leaves none out."""

from __future__ import annotations

import re

import pytest

from personsvar.language.prompts import LANGUAGES, Language, PromptId
from personsvar.mailbox.model import Number, State
from tests.phone import SILENCE, Press
from tests.world import STRANGER, World, catalogue, said

KEY = {"nb": re.compile(r"\b\d\b|stjerne|firkant"), "en": re.compile(r"\b\d\b|\bstar\b|\bhash\b")}
NAMES = {"stjerne": "*", "star": "*", "firkant": "#", "hash": "#"}
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
