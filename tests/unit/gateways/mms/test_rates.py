"""Which AMR rate a recording goes out at."""

from __future__ import annotations

import pytest

from personsvar.gateways.mms.rates import FRAME_BYTES, highest, lower, size

RATE = 8000
ROOM = 300 * 1024 - 3000
"""A 300 kB MMS, without its envelope and words."""


@pytest.mark.parametrize(
    ("bit_rate", "bytes_a_second"),
    [(4750, 652), (5900, 803), (6700, 903), (7400, 1003), (7950, 1053), (12200, 1605)],
)
def test_a_second_is_as_large_as_was_measured(bit_rate: int, bytes_a_second: int) -> None:
    assert size(60 * RATE, bit_rate) / 60 == pytest.approx(bytes_a_second, rel=0.004)


@pytest.mark.parametrize(
    ("seconds", "bit_rate"),
    [
        (1, 12200),
        (180, 12200),
        (189, 12200),
        (220, 10200),
        (250, 7950),
        (300, 7400),
        (450, 4750),
        (600, None),
    ],
)
def test_the_best_rate_that_fits_is_taken(seconds: int, bit_rate: int | None) -> None:
    assert highest(seconds * RATE, largest_bytes=ROOM) == bit_rate


@pytest.mark.parametrize("bit_rate", FRAME_BYTES)
def test_it_fits_to_the_byte(bit_rate: int) -> None:
    exact = size(60 * RATE, bit_rate)
    assert highest(60 * RATE, largest_bytes=exact) == bit_rate
    below = highest(60 * RATE, largest_bytes=exact - 1)
    assert below is None or below < bit_rate


@pytest.mark.parametrize(
    ("bit_rate", "then"),
    [(12200, 5900), (10200, 4750), (7950, 4750), (5900, 4750), (5150, 4750), (4750, None)],
)
def test_found_too_large_it_is_halved_and_then_as_small_as_can_be(bit_rate: int, then: int | None) -> None:
    assert lower(bit_rate) == then
