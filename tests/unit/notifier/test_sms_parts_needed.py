"""How many SMS a text takes, by the tables of 3GPP TS 23.038: as those see it who send it."""

from __future__ import annotations

import pytest

from personsvar.gateways.sms.alphabet import Coding, coding_of
from personsvar.notifier.words.sms_parts_needed import is_gsm, parts_needed


def test_the_alphabet_is_the_gateways() -> None:
    for letter in map(chr, range(0x2FFF)):
        assert is_gsm(letter) == (coding_of(letter) is Coding.GSM7), hex(ord(letter))


@pytest.mark.parametrize(
    ("text", "parts"),
    [("", 1), ("a" * 160, 1), ("a" * 161, 2), ("€" * 80, 1), ("€" * 81, 2), ("a" * 307, 3), ("ł" * 70, 1),
     ("ł" * 71, 2), ("\U0001f600" * 35, 1), ("\U0001f600" * 36, 2)],
)  # fmt: skip
def test_so_many_parts_are_needed(text: str, parts: int) -> None:
    assert parts_needed(text) == parts
