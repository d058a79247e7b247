"""What somebody types to find a subscriber is read as a number, a part of one, and words of a name."""

from __future__ import annotations

import pytest

from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.subscriber_search import SubscribersWanted
from personsvar.mailbox.subscriber_search import find_subscribers, wanted_by
from tests.unit.mailbox.use_cases import UseCases

OLA = Number("+4790000001")


@pytest.mark.parametrize(
    "typed", ["90000001", "900 00 001", "+4790000001", "004790000001", "tel:+47-900-00-001"]
)
def test_a_number_in_any_form_is_that_number(typed: str) -> None:
    assert wanted_by(typed, region="NO").number == OLA


@pytest.mark.parametrize(
    ("typed", "part"),
    [
        ("0001", "0001"),
        ("00 01", "0001"),
        ("0047", "0047"),
        ("000047900", "000047900"),
        ("+47 900", "+47900"),
        ("0047 900", "+47900"),
        ("(900) 00-0", "900000"),
        ("9", ""),
        ("٩٠٠", ""),
        ("ola", ""),
        ("1" * 40, ""),
    ],
)
def test_digits_are_a_part_of_a_number(typed: str, part: str) -> None:
    assert wanted_by(typed, region="NO").part == part


def test_all_of_it_is_words_of_a_name_in_small_letters() -> None:
    assert wanted_by("  Ola ØDEGÅRD ", region="NO") == SubscribersWanted(words=("ola", "ødegård"))
    assert wanted_by(" \t ", region="NO") == SubscribersWanted()


def test_the_whole_number_of_somebody_finds_nobody_else(app: UseCases) -> None:
    """Others may have it in theirs; to find them all there are would be looked at."""
    swede = Number("+46790000001")
    for number in (OLA, swede):
        app.add(Subscriber(number))

    def found(typed: str, after: Number | None = None) -> list[Number]:
        return [it.number for it in find_subscribers(app.services, typed, after=after, limit=9)]

    assert found("90000001") == [OLA]
    assert found("90000001", after=OLA) == []
    assert found("0000001") == [swede, OLA]
    app.store.tables.subscribers.pop(OLA)
    assert found("90000001") == [swede]
