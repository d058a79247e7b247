"""What the engine decodes of a piece: a window no longer than it takes, and no more of them than allowed."""

from __future__ import annotations

import numpy as np
import pytest

from personsvar.gateways.transcripts.engine_process import (
    BESIDE_THE_PIECE,
    LEAST_WINDOW,
    _CountedWindows,
    _EnoughWindowsError,
    _frames_for,
)
from personsvar.gateways.transcripts.sound_pieces import MOST_SECONDS
from tests.unit.voice_play.line import RATE

FILLED_UP = 3000
"""Frames, of a hundredth of a second each: 30 s."""


@pytest.mark.parametrize("seconds", [0, 0.1, 2, LEAST_WINDOW, 9.17, 9.175, MOST_SECONDS])
def test_a_window_holds_its_piece_and_is_not_filled_up_to_thirty_seconds(seconds: float) -> None:
    frames = _frames_for(bytes(round(seconds * RATE)))
    wanted = 100 * max(LEAST_WINDOW, seconds + BESIDE_THE_PIECE)
    assert wanted <= frames < wanted + 2
    assert frames % 2 == 0
    assert frames < FILLED_UP


def test_the_model_is_given_the_window_s_beginning_and_no_more_windows_than_are_left() -> None:
    given: list[np.ndarray] = []
    windows = _CountedWindows(given.append, left=2, frames=1018)
    features = np.arange(80 * FILLED_UP, dtype=np.float32).reshape(80, FILLED_UP)
    for _ in range(2):
        windows(features)
    with pytest.raises(_EnoughWindowsError):
        windows(features)
    assert len(given) == 2
    assert all(np.array_equal(it, features[:, :1018]) for it in given)
