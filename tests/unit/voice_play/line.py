"""Sounds as a telephone line gives them: speech by espeak-ng, noise and hum, at any level, as A-law."""

from __future__ import annotations

import subprocess
from functools import cache

import numpy as np
from numpy.typing import NDArray

from personsvar.voice.alaw import encode

RATE = 8000
Samples = NDArray[np.float64]

LONG = (
    "Hei, dette er Kari. Jeg ringer om møtet i morgen klokken ti. Kan du ringe meg tilbake når du har tid? "
    "Jeg er på kontoret til klokken fire, og etterpå kan du nå meg på mobilen. Ha en fin dag så lenge, hei."
)
SHORT = "Hei, ring meg."


@cache
def spoken(text: str, voice: str = "nb") -> Samples:
    """What espeak-ng says, at the line's rate."""
    wave = subprocess.run(
        ["espeak-ng", "-v", voice, "--stdout", text], check=True, capture_output=True
    ).stdout
    raw = subprocess.run(
        ["sox", "-t", "wav", "-", "-r", str(RATE), "-c", "1", "-b", "16", "-e", "signed", "-t", "raw", "-"],
        check=True,
        capture_output=True,
        input=wave,
    ).stdout
    return np.frombuffer(raw, dtype="<i2").astype(np.float64)


def seconds_of(seconds: float, samples: Samples) -> Samples:
    """Repeated or cut to that length."""
    return np.resize(samples, round(seconds * RATE))


def at(dbfs: float, samples: Samples) -> Samples:
    """Scaled to that mean level of full scale."""
    scale = 32768 * 10 ** (dbfs / 20) / float(np.sqrt((samples**2).mean()))
    return samples * scale


def hiss(seconds: float, *, seed: int = 1) -> Samples:
    return np.random.default_rng(seed).normal(size=round(seconds * RATE))


def rumble(seconds: float, *, seed: int = 1) -> Samples:
    """Noise that falls by 3 dB an octave, as a room's does."""
    spectrum = np.fft.rfft(hiss(seconds, seed=seed))
    return np.fft.irfft(spectrum / np.sqrt(np.maximum(np.arange(len(spectrum)), 1)), round(seconds * RATE))


def tones(seconds: float, *hertz: float) -> Samples:
    times = np.arange(round(seconds * RATE)) / RATE
    waves: Samples = np.sin(2 * np.pi * np.outer(hertz, times))
    added: Samples = waves.sum(axis=0)
    return added


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE))


def alaw(samples: Samples) -> bytes:
    codes = np.clip(np.rint(samples), -32768, 32767).astype(np.int64) + 32768
    return _codes()[codes].tobytes()


@cache
def _codes() -> NDArray[np.uint8]:
    return np.frombuffer(encode(np.arange(-32768, 32768).astype(np.int16)), dtype=np.uint8)
