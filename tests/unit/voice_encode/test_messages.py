"""A recording as MP3 and AMR, decoded again: the same pitch, the same length, as loud as the next one."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from personsvar.gateways.mms import rates
from personsvar.voice.encode.ffmpeg import EncodingError, why_no_amr
from personsvar.voice.encode.level import CEILING_DBFS, MOST_GAIN_DB
from personsvar.voice.encode.loudness import TARGET_LUFS, evened, loudness
from personsvar.voice.encode.transcoding import amr, m4a, mp3
from tests.tape import RATE, Samples, decoded, peak, pitch, seconds, silence, tone
from tests.unit.voice_encode.stand_ins import BROKEN, WITHOUT_AMR, ffmpeg_is


def test_an_mp3_sounds_as_it_was_recorded() -> None:
    heard = decoded(mp3(tone(5, hertz=700)), "mp3")
    assert seconds(heard) == pytest.approx(5, abs=0.15)
    assert pitch(heard) == pytest.approx(700, abs=5)


def test_an_m4a_sounds_as_it_was_recorded_and_tells_its_length_first() -> None:
    made = m4a(tone(5, hertz=700))
    assert made[4:8] == b"ftyp"
    assert made.index(b"moov") < made.index(b"mdat")
    assert len(made) < 40_000
    heard = decoded(made, "mov")
    assert seconds(heard) == pytest.approx(5, abs=0.15)
    assert pitch(heard) == pytest.approx(700, abs=5)
    assert m4a(tone(5, hertz=700)) == made


def test_an_mp3_is_four_kilobytes_a_second() -> None:
    assert len(mp3(tone(10))) == pytest.approx(40_000, rel=0.05)


@pytest.mark.parametrize("bit_rate", rates.FRAME_BYTES)
def test_amr_at_every_rate_sounds_as_it_was_recorded_and_is_as_large_as_foretold(bit_rate: int) -> None:
    recording = tone(3, hertz=500)
    made = amr(recording, bit_rate)
    assert made.startswith(rates.HEADER)
    foretold = rates.size(len(recording), bit_rate)
    assert foretold - rates.FRAME_BYTES[bit_rate] <= len(made) <= foretold
    heard = decoded(made, "amr")
    assert seconds(heard) == pytest.approx(3, abs=0.06)
    assert pitch(heard) == pytest.approx(500, abs=5)


@pytest.mark.parametrize("loud", [0.01, 0.1, 0.9])
def test_whispered_and_shouted_come_out_alike(loud: float) -> None:
    heard = decoded(mp3(tone(4, peak=loud)), "mp3")
    assert loudness(heard, RATE) == pytest.approx(TARGET_LUFS, abs=1)


def test_peaks_stay_under_the_ceiling() -> None:
    speech = noise(4)
    speech[RATE] = 1.0
    assert peak(evened(speech, RATE)) <= 10 ** (CEILING_DBFS / 20) + 1e-9


def test_next_to_nothing_is_lifted_by_thirty_decibels_and_no_more() -> None:
    faint = noise(2) * 0.01
    before = loudness(faint, RATE)
    assert TARGET_LUFS - before > MOST_GAIN_DB
    assert loudness(evened(faint, RATE), RATE) == pytest.approx(before + MOST_GAIN_DB, abs=0.1)


@pytest.mark.parametrize("length", [1, 80, round(0.399 * RATE)])
def test_what_is_shorter_than_a_block_is_evened_too(length: int) -> None:
    assert peak(decoded(amr(tone(0.3999)[:length], 12200), "amr")) < 1
    speech = noise(1)[:length]
    assert evened(speech, RATE).size == length


def test_silence_stays_silence() -> None:
    assert loudness(np.zeros(RATE), RATE) == -math.inf
    assert not evened(np.zeros(RATE), RATE).any()
    assert peak(decoded(mp3(silence(2)), "mp3")) < 0.001


def test_the_same_recording_gives_the_same_bytes() -> None:
    assert mp3(tone(1)) == mp3(tone(1))


def test_an_empty_recording_is_none() -> None:
    with pytest.raises(EncodingError, match="empty"):
        mp3(b"")


def test_a_failing_ffmpeg_says_why_and_leaves_no_recording_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ffmpeg_is(BROKEN, tmp_path, monkeypatch)
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    with pytest.raises(EncodingError, match="Invalid data found"):
        amr(tone(1), 12200)
    assert list((tmp_path / "tmp").iterdir()) == []


def test_this_machine_has_the_amr_encoder() -> None:
    assert why_no_amr() is None


def test_what_to_install_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ffmpeg_is(WITHOUT_AMR, tmp_path, monkeypatch)
    assert why_no_amr() == "ffmpeg has no AMR encoder (libopencore_amrnb): apt install libavcodec-extra"
    monkeypatch.setenv("PATH", str(tmp_path / "nowhere"))
    assert why_no_amr() == "ffmpeg is not installed: apt install ffmpeg"


def noise(length: float) -> Samples:
    return np.asarray(np.random.default_rng(7).normal(0, 0.05, round(length * RATE)))
