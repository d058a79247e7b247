"""Calling the caller back (section 6): to whom, how often, and what is charged."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime

import phonenumbers
import pytest
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from personsvar.mailbox.call_back import EEA, CallBackRefusal, begin_call_back, end_call_back, may_call_back
from personsvar.mailbox.errors import UnknownSubscriberError
from personsvar.mailbox.model.ids import CallBackId, Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.rules import Rules
from tests.unit.mailbox.use_cases import KARI, STRANGER, UseCases

SUBSCRIBER = Subscriber(KARI)
RULES = Rules()


def refusal(
    number: str | None, rules: Rules = RULES, *, from_elsewhere: bool = False
) -> CallBackRefusal | None:
    called = None if number is None else Number(number)
    return may_call_back(SUBSCRIBER, called, rules, from_elsewhere=from_elsewhere)


TABLE = [
    ("a mobile", "+4790000009", None),
    ("a fixed line", "+4722000000", None),
    ("a Swedish mobile", "+46701234567", None),
    ("Svalbard", "+4779021234", None),
    ("Åland", "+35818123456", None),
    ("withheld", None, CallBackRefusal.WITHHELD),
    ("premium", "+4782000000", CallBackRefusal.NOT_ALLOWED),
    ("shared cost", "+4781021234", CallBackRefusal.NOT_ALLOWED),
    ("free", "+4780021234", CallBackRefusal.NOT_ALLOWED),
    ("five digits", "+4702800", CallBackRefusal.NOT_ALLOWED),
    ("an emergency number", "+47112", CallBackRefusal.NOT_ALLOWED),
    ("a number of no series", "+4712345678", CallBackRefusal.NOT_ALLOWED),
    ("a Norwegian machine", "+47580009083060", CallBackRefusal.NOT_ALLOWED),
    ("a country there is none of", "+999999999999", CallBackRefusal.NOT_ALLOWED),
    ("Britain", "+442071234567", CallBackRefusal.NOT_ALLOWED),
    ("the United States", "+12015550123", CallBackRefusal.NOT_ALLOWED),
    ("a satellite", "+8823412345678", CallBackRefusal.NOT_ALLOWED),
    ("the access number", RULES.access_number, CallBackRefusal.NOT_ALLOWED),
    ("the mailbox itself", KARI, CallBackRefusal.NOT_ALLOWED),
]


@pytest.mark.parametrize(("number", "why_not"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_who_may_be_called_back(number: str | None, why_not: CallBackRefusal | None) -> None:
    assert refusal(number) is why_not


def examples(kind: int) -> list[tuple[str | None, Number]]:
    """One number of that kind for each region of the world, with the country it is in."""
    regions = phonenumbers.SUPPORTED_REGIONS
    found = [phonenumbers.example_number_for_type(region, kind) for region in regions]
    return [
        (phonenumbers.region_code_for_number(parsed), number)
        for parsed in found
        if parsed is not None and phonenumbers.number_type(parsed) == kind
        for number in [Number(phonenumbers.format_number(parsed, PhoneNumberFormat.E164))]
    ]


@pytest.mark.parametrize("kind", [PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE])
def test_ordinary_numbers_of_the_whole_world(kind: int) -> None:
    refused = {region for region, number in examples(kind) if refusal(number) is not None}
    allowed = {region for region, number in examples(kind) if refusal(number) is None}
    assert allowed == {region for region in allowed | refused if region in EEA}
    assert len(allowed) > 25


@pytest.mark.parametrize(
    "kind",
    [
        PhoneNumberType.PREMIUM_RATE,
        PhoneNumberType.SHARED_COST,
        PhoneNumberType.TOLL_FREE,
        PhoneNumberType.PAGER,
        PhoneNumberType.UAN,
        PhoneNumberType.VOICEMAIL,
        PhoneNumberType.PERSONAL_NUMBER,
    ],
)
def test_no_number_at_a_special_price_anywhere(kind: int) -> None:
    numbers = examples(kind)
    assert numbers
    assert [number for _, number in numbers if refusal(number) is None] == []


def test_the_operator_may_set_the_countries() -> None:
    rules = dataclasses.replace(RULES, call_back_regions=("NO", "GB"))
    assert refusal("+442071234567", rules) is None
    assert refusal("+46701234567", rules) is CallBackRefusal.NOT_ALLOWED


def test_after_a_log_in_from_elsewhere_only_if_allowed() -> None:
    assert refusal(STRANGER, from_elsewhere=True) is CallBackRefusal.FROM_ELSEWHERE
    allowed = dataclasses.replace(SUBSCRIBER, call_back_from_elsewhere=True)
    assert may_call_back(allowed, STRANGER, RULES, from_elsewhere=True) is None


# ---- dialled and charged ---------------------------------------------------------------------------------


def dial(app: UseCases, number: Number | None = STRANGER) -> CallBackId:
    call_back = begin_call_back(app.services, KARI, number, from_elsewhere=False)
    assert not isinstance(call_back, CallBackRefusal)
    return call_back


def charges(app: UseCases) -> list[tuple[Number, Number, int]]:
    with app.store.look() as uow:
        return [(charge.mailbox, charge.called, charge.price_ore) for charge in uow.call_backs.charges()]


def test_an_answered_call_back_is_charged(app: UseCases) -> None:
    app.add(SUBSCRIBER)
    end_call_back(app.services, dial(app), answered=False)
    assert charges(app) == []
    end_call_back(app.services, dial(app), answered=True)
    assert charges(app) == [(KARI, STRANGER, 300)]


def test_twenty_a_day_answered_or_not(app: UseCases) -> None:
    app.add(SUBSCRIBER)
    app.clock.time = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    for _ in range(20):
        dial(app)
    assert begin_call_back(app.services, KARI, STRANGER, from_elsewhere=False) is CallBackRefusal.TOO_MANY
    app.clock.time = datetime(2026, 7, 1, 22, 0, tzinfo=UTC)  # midnight in Oslo
    dial(app)


def test_the_rules_hold_when_it_is_dialled_too(app: UseCases) -> None:
    app.add(SUBSCRIBER)
    assert begin_call_back(app.services, KARI, None, from_elsewhere=False) is CallBackRefusal.WITHHELD
    assert (
        begin_call_back(app.services, KARI, STRANGER, from_elsewhere=True) is CallBackRefusal.FROM_ELSEWHERE
    )
    assert (
        begin_call_back(app.services, KARI, Number("+4782000000"), from_elsewhere=False)
        is CallBackRefusal.NOT_ALLOWED
    )
    with pytest.raises(UnknownSubscriberError):
        begin_call_back(app.services, Number("+4790000099"), STRANGER, from_elsewhere=False)
    assert app.store.tables.call_backs == {}
