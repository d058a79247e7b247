"""The silence a recording ends with, as the switch tells it."""

from __future__ import annotations

from pathlib import Path

import pytest

from personsvar.telephony.agi.tail import silent_seconds
from personsvar.voice.alaw import linear
from tests.real import signals

WORD = signals.sweep(1)


@pytest.mark.parametrize("pause", [0.0, 0.02, 4.0, 9.98])
def test_the_pause_behind_the_last_word_is_told(tmp_path: Path, pause: float) -> None:
    sound = tmp_path / "take.sln"
    sound.write_bytes(linear(WORD + signals.silence(pause)))
    assert silent_seconds(sound, at_most=10) == pytest.approx(pause, abs=0.021)


@pytest.mark.parametrize(("dbfs", "is_silence"), [(-58.0, False), (-50.0, False), (-70.0, True)])
def test_quiet_speech_is_no_silence_and_a_hissing_line_is(
    tmp_path: Path, dbfs: float, *, is_silence: bool
) -> None:
    sound = tmp_path / "take.sln"
    said = signals.hiss(4, dbfs=dbfs) if is_silence else signals.sweep(4, dbfs=dbfs)
    sound.write_bytes(linear(WORD + said))
    assert silent_seconds(sound, at_most=10) == pytest.approx(4.0 if is_silence else 0.0, abs=0.05)


def test_a_file_of_nothing_but_silence_and_one_that_is_not_there(tmp_path: Path) -> None:
    sound = tmp_path / "take.sln"
    sound.write_bytes(linear(signals.silence(12)))
    assert silent_seconds(sound, at_most=10) == 10
    sound.write_bytes(b"")
    assert silent_seconds(sound, at_most=10) == 0
    assert silent_seconds(tmp_path / "gone.sln", at_most=10) == 0
