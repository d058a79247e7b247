"""Recordings whose pitch is known, and hearing again what became of them (ffmpeg decodes)."""

from __future__ import annotations

import subprocess
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from tests.real import g711

Samples: TypeAlias = npt.NDArray[np.float64]
RATE = 8000


def tone(seconds: float, *, hertz: float = 440, peak: float = 0.25) -> bytes:
    """A-law."""
    times = np.arange(round(seconds * RATE)) / RATE
    return g711.encode(np.asarray(peak * 2**15 * np.sin(2 * np.pi * hertz * times)))


def silence(seconds: float) -> bytes:
    return g711.SILENCE * round(seconds * RATE)


def decoded(sound: bytes, form: str) -> Samples:
    """Of `mp3`, `amr` or `wav`; 8,000 samples a second, full scale 1."""
    command = ["ffmpeg", "-v", "error", "-f", form, "-i", "pipe:0", "-f", "s16le", "-ar", "8000", "-"]
    ended = subprocess.run(command, input=sound, capture_output=True, check=True)
    return np.frombuffer(ended.stdout, dtype=np.int16).astype(np.float64) / 2**15


def seconds(samples: Samples) -> float:
    return samples.size / RATE


def pitch(samples: Samples) -> float:
    """The loudest frequency."""
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(samples.size)))
    return float(np.fft.rfftfreq(samples.size, 1 / RATE)[spectrum.argmax()])


def peak(samples: Samples) -> float:
    return float(np.abs(samples).max())
