"""What the test phone says: silence, speech of a given level, and the sweep whose pitch tells the second."""

from __future__ import annotations

import subprocess
from functools import cache

import numpy as np
import numpy.typing as npt

from tests.real.g711 import RATE, Samples, encode

SWEEP_START_HZ = 400.0
SWEEP_HZ_A_SECOND = 50.0
SWEEP_LONGEST_SECONDS = 68.0
"""Above it the pitch would pass what the line carries (half of 8,000 Hz)."""


def silence(seconds: float) -> bytes:
    return b"\xd5" * round(seconds * RATE)


def sweep(seconds: float, *, start_seconds: float = 0.0, dbfs: float = -26.0) -> bytes:
    """A tone that rises by 50 Hz a second from 400 Hz: what is heard of it tells where one is in it."""
    t = start_seconds + np.arange(round(seconds * RATE)) / RATE
    phase = 2 * np.pi * (SWEEP_START_HZ * t + SWEEP_HZ_A_SECOND / 2 * t * t)
    return encode(np.sin(phase) * (2**0.5 * _amplitude(dbfs)))


def hiss(seconds: float, *, dbfs: float) -> bytes:
    """White noise of one level: a line on which nobody speaks."""
    noise = np.random.default_rng(seed=1).standard_normal(round(seconds * RATE))
    return encode(noise * _amplitude(dbfs))


def speech(seconds: float, *, dbfs: float = -25.0) -> bytes:
    """Somebody talking all the time, at `dbfs` (root mean square over the whole)."""
    said = _talk().astype(np.float64)
    repeated = np.resize(said, round(seconds * RATE))
    return encode(repeated * (_amplitude(dbfs) / max(level(repeated), 1.0)))


def level(samples: npt.NDArray[np.float64] | Samples) -> float:
    """Root mean square, in units of a 16-bit sample."""
    return float(np.sqrt(np.mean(np.square(samples.astype(np.float64))))) if len(samples) else 0.0


def dbfs_of(samples: npt.NDArray[np.float64] | Samples) -> float:
    return 20 * float(np.log10(max(level(samples), 1e-3) / 32768))


def _amplitude(dbfs: float) -> float:
    return float(32768 * 10 ** (dbfs / 20))


@cache
def _talk() -> Samples:
    """A sentence from espeak-ng, without its silences, at the line's rate."""
    words = "Hei, dette er en lang beskjed om ingenting, og jeg bare snakker og snakker uten å stoppe opp"
    spoken = subprocess.run(["espeak-ng", "-v", "nb", "--stdout", words], check=True, capture_output=True)
    line = ["sox", "-t", "wav", "-", "-t", "raw", "-r", "8000", "-e", "signed", "-b", "16", "-c", "1", "-"]
    # silence out: gaps over 0.1 s below 1 % would make a pause of a repeated sentence
    trim = ["silence", "-l", "1", "0.05", "1%", "-1", "0.1", "1%"]
    raw = subprocess.run([*line, *trim], input=spoken.stdout, check=True, capture_output=True).stdout
    return np.frombuffer(raw, dtype=np.int16)
