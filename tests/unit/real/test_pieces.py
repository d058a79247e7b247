"""The ear that tells which seconds of a sweep were heard."""

from __future__ import annotations

import pytest

from tests.real.pieces import Piece, pieces
from tests.real.signals import hiss, silence, speech, sweep


def near(begins: float, ends: float) -> object:
    return pytest.approx((begins, ends), abs=0.06)


def told(found: list[Piece]) -> list[tuple[float, float]]:
    return [(piece.begins, piece.ends) for piece in found]


def test_a_sweep_is_one_piece() -> None:
    assert told(pieces(sweep(20))) == [near(0, 20)]


@pytest.mark.parametrize("landed", [0.0, 1.0, 4.6, 11.0, 13.0, 40.0])
def test_a_jump_parts_it_in_two(landed: float) -> None:
    heard = sweep(2, start_seconds=3) + sweep(1, start_seconds=landed)
    assert told(pieces(heard)) == [near(3, 5), near(landed, landed + 1)]


def test_so_does_a_break_after_which_it_goes_on() -> None:
    heard = silence(1) + sweep(2) + silence(0.3) + sweep(1, start_seconds=2) + speech(1)
    assert told(pieces(heard)) == [near(0, 2), near(2, 3)]


def test_what_does_not_begin_at_a_window_s_edge_is_heard_too() -> None:
    assert told(pieces(silence(0.507) + sweep(1.5, start_seconds=7))) == [near(7, 8.5)]


@pytest.mark.parametrize("sound", [b"", silence(3), hiss(3, dbfs=-20), silence(0.01)])
def test_what_is_no_sweep_has_no_pieces(sound: bytes) -> None:
    assert pieces(sound) == []


def test_speech_holds_none() -> None:
    """Some syllables are near a tone, but none stays where the sweep would go."""
    assert [piece for piece in pieces(speech(10)) if piece.seconds > 0.2] == []
