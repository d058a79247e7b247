"""What the dialplan hands over."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personsvar.mailbox.arrival import CallSetup
from personsvar.telephony.agi import variables
from personsvar.telephony.agi.setup import call_setup
from personsvar.telephony.header_text import MAX_INSTANCES, MAX_VALUE


def handed_over(*arguments: str, **environment: str) -> CallSetup:
    numbered = {f"agi_arg_{number}": argument for number, argument in enumerate(arguments, 1)}
    return call_setup({"agi_uniqueid": "1700000000.1", **environment, **numbered})


def header(value: str) -> str:
    return b64encode(value.encode()).decode()


def test_a_diverted_call_as_the_dialplan_hands_it_over() -> None:
    one, two = '<sip:+4790000001@example.test>;reason="no-answer"', "<tel:+4790000002>;reason=busy"
    setup = handed_over(
        "trunk=1",
        "dialled=+4747471000",
        "endpoint=trunk",
        f"from={header('Kari <sip:+4790000003@example.test>;tag=1')}",
        f"pai={header('<sip:+4790000003@example.test>')} {header('<tel:+4790000003>')}",
        f"privacy={header('id')}",
        f"diversion={header(one)} {header(two)}",
        "history=",
    )
    assert setup == CallSetup(
        call_id="1700000000.1",
        dialled="+4747471000",
        endpoint="trunk",
        trunk=True,
        sender="Kari <sip:+4790000003@example.test>;tag=1",
        asserted=("<sip:+4790000003@example.test>", "<tel:+4790000003>"),
        privacy=("id",),
        diversion=(one, two),
        history_info=(),
    )


def test_nothing_is_needed_and_nothing_unknown_hurts() -> None:
    setup = handed_over("earlier=thing", "agi", "trunk=0", "later=thing", agi_extension="+4747471000")
    assert setup == CallSetup(call_id="1700000000.1", dialled="+4747471000")
    assert call_setup({}) == CallSetup(call_id="", dialled="")


@pytest.mark.parametrize("trunk", ["0", "", "yes", "11", "true"])
def test_only_one_is_the_trunk(trunk: str) -> None:
    assert not handed_over(f"trunk={trunk}").trunk


def test_the_first_of_two_arguments_with_one_name_counts() -> None:
    assert not handed_over("trunk=0", "trunk=1").trunk


def test_a_value_cut_short_loses_its_last_letters_only() -> None:
    whole = header("<sip:+4790000001@example.test>;reason=no-answer")
    for length in range(len(whole)):
        (*found,) = handed_over(f"diversion={whole[:length]}").diversion
        assert "".join(found) == "<sip:+4790000001@example.test>;reason=no-answer"[: length * 3 // 4]


def test_what_is_no_base64_is_left_out_and_the_rest_stands() -> None:
    assert handed_over(f"diversion=%%% {header('<tel:+4790000001>')} åå").diversion == ("<tel:+4790000001>",)


def test_a_number_of_a_hundred_thousand_characters_and_line_ends_in_it() -> None:
    hostile = header("a\r\nb: c\0d")
    setup = handed_over(f"from={header('+47' + '9' * 100_000)}", f"pai={hostile}")
    assert len(setup.sender) == MAX_VALUE
    assert setup.asserted == ("a  b: c d",)


def test_a_header_a_thousand_times_over() -> None:
    assert len(handed_over("diversion=" + " ".join([header("x")] * 1000)).diversion) == MAX_INSTANCES


@given(
    st.lists(
        st.tuples(st.sampled_from((*variables.ARGUMENTS, *variables.OTHER_ARGUMENTS)), st.text(max_size=60)),
        max_size=10,
    )
)
def test_whatever_comes_it_is_a_setup_of_single_lines(arguments: list[tuple[str, str]]) -> None:
    setup = handed_over(*(f"{name}={value}" for name, value in arguments))
    said = [setup.dialled, setup.endpoint, setup.sender, *setup.asserted, *setup.privacy, *setup.diversion]
    assert not any(ord(letter) < 32 for value in (*said, *setup.history_info) for letter in value)


@given(st.lists(st.text(st.characters(min_codepoint=33, exclude_categories=["Cs"]), min_size=1), max_size=5))
def test_headers_come_through_as_they_were(values: list[str]) -> None:
    plain = [value.strip() for value in values if "\x7f" not in value and value.strip()]
    assert handed_over("history=" + " ".join(map(header, plain))).history_info == tuple(plain)
