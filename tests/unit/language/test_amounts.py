"""Lengths of time and prices."""

from __future__ import annotations

import math

import pytest

from personsvar.language.amounts import duration, price
from personsvar.language.prompts import Catalogue
from personsvar.language.wording import words


@pytest.mark.parametrize(
    ("seconds", "nb", "en"),
    [
        (0, "null sekunder.", "zero seconds."),
        (1, "ett sekund.", "one second."),
        (11.6, "tolv sekunder.", "twelve seconds."),
        (21, "tjueett sekunder.", "twenty-one seconds."),
        (59.7, "ett minutt.", "one minute."),
        (65, "ett minutt og fem sekunder.", "one minute and five seconds."),
        (180, "tre minutter.", "three minutes."),
        (3600, "én time.", "one hour."),
        (3660, "én time og ett minutt.", "one hour and one minute."),
        (7323, "to timer to minutter og tre sekunder.", "two hours two minutes and three seconds."),
        (-4, "null sekunder.", "zero seconds."),
        (math.nan, "null sekunder.", "zero seconds."),
    ],
)
def test_a_length_is_said_in_its_units(catalogue: Catalogue, seconds: float, nb: str, en: str) -> None:
    assert words(duration(seconds, "nb"), catalogue, "nb") == nb
    assert words(duration(seconds, "en"), catalogue, "en") == en


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
