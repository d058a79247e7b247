"""How much of a recording is missing in its file, by the time it took.

Asterisk's own count can't tell: it is where the file ends (`ast_tellstream`, res_agi.c), whatever was dropped
before. What it cuts off by itself is not missing: a key's sound, and the silence that ended the recording.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from personsvar.dialogue.call import Recorded, RecordEnd
from personsvar.g711 import SAMPLE_RATE

KEY_SECONDS = 0.2
KEPT_SILENCE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class RecordingClock:
    now: Callable[[], float]
    began: float
    """When the command was sent."""
    tone_seconds: float
    """So long the tone is that the command begins with, and that is not recorded."""

    def measured(self, how: Recorded, *, silence_seconds: int) -> Recorded:
        """It ended just now; `silence_seconds` would have ended it."""
        if how.end is RecordEnd.FAILED:
            return how
        cut = {RecordEnd.KEY: KEY_SECONDS, RecordEnd.SILENCE: silence_seconds - KEPT_SILENCE_SECONDS}
        whole = self.now() - self.began - self.tone_seconds - cut.get(how.end, 0.0)
        return replace(how, missing_seconds=max(round(whole - how.seconds, 3), 0.0))


def length_of_beep(folder: Path) -> float:
    """Seconds of the tone in there, which every installation has as A-law, too.

    Endless when it can't be read: then nothing is missing behind it, as far as anybody can tell.
    """
    try:
        return (folder / "beep.alaw").stat().st_size / SAMPLE_RATE
    except OSError:
        return math.inf
