"""A greeting recorded with DTX: frames of nothing, and of comfort noise, are 20 ms each (RFC 4867, 5.3)."""

from __future__ import annotations

from pathlib import Path

import pytest

from personsvar.voice.encode.client_greeting import greeting
from personsvar.voice.encode.ffmpeg import AMR_DECODER, EncodingError, why_no_amr
from personsvar.vvm.imap.mime.amr import MAGIC, seconds
from tests.real.visual.recorded import amr

NO_DATA = bytes([0x7C])
SID = bytes([0x44, 0, 0, 0, 0, 0])
FRAME = 32
SPEECH = amr(2)[len(MAGIC) :]
FRAMES = [SPEECH[at : at + FRAME] for at in range(0, len(SPEECH), FRAME)]


@pytest.mark.parametrize(
    "sound",
    [
        SPEECH + (SID + NO_DATA * 7) * 20 + SPEECH,
        SPEECH + NO_DATA * 150 + SPEECH,
        b"".join(frame + NO_DATA for frame in FRAMES) + SPEECH,
        SPEECH,
    ],
    ids=["a pause", "frames of nothing", "between all frames", "no DTX"],
)
def test_pauses_are_as_long_as_they_were(sound: bytes) -> None:
    lasts = seconds(MAGIC + sound)
    assert lasts is not None
    assert len(greeting(MAGIC + sound, 60).alaw) / 8000 == pytest.approx(lasts, abs=0.1)


def test_an_ffmpeg_without_that_decoder_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "ffmpeg"
    program.write_text('#!/bin/sh\ncase "$*" in *-encoders*) echo libopencore_amrnb;; *) echo amrnb;; esac\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert why_no_amr() == f"ffmpeg has no AMR decoder ({AMR_DECODER}): apt install libavcodec-extra"


def test_frames_that_hold_nothing_are_no_greeting() -> None:
    with pytest.raises(EncodingError, match="nothing to hear"):
        greeting(b"#!AMR\n" + b"\xff" * 500, 60)
