"""Hearing a built sound: decoded by ffmpeg, as a telephone would decode it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np

from personsvar.voice.encode.level import Samples

RATES = {".alaw": 8000, ".g722": 16000}
_QUIET = 10 ** (-40 / 20)


def heard(file: Path) -> tuple[Samples, int]:
    """The samples, full scale 1, and their rate."""
    return decoded(file.read_bytes(), file.suffix), RATES[file.suffix]


def decoded(sound: bytes, suffix: str) -> Samples:
    form = ["-f", "alaw", "-ar", "8000"] if suffix == ".alaw" else ["-f", "g722"]
    command = ["ffmpeg", "-v", "error", *form, "-i", "pipe:0", "-f", "s16le", "-"]
    ended = subprocess.run(command, input=sound, capture_output=True, check=True)
    return np.frombuffer(ended.stdout, dtype=np.int16).astype(np.float64) / 2**15


def silence_before(file: Path) -> float:
    """Seconds until something is heard."""
    samples, rate = heard(file)
    return float(np.flatnonzero(np.abs(samples) > _QUIET)[0]) / rate


def silence_after(file: Path) -> float:
    samples, rate = heard(file)
    return float(samples.size - 1 - np.flatnonzero(np.abs(samples) > _QUIET)[-1]) / rate


def peak_dbfs(file: Path) -> float:
    samples, _ = heard(file)
    return float(20 * np.log10(np.abs(samples).max()))
