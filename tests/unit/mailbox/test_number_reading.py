"""Telephone numbers in the words of a message: found however they are written, and nothing else is one."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from personsvar.mailbox.model.subscriber import Language
from personsvar.mailbox.transcription.digit_words import DIGITS
from personsvar.mailbox.transcription.number_reading import read_numbers

MOBILE, OTHER, FIXED, SWEDISH = "+4790000012", "+4790000013", "+4722123456", "+46701234567"


def read(text: str, language: Language = "nb", *, region: str = "NO") -> list[str]:
    return [found.number for found in read_numbers(text.split(), language, region=region)]


NORWEGIAN: list[tuple[str, list[str]]] = [
    ("ring meg på 900 00 012", [MOBILE]),
    ("90 00 00 12.", [MOBILE]),
    ("90000012", [MOBILE]),
    ("nummeret er 9000 0012, takk", [MOBILE]),
    ("9 0 0 0 0 0 1 2", [MOBILE]),
    ("9, 0, 0, 0, 0, 0, 1, 2", [MOBILE]),
    ("90, 00, 00, 12", [MOBILE]),
    ("90. 00. 00. 12.", [MOBILE]),
    ("90-00-00-12", [MOBILE]),
    ("900 -00 -012", [MOBILE]),
    ("900.00.012", [MOBILE]),
    ("+47 900 00 012, hei", [MOBILE]),
    ("+4790000012", [MOBILE]),
    ("(+47) 90 00 00 12", [MOBILE]),
    ("+ 47 900 00 012", [MOBILE]),
    ("0047 90000012", [MOBILE]),
    ("00 47 900 00 012", [MOBILE]),
    ("47 900 00 012", [MOBILE]),
    ("pluss 47 900 00 012", [MOBILE]),
    ("+46 70-123 45 67", [SWEDISH]),
    ("0046 70 123 45 67", [SWEDISH]),
    ("ni null null null null null en to", [MOBILE]),
    ("Ni, null, null, null, null, null, én, to.", [MOBILE]),
    ("null null fire syv ni null null null null null en to", [MOBILE]),
    ("pluss førtisju ni hundre null null null tolv", [MOBILE]),
    ("ni hundre, null null, null tolv", [MOBILE]),
    ("nitti null null null null tolv", [MOBILE]),
    ("nitti eh null null øh null null tolv", [MOBILE]),
    ("900 null null 012", [MOBILE]),
    ("ni dobbel null null dobbel null ein to", [MOBILE]),
    ("ni hundre og tolv tre fire fem seks sju", ["+4791234567"]),
    ("ni hundre tolv tre fire fem seks sju", ["+4791234567"]),
    ("nummer fire hundre femtiseks, syttiåtte, ni hundre og en", ["+4745678901"]),
    ("ni hundre tolv tre fire fem", ["+4790012345"]),
    ("tjueto tolv trettifire femtiseks", [FIXED]),
    ("toogtyve tolv fireogtredve seksogfemti", [FIXED]),
    ("to og tyve tolv fire og tredve seks og femti", [FIXED]),
    ("ring 90 00 00 12 en gang til", [MOBILE]),
    ("ring ni null null null null null en to en gang til", [MOBILE]),
    ("90 00 00 12 to ganger", [MOBILE]),
    ("90 00 00 12 90 00 00 13", [MOBILE, OTHER]),
    ("90 00 00 12 eller 90 00 00 13", [MOBILE, OTHER]),
    ("90000012, 90000013", [MOBILE, OTHER]),
    ("klokka 22, 90 00 00 12", [MOBILE]),
    ("kl. 9 90 00 00 12", [MOBILE]),
    ("vi sees 22.12.2026, ring 90 00 00 12", [MOBILE]),
    ("koden er 1234 og nummeret 90 00 00 12", [MOBILE]),
    ("det koster 500 kroner, 90 00 00 12", [MOBILE]),
]
ENGLISH: list[tuple[str, list[str]]] = [
    ("call me at 900 00 012", [MOBILE]),
    ("nine zero zero zero zero zero one two", [MOBILE]),
    ("nine oh oh oh oh oh one two", [MOBILE]),
    ("oh, nine oh oh oh oh oh one two", [MOBILE]),
    ("nine double zero triple zero one two", [MOBILE]),
    ("nine hundred double oh oh twelve", [MOBILE]),
    ("nine hundred and twelve double three four five six", ["+4791233456"]),
    ("twenty two twelve thirty four fifty six", [FIXED]),
    ("twenty-two twelve thirty-four fifty-six", [FIXED]),
    ("plus forty-seven nine hundred zero zero zero one two", [MOBILE]),
    ("call 90 00 00 12 at five", [MOBILE]),
]
NONE = [
    "22.12.2026",
    "den 22. 12. 2026",
    "22122026",
    "22-12-2026",
    "2026-12-22",
    "2026 12 22",
    "klokka 21.00-23.30",
    "fra 21:00 til 23:30",
    "kl 22 12 34 56",
    "22:12:34:56",
    "22 500 000 kroner",
    "22 500 000",
    "22 50 00 00 kroner",
    "kr 22 50 00 00",
    "$ 22 50 00 00",
    "22 12 34 56 prosent",
    "2,50 22 12 34",
    "koden er 90 00 00 12",
    "pinkoden min er 9000 0012",
    "kode 1234",
    "1234",
    "saksnummer 22123456",
    "fødselsnummer 22129012345",
    "01019012345",
    "912 345 678",
    "1234 56 78903",
    "nitti millioner tolv",
    "90 00 00 1",
    "90 00 00 12 5",
    "ni null null null null null en to ni",
    "ni null null null null null en to to",
    "ni null null null null null en to en",
    "90 00 00",
    "112",
    "02800",
    "en to tre",
    "førti to",
    "",
    "+",
    "pluss pluss",
    "dobbel",
    "hundre og og tolv",
]


@pytest.mark.parametrize(("said", "numbers"), NORWEGIAN)
def test_numbers_as_engines_write_norwegian(said: str, numbers: list[str]) -> None:
    assert read(said) == numbers


@pytest.mark.parametrize(("said", "numbers"), ENGLISH)
def test_numbers_as_engines_write_english(said: str, numbers: list[str]) -> None:
    assert read(said, "en") == numbers


@pytest.mark.parametrize("said", NONE)
def test_what_is_no_telephone_number(said: str) -> None:
    assert read(said) == []


def test_a_number_without_its_country_is_of_the_region() -> None:
    assert read("070-123 45 67", region="SE") == [SWEDISH]
    assert read("070-123 45 67") == []


def test_it_is_told_in_which_words_a_number_is() -> None:
    (found,) = read_numbers(["ring", "på", "+", "47", "900", "00", "012", "i dag"], "nb", region="NO")
    assert (found.first, found.last) == (2, 6)
    (found,) = read_numbers(["ring", " ni hundre null", " null null", " tolv."], "nb", region="NO")
    assert (found.first, found.last) == (1, 3)


NUMBERS = st.integers(90_000_000, 99_999_999).filter(
    lambda it: phonenumbers.is_valid_number(phonenumbers.parse(str(it), "NO"))
)
GROUPINGS = st.sampled_from([[8], [3, 2, 3], [2, 2, 2, 2], [4, 4], [1] * 8])
BETWEEN = st.sampled_from([" ", ", ", "-", " - "])
SPOKEN = {
    language: {digits: word for word, digits in said.items() if len(digits) == 1}
    for language, said in DIGITS.items()
}


def grouped(digits: str, lengths: list[int]) -> list[str]:
    ends = [sum(lengths[: place + 1]) for place in range(len(lengths))]
    return [digits[end - length : end] for end, length in zip(ends, lengths, strict=True)]


@given(NUMBERS, GROUPINGS, BETWEEN, st.sampled_from(["", "+47 ", "0047 ", "47 "]))
def test_any_mobile_in_any_grouping_is_found(
    number: int, lengths: list[int], between: str, country: str
) -> None:
    written = country + between.join(grouped(str(number), lengths))
    assert read(f"hei, ring {written} i dag") == [f"+47{number}"]


@given(NUMBERS, st.sampled_from(["nb", "en"]))
def test_any_mobile_said_digit_by_digit_is_found(number: int, language: Language) -> None:
    spoken = " ".join(SPOKEN[language][digit] for digit in str(number))
    assert read(spoken, language) == [f"+47{number}"]


PIECES = st.sampled_from(
    [*DIGITS["nb"], *"0123456789+-.,:/()%$", "90", "000", "og", "hundre", "dobbel", "kr", "kl", "ring", " "]
)


@pytest.mark.parametrize(
    ("said", "language"),
    [("møtet er kl 9 i dag", "nb"), ("klokken 22", "nb"), ("kl null", "nb"), ("at 9 o'clock", "en")],
)
def test_an_hour_and_no_more_is_no_number(said: str, language: Language) -> None:
    assert read(said, language) == []


def test_a_number_behind_an_hour_is_found() -> None:
    assert read("kl 9, 90 00 00 12") == [MOBILE]


@given(st.lists(PIECES, max_size=30).map(" ".join) | st.text(max_size=60))
@example("kl 9")
def test_whatever_is_said_each_number_found_is_whole_and_valid(text: str) -> None:
    words = text.split()
    for found in read_numbers(words, "nb", region="NO"):
        assert phonenumbers.is_valid_number(phonenumbers.parse(found.number))
        assert 0 <= found.first <= found.last < len(words)


@given(st.lists(st.integers(0, 999_999).map(str), max_size=1).map(" ".join), st.text("abcæøå ", max_size=20))
def test_a_short_number_in_a_sentence_is_none(short: str, text: str) -> None:
    assert read(f"{text} {short} {text}") == []


def test_thousands_of_digits_are_looked_at_in_bounds() -> None:
    assert read("9 " * 100_000) == []
    assert read("90 00 00 12 og " * 20_000)[:2] == [MOBILE, MOBILE]
