"""Key, action and the key the voice names stand in one row; the card and the diagram come from the rows."""

from __future__ import annotations

import re

import pytest

from personsvar.dialogue.card import MENUS, card, diagram
from personsvar.dialogue.menu import Choice
from personsvar.language.prompts import LANGUAGES, Language
from tests.world import catalogue

SPOKEN_KEY = {
    "nb": re.compile(r"tast (\d|stjerne|firkant)"),
    "en": re.compile(r"press (\d|star|hash)"),
}
NAMES = {"stjerne": "*", "star": "*", "firkant": "#", "hash": "#"}
ROWS = [(menu.name, choice) for menu in MENUS for choice in menu.choices]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("menu", "choice"), ROWS, ids=lambda it: getattr(it, "key", it))
def test_the_voice_names_the_key_of_its_row(menu: str, choice: Choice, language: Language) -> None:
    if choice.words is None:
        assert choice.key in "1237*#9", f"{menu}: only keys that the help tells of may be unspoken"
        return
    text = catalogue().text(choice.words, language)
    named = [NAMES.get(key, key) for key in SPOKEN_KEY[language].findall(text.lower())]
    assert named[0] == choice.key, text


@pytest.mark.parametrize("menu", MENUS, ids=lambda menu: menu.name)
def test_8_is_free_for_the_help(menu: object) -> None:
    assert "8" not in {choice.key for choice in menu.choices}  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_card_tells_every_key_of_every_menu(language: Language) -> None:
    printed = card(catalogue(), language)
    for menu in MENUS:
        for choice in menu.choices:
            assert re.search(rf"^  {re.escape(choice.key)}  ", printed, re.MULTILINE), (menu.name, choice.key)


def test_the_diagram_draws_every_row() -> None:
    assert diagram().count("-->") == sum(len(menu.choices) for menu in MENUS)
