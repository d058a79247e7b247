"""Whatever is asked for, something sensible is said, with sounds that exist, and the sentence ends once."""

from __future__ import annotations

from datetime import date, datetime

from hypothesis import given
from hypothesis import strategies as st

from personsvar.language.amounts import price
from personsvar.language.counts import mailbox_summary
from personsvar.language.moments import day, moment, year
from personsvar.language.numbers import Parts, number
from personsvar.language.phone_numbers import phone_number
from personsvar.language.prompts import LANGUAGES, Catalogue, Language
from personsvar.language.wording import words

languages = st.sampled_from(LANGUAGES)
counts = st.integers(0, 9_999)


def spoken(parts: Parts, catalogue: Catalogue, language: Language) -> str:
    """What is heard; every part is in the catalogue in both languages."""
    assert parts
    for other in LANGUAGES:
        assert all(catalogue.text(part, other) for part in parts)
    return words(parts, catalogue, language)


def assert_one_ending(parts: Parts, catalogue: Catalogue, language: Language) -> None:
    assert spoken(parts, catalogue, language).endswith(".")
    assert not any(part.endswith("-final") for part in parts[:-1])


def assert_no_ending(parts: Parts, catalogue: Catalogue, language: Language) -> None:
    assert spoken(parts, catalogue, language)
    assert not any(part.endswith("-final") for part in parts)


@given(st.integers(), languages)
def test_any_integer_is_said(catalogue: Catalogue, n: int, language: Language) -> None:
    assert_one_ending(number(n, language), catalogue, language)
    assert_no_ending(number(n, language, final=False), catalogue, language)


@given(counts, counts, languages)
def test_two_numbers_never_sound_the_same(
    catalogue: Catalogue, one: int, other: int, language: Language
) -> None:
    said = {n: words(number(n, language), catalogue, language) for n in (one, other)}
    assert (said[one] == said[other]) == (one == other)


@given(counts, counts, st.integers(-5, 20_000), languages)
def test_any_mailbox_is_summed_up(
    catalogue: Catalogue, new: int, saved: int, urgent: int, language: Language
) -> None:
    assert spoken(mailbox_summary(new, saved, language, urgent=urgent), catalogue, language).endswith(".")


@given(st.integers(), st.integers(), st.integers(), languages)
def test_a_summary_of_nonsense_is_still_a_sentence(
    catalogue: Catalogue, new: int, saved: int, urgent: int, language: Language
) -> None:
    assert spoken(mailbox_summary(new, saved, language, urgent=urgent), catalogue, language).endswith(".")


@given(st.datetimes(), st.datetimes(), languages)
def test_any_moment_is_said_seen_from_any_other(
    catalogue: Catalogue, when: datetime, now: datetime, language: Language
) -> None:
    assert_one_ending(moment(when, now, language), catalogue, language)
    assert_no_ending(moment(when, now, language, final=False), catalogue, language)


@given(st.dates(), st.dates(), languages)
def test_any_day_is_said_seen_from_any_other(
    catalogue: Catalogue, on: date, today: date, language: Language
) -> None:
    assert_one_ending(day(on, today, language), catalogue, language)
    assert_no_ending(day(on, today, language, final=False), catalogue, language)


@given(st.integers(), languages)
def test_any_year_is_said(catalogue: Catalogue, n: int, language: Language) -> None:
    assert_one_ending(year(n, language), catalogue, language)


@given(
    st.text() | st.from_regex(r"\+?[0-9]{0,20}", fullmatch=True) | st.text("0123456789+ ", max_size=12_000),
    languages,
)
def test_any_string_is_said_as_a_number_or_as_unknown(
    catalogue: Catalogue, number: str, language: Language
) -> None:
    parts = phone_number(number, language)
    assert_one_ending(parts, catalogue, language)
    assert len(parts) < 40
    assert_no_ending(phone_number(number, language, final=False), catalogue, language)


@given(st.from_regex(r"\+?[0-9]{1,15}", fullmatch=True))
def test_no_digit_is_lost_or_moved(number: str) -> None:
    said = [part for part in phone_number(number, "nb") if part not in {"pause", "plus"}]
    digits = "".join(part[1] for part in said)
    assert digits in {number.removeprefix("+"), number.removeprefix("+47")}


@given(st.integers(), languages)
def test_any_price_is_said(catalogue: Catalogue, ore: int, language: Language) -> None:
    assert_one_ending(price(ore, language), catalogue, language)
    assert_no_ending(price(ore, language, final=False), catalogue, language)
