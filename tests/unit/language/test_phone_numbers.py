"""Telephone numbers, digit by digit."""

from __future__ import annotations

import pytest

from personsvar.language.phone_numbers import phone_number
from personsvar.language.prompts import Catalogue, PromptId
from personsvar.language.wording import words


@pytest.mark.parametrize(
    ("number", "nb", "en"),
    [
        (
            "+4790000001",
            "ni null null, null null, null null én.",
            "nine zero zero, zero zero, zero zero one.",
        ),
        (
            "+4747471000",
            "fire sju fire, sju én, null null null.",
            "four seven four, seven one, zero zero zero.",
        ),
        ("+4722000001", "to to, null null, null null, null én.", "two two, zero zero, zero zero, zero one."),
        (
            "+4780000001",
            "åtte null null, null null, null null én.",
            "eight zero zero, zero zero, zero zero one.",
        ),
        ("+4702800", "null to, åtte null null.", "zero two, eight zero zero."),
        ("02800", "null to, åtte null null.", "zero two, eight zero zero."),
        ("113", "én én tre.", "one one three."),
        (
            "+46812345678",
            "pluss fire seks, åtte, én to tre, fire fem seks, sju åtte.",
            "plus four six, eight, one two three, four five six, seven eight.",
        ),
        (
            "+47580009083060",
            "fem åtte null, null null ni, null åtte tre, null seks null.",
            "five eight zero, zero zero nine, zero eight three, zero six zero.",
        ),
        ("+999123", "pluss ni ni ni, én to tre.", "plus nine nine nine, one two three."),
    ],
)
def test_a_number_is_said_in_the_groups_people_know(
    catalogue: Catalogue, number: str, nb: str, en: str
) -> None:
    assert words(phone_number(number, "nb"), catalogue, "nb") == nb
    assert words(phone_number(number, "en"), catalogue, "en") == en


def test_only_the_last_group_falls() -> None:
    parts = phone_number("+4790000001", "nb")
    assert [part for part in parts if part.endswith("-final")] == [parts[-1]] == [PromptId("n1-final")]
    assert parts.count(PromptId("pause")) == 2


def test_a_number_inside_a_sentence_stays_up() -> None:
    assert phone_number("+4790000001", "nb", final=False)[-1] == PromptId("n1")


@pytest.mark.parametrize(
    "hostile",
    ["", "+", "++47", "9" * 10_000, "+47 900", '"\r\n', "+47٩٠٠٠٠٠٠١", "anonymous", "+4790000001\n"],
)
def test_what_is_no_number_is_an_unknown_number(catalogue: Catalogue, hostile: str) -> None:
    assert words(phone_number(hostile, "nb"), catalogue, "nb") == "ukjent nummer."
