"""One reader of addresses: each form of the table, in each header it may stand in, and what holds for all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from personsvar.mailbox.arrival import (
    CallerArrives,
    CallSetup,
    OwnerArrives,
    arrive,
    asserted_number,
    shown_number,
    withheld,
)
from personsvar.mailbox.diversion import hops
from personsvar.mailbox.headers import parse_address
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.phone_numbers import normalise, number_of
from personsvar.mailbox.rules import Rules
from tests.unit.mailbox.address_forms import FORMS, KARI, NONE, WITHHELD

ACCESS = Rules().access_number
CALL = CallSetup("1753000000.1", "47471000", trunk=True)
IDS = [form[:80] or "nothing" for form, _ in FORMS]


def test_the_table_is_one_of_many_different_forms() -> None:
    assert len({form for form, _ in FORMS}) == len(FORMS) >= 200


@pytest.mark.parametrize(("form", "whose"), FORMS, ids=IDS)
def test_a_from(form: str, whose: str) -> None:
    setup = replace(CALL, sender=form)
    assert withheld(setup) == (whose == WITHHELD)
    assert shown_number(setup) == (None if whose in {NONE, WITHHELD} else whose)


@pytest.mark.parametrize(("form", "whose"), FORMS, ids=IDS)
def test_an_asserted_identity(form: str, whose: str) -> None:
    if whose != WITHHELD:
        assert asserted_number(replace(CALL, asserted=(form,))) == (None if whose == NONE else whose)


@pytest.mark.parametrize(("form", "whose"), FORMS, ids=IDS)
@pytest.mark.parametrize("header", ["Diversion", "History-Info"])
def test_a_diverter(header: str, form: str, whose: str) -> None:
    told = (f"{form};cause=486;index=1",)
    diversion, history_info = (told, ()) if header == "Diversion" else ((), told)
    found = hops(diversion=diversion, history_info=history_info, access_number=ACCESS, region="NO")
    if whose != WITHHELD:
        assert found in {(None,), ()} if whose == NONE else found == (whose,)


@pytest.mark.parametrize(("form", "whose"), FORMS, ids=IDS)
def test_a_request_uri(form: str, whose: str) -> None:
    """The same addresses as a switch prints them: nothing around them."""
    address = form.strip().removeprefix("<").partition(">")[0].strip()
    if form.count("<") == 1 and form.strip().startswith("<") and whose == KARI:
        setup = replace(CALL, request_uri=address)
        assert arrive(setup, Rules(), SERVED.get) == CallerArrives(Number(KARI), None)


SERVED = {Number(KARI): Subscriber(Number(KARI))}

# ---- what holds for all of them --------------------------------------------------------------------------

MOBILES = st.integers(min_value=0, max_value=9_999_999).map(lambda tail: f"9{tail:07}")
MACHINES = st.integers(min_value=0, max_value=9_999_999_999).map(lambda tail: f"58{tail:010}")
AT_HOME = st.one_of(MOBILES, MACHINES)
USERS = st.sampled_from(
    [
        "+47{0}",
        "{0}",
        "47{0}",
        "0047{0}",
        "%2B47{0}",
        "+47-{0}",
        "{0};phone-context=+47",
        "{0};phone-context=%2B47",
        "{0};phone-context=example.test",
        "+47{0};phone-context=+45",
    ]
)
USER_PARAMETERS = st.lists(
    st.sampled_from(["npdi", "rn=+4792000000", "isub=12", "ext=5", "cpc=ordinary", "verstat=x", "tgrp=9"]),
    max_size=3,
    unique=True,
).map(lambda given: "".join(f";{parameter}" for parameter in given))
PLACES = st.sampled_from(
    [
        "sip:{0}@example.test",
        "sips:{0}@10.0.0.1:5061",
        "sip:{0}:secret@[2001:db8::1]:5060",
        "tel:{0}",
        "sip:{0}@example.test;user=phone",
        "sip:{0}@example.test;transport=tcp;isub=47900?Reason=SIP%3Bcause%3D200",
    ]
)
LETTERS = st.characters(exclude_categories=["Cs"])
NAME = st.text(
    st.one_of(st.sampled_from('"\\<>()[]{}$,;:@?=+sipteluAnonymous4790000009 \t'), LETTERS), max_size=30
)


def quoted(name: str) -> str:
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def whose(header: str) -> Number | None:
    return asserted_number(replace(CALL, asserted=(header,)))


@given(AT_HOME, USERS, USER_PARAMETERS, PLACES)
def test_the_same_number_in_every_form_is_the_same_number(
    number: str, user: str, parameters: str, place: str
) -> None:
    address = place.format(user.format(number) + parameters)
    assert {normalise(address), whose(f"<{address}>"), whose(address)} == {f"+47{number}"}


@given(NAME, MOBILES)
def test_no_display_name_changes_the_number(name: str, number: str) -> None:
    assert whose(f"{quoted(name)} <sip:+47{number}@example.test>;x=1") == f"+47{number}"


@given(NAME.filter(lambda name: not set(name) & set(",>")), MOBILES)
def test_not_even_one_that_is_not_quoted_as_it_should_be(name: str, number: str) -> None:
    assert whose(f"{name} <sip:+47{number}@example.test>") == f"+47{number}"
    assert whose(f'"{name}" <sip:+47{number}@example.test>') == f"+47{number}"


TOKENS = st.text("abcdefghijklmnopqrstuvwxyz+.-0123456789", min_size=1, max_size=12)


@given(st.lists(st.tuples(TOKENS, TOKENS), max_size=4), MOBILES)
def test_no_parameter_changes_the_number(given_: list[tuple[str, str]], number: str) -> None:
    assume(all(name != "phone-context" for name, _ in given_))
    tail = "".join(f";{name}={value}" for name, value in given_)
    for address in (
        f"<sip:{number}{tail}@example.test>",
        f"<sip:{number}@example.test{tail}>",
        f"<sip:{number}@example.test>{tail}",
        f"<tel:{number}{tail}>",
    ):
        assert whose(address) == f"+47{number}"


FOREIGN = st.sampled_from(
    ["+45", "+46", "+1", "+4", "+441624", "+999", "45", "0045", "+", "%2B45", "", "x.y-"]
)


@given(FOREIGN, USER_PARAMETERS, st.sampled_from([KARI.removeprefix("+47"), "000001", "0090000001"]))
def test_no_form_makes_a_stranger_an_owner(context: str, parameters: str, digits: str) -> None:
    """The digits of a subscriber, local to somewhere else: nobody's mailbox opens."""
    for address in (
        f"<sip:{digits};phone-context={context}{parameters}@gw.example.test;user=phone>",
        f"<sip:{digits}{parameters};phone-context={context}@gw.example.test>",
        f"<tel:{digits}{parameters};phone-context={context}>",
        f"tel:{digits};phone-context={context}{parameters}",
    ):
        assert not isinstance(arrive(replace(CALL, asserted=(address,)), Rules(), SERVED.get), OwnerArrives)


@given(st.from_regex(r"\A[1-9][0-9]{6,14}\Z"))
def test_what_no_plan_knows_is_a_number_all_the_same(digits: str) -> None:
    number = normalise(f"sip:+{digits}@example.test")
    assert number is not None
    assert shown_number(replace(CALL, sender=f"<sip:+{digits}@example.test>")) == number
    assert normalise(number) == number


HOSTILE = st.text(alphabet='"\\<>,;=?&%:@()[] sipteláÅ0123456789+-phonecontext\r\n\x00', max_size=200)


@given(HOSTILE)
def test_whatever_stands_there_it_is_a_number_or_none(text: str) -> None:
    address = parse_address(text)
    number = None if address is None else number_of(address.uri)
    assert number is None or (number[0] == "+" and number[1:].isdecimal() and len(number) <= 16)
