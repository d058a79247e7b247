from __future__ import annotations

import pytest

from personsvar.http.ranges import UnsatisfiableRangeError, asked_range


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-1", range(2)),
        ("bytes=0-", range(100)),
        ("bytes=10-19", range(10, 20)),
        ("bytes=90-500", range(90, 100)),
        ("bytes=-10", range(90, 100)),
        ("bytes=-500", range(100)),
        ("bytes=99-99", range(99, 100)),
        (None, None),
        ("", None),
        ("bytes=-", None),
        ("bytes=5-2", None),
        ("bytes=0-1,5-6", None),
        ("chapters=1-2", None),
        ("bytes=x-", None),
    ],
)
def test_a_player_gets_the_part_it_asks_for(header: str | None, part: range | None) -> None:
    assert asked_range(header, 100) == part


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=500-600", "bytes=-0"])
def test_behind_the_end_there_is_nothing(header: str) -> None:
    with pytest.raises(UnsatisfiableRangeError):
        asked_range(header, 100)
