"""Making a caller's message as loud as the next one: -16 LUFS (ITU-R BS.1770-4), as podcasts are.

Callers whisper in corridors and shout in the wind. Peaks are held under the ceiling by the limiter that
prompts have too. Prompts themselves are levelled otherwise (`level`): most are too short for this measure.
"""

from __future__ import annotations

import math

import numpy as np

from personsvar.voice.encode.level import MOST_GAIN_DB, Samples, limited

TARGET_LUFS = -16.0
_BLOCK_SECONDS = 0.4
"""BS.1770 looks at blocks of this length and can't tell the loudness of less."""


def loudness(samples: Samples, rate: int) -> float:
    """The loudness in LUFS; -inf for silence. Less than a block is measured as if it went on."""
    # scipy comes with it and takes a second to import: a worker's time, not the service's
    from pyloudnorm import Meter  # noqa: PLC0415

    block = math.ceil(_BLOCK_SECONDS * rate)
    return float(Meter(rate).integrated_loudness(np.resize(samples, max(samples.size, block))))


def evened(samples: Samples, rate: int) -> Samples:
    """The same speech at the target; silence stays silence, and a breath is not made a shout."""
    measured = loudness(samples, rate)
    if not math.isfinite(measured):
        return samples
    gain_db = min(TARGET_LUFS - measured, MOST_GAIN_DB)
    return limited(samples * 10 ** (gain_db / 20), rate)
