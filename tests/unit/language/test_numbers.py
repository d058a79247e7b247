"""Numbers and message counts, as people say them."""

from __future__ import annotations

import pytest

from personsvar.language.counts import mailbox_summary
from personsvar.language.numbers import number
from personsvar.language.prompts import Catalogue, Language
from personsvar.language.wording import words


@pytest.mark.parametrize(
    ("n", "nb", "en"),
    [
        (0, "null.", "zero."),
        (1, "én.", "one."),
        (7, "sju.", "seven."),
        (14, "fjorten.", "fourteen."),
        (20, "tjue.", "twenty."),
        (21, "tjueén.", "twenty-one."),
        (59, "femtini.", "fifty-nine."),
        (60, "seksti.", "sixty."),
        (63, "sekstitre.", "sixty-three."),
        (99, "nittini.", "ninety-nine."),
        (100, "hundre.", "one hundred."),
        (105, "hundre og fem.", "one hundred and five."),
        (200, "to hundre.", "two hundred."),
        (342, "tre hundre og førtito.", "three hundred and forty-two."),
        (1000, "tusen.", "one thousand."),
        (1005, "tusen og fem.", "one thousand and five."),
        (1100, "ett tusen ett hundre.", "one thousand one hundred."),
        (2121, "to tusen ett hundre og tjueén.", "two thousand one hundred and twenty-one."),
        (9999, "ni tusen ni hundre og nittini.", "nine thousand nine hundred and ninety-nine."),
        (100_000, "hundre tusen.", "one hundred thousand."),
        (1_234_567, "én to tre fire fem seks sju.", "one two three four five six seven."),
        (-3, "minus tre.", "minus three."),
    ],
)
def test_a_number_is_said_in_words(catalogue: Catalogue, n: int, nb: str, en: str) -> None:
    assert words(number(n, "nb"), catalogue, "nb") == nb
    assert words(number(n, "en"), catalogue, "en") == en


@pytest.mark.parametrize(
    ("n", "spoken"),
    [
        (1, "én"),
        (21, "tjueén"),
        (1001, "tusen og én"),
        (1100, "ett tusen ett hundre"),
        (11_000, "elleve tusen"),
        (21_000, "tjueett tusen"),
        (101_021, "hundre og ett tusen og tjueén"),
        (111_101, "hundre og elleve tusen ett hundre og én"),
    ],
)
def test_norwegian_one_is_of_its_own_gender_and_one_hundred_and_one_thousand_are_neuter(
    catalogue: Catalogue, n: int, spoken: str
) -> None:
    assert words(number(n, "nb", final=False), catalogue, "nb") == spoken


@pytest.mark.parametrize(
    ("new", "saved", "urgent", "language", "spoken"),
    [
        (0, 0, 0, "nb", "Du har ingen beskjeder."),
        (1, 0, 0, "nb", "Du har én ny beskjed."),
        (2, 0, 0, "nb", "Du har to nye beskjeder."),
        (0, 1, 0, "nb", "Du har én lagret beskjed."),
        (0, 3, 0, "nb", "Du har tre lagrede beskjeder."),
        (2, 1, 0, "nb", "Du har to nye og én lagret beskjed."),
        (1, 2, 0, "nb", "Du har én ny og to lagrede beskjeder."),
        (21, 101, 0, "nb", "Du har tjueén nye og hundre og én lagrede beskjeder."),
        (1, 0, 1, "nb", "Du har én ny beskjed. Den haster."),
        (3, 0, 3, "nb", "Du har tre nye beskjeder. Alle de nye haster."),
        (3, 1, 1, "nb", "Du har tre nye og én lagret beskjed. Én av de nye haster."),
        (3, 1, 2, "nb", "Du har tre nye og én lagret beskjed. To av de nye haster."),
        (2, 0, 9, "nb", "Du har to nye beskjeder. Alle de nye haster."),
        (0, 2, 1, "nb", "Du har to lagrede beskjeder."),
        (0, 0, 0, "en", "You have no messages."),
        (1, 0, 0, "en", "You have one new message."),
        (2, 0, 0, "en", "You have two new messages."),
        (0, 1, 0, "en", "You have one saved message."),
        (2, 1, 0, "en", "You have two new messages and one saved message."),
        (1, 2, 0, "en", "You have one new message and two saved messages."),
        (3, 0, 1, "en", "You have three new messages. One of the new ones is urgent."),
        (3, 0, 2, "en", "You have three new messages. Two of the new ones are urgent."),
    ],
)
def test_the_mailbox_is_summed_up(
    *, catalogue: Catalogue, new: int, saved: int, urgent: int, language: Language, spoken: str
) -> None:
    assert words(mailbox_summary(new, saved, language, urgent=urgent), catalogue, language) == spoken
