"""A recording in pieces: none too long, none lost, cut where it is quiet."""

from __future__ import annotations

import numpy as np
import pytest

from personsvar.gateways.transcripts.sound_pieces import MOST_SECONDS, as_model_hears, pieces_of
from personsvar.voice.alaw import decode
from tests.unit.voice_play.line import RATE, alaw, at, hiss, silence, tones


@pytest.mark.parametrize("seconds", [0, 0.1, 24.9, 25, 25.01, 180])
def test_nothing_is_lost_or_heard_twice_and_no_piece_is_too_long(seconds: float) -> None:
    sound = alaw(at(-20, hiss(seconds))) if seconds else b""
    pieces = list(pieces_of(sound))
    assert b"".join(piece for _, piece in pieces) == sound
    ends = 0
    for begins, piece in pieces:
        assert begins == ends / RATE
        ends += len(piece)
        assert 0 < len(piece) <= MOST_SECONDS * RATE


def test_a_long_one_is_cut_in_its_pause() -> None:
    said = at(-20, hiss(20))
    sound = alaw(np.concatenate([said, silence(0.5), said]))
    (_, first), (begins, _) = pieces_of(sound)
    assert 20 < begins < 20.5
    assert len(first) == begins * RATE


def test_the_model_hears_twice_the_samples_and_none_is_louder() -> None:
    sound = alaw(at(-20, tones(1, 425)))
    heard = as_model_hears(sound)
    assert heard.dtype == np.float32
    assert len(heard) == 2 * len(sound)
    assert np.array_equal(heard[::2], decode(sound).astype(np.float32) / 32768)
    assert np.abs(heard).max() <= 1
