"""What a caller heard, judged: which prompt, how loud, at what pitch, and when.

A prompt in the line's own codec reaches the phone bit for bit, so it is found by its bytes. Times are
seconds since the call was answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tests.real.g711 import RATE, SILENCE, Samples, decode
from tests.real.line import Frame
from tests.real.rtp import FRAME
from tests.real.signals import SWEEP_HZ_A_SECOND, SWEEP_START_HZ, dbfs_of

PROBE = 1600
"""So many bytes (0.2 s) of a prompt tell it from all others, once its own silence in front is skipped."""
LOUD_DBFS = -55.0
"""Quieter than this is silence."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """A prompt that was heard, from when on, and how much of it."""

    at: float
    prompt: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Segment:
    start: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.start


class PromptSounds:
    """The sounds of a folder (`prompts/sounds/nb`), by prompt, as bytes of one codec."""

    def __init__(self, folder: Path, suffix: str = ".alaw") -> None:
        self.sounds = {path.stem: path.read_bytes() for path in sorted(folder.glob(f"*{suffix}"))}

    def probe(self, prompt: str) -> tuple[int, bytes]:
        """Where in the prompt its first sound is, and the bytes from there that are looked for."""
        sound = self.sounds[prompt]
        start = len(sound) - len(sound.lstrip(SILENCE + b"\x55\xd4\x54"))
        return start, sound[start : start + PROBE]


class Heard:
    """All frames of a call, in the order they came."""

    def __init__(self, frames: Sequence[Frame], answered_at: float) -> None:
        self._frames = list(frames)
        self._times = np.array([frame.at - answered_at for frame in self._frames])
        self._starts = np.cumsum([0, *(len(frame.payload) for frame in self._frames)])
        self.bytes = b"".join(frame.payload for frame in self._frames)

    def time_of(self, index: int) -> float:
        """When the byte at `index` was heard."""
        if not self._frames:
            return 0.0
        frame = int(np.searchsorted(self._starts, index, side="right")) - 1
        frame = min(max(frame, 0), len(self._frames) - 1)
        return float(self._times[frame]) + (index - int(self._starts[frame])) / RATE

    def index_at(self, second: float) -> int:
        """The first byte that came at or after that second."""
        return int(self._starts[np.searchsorted(self._times, second, side="left")])

    def find(self, prompts: PromptSounds, prompt: str, *, after: float = 0.0) -> float | None:
        """When `prompt` began, at or after a second; None when it was not heard."""
        offset, probe = prompts.probe(prompt)
        found = self.bytes.find(probe, self.index_at(after)) if probe else -1
        return None if found < 0 else self.time_of(found - offset)

    def prompts(self, prompts: PromptSounds) -> list[Hearing]:
        """Every prompt that was heard, in order; of several that begin alike the one that fits longest."""
        best: dict[int, Hearing] = {}
        for prompt, sound in prompts.sounds.items():
            offset, probe = prompts.probe(prompt)
            found = self.bytes.find(probe) if probe else -1
            while found >= 0:
                start = found - offset
                seconds = self._same(start, sound) / RATE
                if start not in best or best[start].seconds < seconds:
                    best[start] = Hearing(self.time_of(start), prompt, seconds)
                found = self.bytes.find(probe, found + 1)
        return [best[start] for start in sorted(best)]

    def _same(self, start: int, sound: bytes) -> int:
        """How many bytes of `sound` were heard from `start` on."""
        heard = self.bytes[max(start, 0) : max(start, 0) + len(sound)]
        pairs = enumerate(zip(heard, sound, strict=False))
        return next((index for index, (ours, theirs) in pairs if ours != theirs), min(len(heard), len(sound)))

    def places(self, prompts: PromptSounds, prompt: str) -> list[float]:
        """Where in all that was heard `prompt` begins, each time: seconds of sound, whatever a clock says."""
        offset, probe = prompts.probe(prompt)
        found, at = [], self.bytes.find(probe)
        while at >= 0:
            found.append((at - offset) / RATE)
            at = self.bytes.find(probe, at + len(probe))
        return found

    def samples(self, start: float = 0.0, end: float = 1e9) -> Samples:
        return decode(self.bytes[self.index_at(start) : self.index_at(end)])

    def first_sound(self, *, after: float, dbfs: float = LOUD_DBFS) -> float | None:
        """When the first frame came, after a second, that is no silence."""
        for second, frame in zip(self._times, self._frames, strict=True):
            if second >= after and dbfs_of(decode(frame.payload)) > dbfs:
                return float(second)
        return None

    def sounds(self, *, dbfs: float = LOUD_DBFS, gap: float = 0.3) -> list[Segment]:
        """Where there was sound; pauses shorter than `gap` do not part it. No packet is silence too."""
        segments: list[Segment] = []
        for second, frame in zip(self._times, self._frames, strict=True):
            if dbfs_of(decode(frame.payload)) <= dbfs:
                continue
            end = float(second) + len(frame.payload) / RATE
            if segments and second - segments[-1].end <= gap:
                segments[-1] = Segment(segments[-1].start, end)
            else:
                segments.append(Segment(float(second), end))
        return segments

    def sweep_second(self, at: float, *, window: float = 0.1) -> float | None:
        """Which second of the sweep (see signals.sweep) is heard at `at`; None when it is no clear tone."""
        start = self.index_at(at)
        return sweep_second(decode(self.bytes[start : start + round(window * RATE)]))


def pitch(samples: Samples) -> tuple[float, float]:
    """The strongest frequency, and its share of all energy (0 to 1)."""
    if len(samples) < FRAME:
        return 0.0, 0.0
    size = 1 << 14  # zero-padded: 0.5 Hz steps
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)), size)) ** 2
    peak = int(np.argmax(power))
    near = power[max(0, peak - size // 200) : peak + size // 200].sum()
    return peak * RATE / size, float(near / max(power.sum(), 1e-9))


def sweep_second(samples: Samples) -> float | None:
    """The second of the sweep that `samples` begin at."""
    frequency, share = pitch(samples)
    if share < 0.8 or dbfs_of(samples) < LOUD_DBFS:
        return None
    return (frequency - SWEEP_START_HZ) / SWEEP_HZ_A_SECOND - len(samples) / RATE / 2
