"""Numbers as people and switches write them, and what each one means."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from personsvar.mailbox.errors import NumberError
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.phone_numbers import is_domestic, national, normalise, parse_subscriber_number
from tests.effort import grows_no_faster_than_its_input

KARI = Number("+4790000001")
LONGEST = 8192

WAYS_TO_WRITE_KARI = [
    "90000001",
    "4790000001",
    "004790000001",
    "+4790000001",
    "+47 900 00 001",
    "900 00 001",
    " (+47) 900-00.001 ",
    "90000001\n",
    "900\u00a000\u00a0001",
    "tel:+4790000001",
    "TEL:+47-900-00-001",
    "tel:90000001;phone-context=+47",
    "tel:+4790000001;npdi;rn=+4792000000",
    "sip:+4790000001@example.test",
    "sip:90000001@10.0.0.1:5060;user=phone",
    "SIPS:%2B4790000001@example.test",
    "sip:+4790000001;npdi=yes@example.test;user=phone",
    "sip:+4790000001:secret@example.test",
]


@pytest.mark.parametrize("raw", WAYS_TO_WRITE_KARI)
def test_many_ways_to_write_one_number(raw: str) -> None:
    assert normalise(raw) == KARI


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        ("22000000", "+4722000000"),
        ("02800", "+4702800"),
        ("+46 70 123 45 67", "+46701234567"),
        ("0046701234567", "+46701234567"),
        ("46701234567", "+46701234567"),
        ("tel:701234567;phone-context=+46", "+46701234567"),
        ("+8823412345678", "+8823412345678"),
        ("+4712345678", "+4712345678"),
        ("+479000000", "+479000000"),
        ("+47900000012", "+47900000012"),
        ("+999999999999", "+999999999999"),
        ("580009083060", "+47580009083060"),
        ("47580009083060", "+47580009083060"),
        ("0047580000474825", "+47580000474825"),
        ("+580009083060", "+580009083060"),
    ],
)
def test_other_numbers_are_taken_too(raw: str, number: str) -> None:
    assert normalise(raw) == number


@pytest.mark.parametrize(
    "raw",
    [
        "",
        " ",
        "+",
        "112",
        "1881",
        "12345",
        "12345678",
        "123456789",
        "9000000",
        "anonymous",
        "sip:anonymous@anonymous.invalid",
        "sip:kari@example.test",
        "sip:90000001",
        "sip:10.0.0.1",
        "http://90000001@example.test",
        "900000O1",
        "90000001x5",
        "90000001,22000000",
        "٩٠٠٠٠٠٠١",
        '90000001"; DROP TABLE subscriber;--',
        "90000001\r\nX-Evil: 1",
        "++4790000001",
        "000000000000",
        "00999999999",
        "+479000",
        "+9999999999999999",
        "580009083060x",
    ],
)
def test_what_is_no_number_is_none(raw: str) -> None:
    assert normalise(raw) is None


@pytest.mark.parametrize(
    "raw",
    [
        lambda length: "9" * length,
        lambda length: "+" * length,
        lambda length: "+47" + " " * (length - 11) + "90000001",
        lambda length: "sip:" + "%2B" * (length // 3 - 2) + "@x",
        lambda length: '"' * length,
    ],
)
def test_thousands_of_characters_are_refused_at_once(raw: Callable[[int], str]) -> None:
    assert normalise(raw(10_000)) is None
    anew = normalise.__wrapped__  # it remembers what it was asked last
    grows_no_faster_than_its_input(anew, raw, LONGEST)


@settings(deadline=None)  # a busy machine is no failure
@given(st.text(max_size=300))
def test_nothing_that_is_handed_over_raises(raw: str) -> None:
    number = normalise(raw)
    assert number is None or (number[0] == "+" and number[1:].isdecimal() and len(number) <= 17)


@example("3100000000")  # a national prefix falls off each time it is parsed
@settings(deadline=None)  # a busy machine is no failure
@given(st.from_regex(r"\A(\+|00)?[1-9][0-9]{4,14}\Z"))
def test_normalising_again_changes_nothing(raw: str) -> None:
    number = normalise(raw)
    if number is not None:
        assert normalise(number) == number


@settings(deadline=None)  # a busy machine is no failure
@given(st.integers(min_value=0, max_value=9_999_999))
def test_each_mobile_number_is_the_same_in_all_its_forms(tail: int) -> None:
    eight = f"9{tail:07}"
    forms = {normalise(form + eight) for form in ("", "47", "0047", "+47", "tel:+47")}
    assert forms == {f"+47{eight}"}


def test_an_operator_elsewhere_has_its_own_national_form() -> None:
    assert normalise("070-123 45 67", region="SE") == "+46701234567"


def test_the_command_line_is_told_what_is_wrong() -> None:
    assert parse_subscriber_number("900 00 001") == KARI
    with pytest.raises(NumberError, match="this is no telephone number"):
        parse_subscriber_number("hei")
    for unknown in ("+4712345678", "+47580009083060", "580009083060", "+999999999999"):
        with pytest.raises(NumberError, match="no number series"):
            parse_subscriber_number(unknown)


def test_the_complaint_is_short_and_harmless_in_a_terminal() -> None:
    with pytest.raises(NumberError) as refused:
        parse_subscriber_number("\x1b[2J" + "9" * 10_000)
    assert len(str(refused.value)) < 200
    assert "\x1b" not in str(refused.value)


@pytest.mark.parametrize(
    ("caller", "domestic"),
    [
        ("+4722000000", True),
        ("+4779021234", True),
        (None, True),
        ("+46701234567", False),
        ("+8823412345678", False),
        ("+47580009083060", True),
        ("+999999999999", False),
    ],
)
def test_who_hears_the_international_greeting(caller: str | None, *, domestic: bool) -> None:
    assert is_domestic(None if caller is None else Number(caller), KARI) is domestic


def test_the_owner_types_the_national_digits() -> None:
    assert national(KARI) == "90000001"
    assert normalise(national(KARI)) == KARI


def test_what_is_not_e164_is_no_number_of_ours() -> None:
    with pytest.raises(NumberError, match="is not in E"):
        national(Number("hei"))
