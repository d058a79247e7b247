"""What a name may be made of, and what is told of one that may not."""

from __future__ import annotations

import pytest

from personsvar.mailbox.name_letters import NameFault, NameFaultError, check_name

PERSIAN = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (FAMILY, FAMILY),
        (PERSIAN, PERSIAN),
        ("Kari\u00ad Nord\u00admann", "Kari Nordmann"),
        ("\u200f\u05d3\u05df\u200e", "\u05d3\u05df"),
        ("\ufeffPer\u200b", "Per"),
        ("\U0001fae8", "\U0001fae8"),
        ("\u00ad" * 50 + "x" * 100, "x" * 100),
        ("", ""),
        ("\u200d \u200c", ""),
    ],
)
def test_what_joins_is_kept_and_what_nobody_sees_is_left_out(given: str, kept: str) -> None:
    assert check_name(given) == kept


@pytest.mark.parametrize(
    ("given", "fault"),
    [("x" * 101, NameFault.LONG), ("a\x00b", NameFault.CONTROL), ("a\x1bb", NameFault.CONTROL),
     ("a\u2028b", NameFault.CONTROL), ("a\ufdd0", NameFault.UNKNOWN), ("a\ud800", NameFault.UNKNOWN),
     *((f"a{chr(turn)}b", NameFault.DIRECTION) for turn in (*range(0x202A, 0x202F), *range(0x2066, 0x206A)))],
)  # fmt: skip
def test_what_is_no_name_is_told_by_its_reason(given: str, fault: NameFault) -> None:
    with pytest.raises(NameFaultError) as refused:
        check_name(given)
    assert refused.value.fault is fault
    assert given not in str(refused.value)
