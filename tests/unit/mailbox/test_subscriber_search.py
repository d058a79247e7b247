"""What somebody types to find a subscriber is read as a number, a part of one, and words of a name."""

from __future__ import annotations

import pytest

from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.ports.subscriber_search import SubscribersWanted
from personsvar.mailbox.subscriber_search import wanted_by

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
