"""Prices."""

from __future__ import annotations

import pytest

from personsvar.language.amounts import price
from personsvar.language.prompts import Catalogue
from personsvar.language.wording import words


@pytest.mark.parametrize(
    ("ore", "nb", "en"),
    [
        (300, "tre kroner.", "three kroner."),
        (350, "tre kroner og femti øre.", "three kroner and fifty øre."),
        (100, "én krone.", "one krone."),
        (150, "én krone og femti øre.", "one krone and fifty øre."),
        (50, "femti øre.", "fifty øre."),
        (0, "null kroner.", "zero kroner."),
        (-300, "minus tre kroner.", "minus three kroner."),
        (12_900, "hundre og tjueni kroner.", "one hundred and twenty-nine kroner."),
    ],
)
def test_a_price_is_said_in_kroner_and_ore(catalogue: Catalogue, ore: int, nb: str, en: str) -> None:
    assert words(price(ore, "nb"), catalogue, "nb") == nb
    assert words(price(ore, "en"), catalogue, "en") == en
