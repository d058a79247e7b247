"""From what a synthesiser read to a prompt: one channel, levelled, no silence in it but what is meant.

A prompt begins at once: the gap after a key is heard. Pauses inside are as short as a brisk speaker's. How
long it rings out depends on what its text ends with: a part with more to come joins the next one as words
join in speech, a sentence leaves a breath.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from pydub import AudioSegment

from personsvar.voice.encode.level import Samples, levelled

QUIET_DBFS = -48.0
"""After levelling: 29 dB under speech. A soft f or h is still above it."""
BEFORE_MS = 4
FADE_MS = 4
TAIL_MS = {".": 100, "!": 100, "?": 100, ",": 80}
JOINING_TAIL_MS = 20
LONGEST_PAUSE_MS = 180

_FRAME_MS = 4


def shaped(speech: AudioSegment, text: str) -> AudioSegment:
    """The prompt as it is heard; an empty segment when nothing was said."""
    loud = _levelled(speech.set_channels(1).set_sample_width(2))
    spans = list(_spans(_quiet_frames(loud)))
    prompt = loud[:0]
    for pause_ms, start_ms, end_ms in spans:
        spoken = loud[max(0, start_ms - BEFORE_MS) : min(len(loud), end_ms + FADE_MS)]
        gap = min(pause_ms, LONGEST_PAUSE_MS) if len(prompt) else 0
        prompt += _silence(gap, loud.frame_rate) + spoken.fade_in(FADE_MS).fade_out(FADE_MS)
    return prompt + _silence(tail_ms(text), loud.frame_rate) if spans else prompt


def tail_ms(text: str) -> int:
    """The silence after a text: a breath after a sentence, hardly any inside one."""
    return TAIL_MS.get(text[-1:], JOINING_TAIL_MS)


def samples_of(segment: AudioSegment) -> Samples:
    return np.frombuffer(segment.raw_data, dtype=np.int16).astype(np.float64) / 2**15


def _quiet_frames(sound: AudioSegment) -> npt.NDArray[np.bool_]:
    """For each frame of 4 ms, whether nothing is said in it."""
    samples = samples_of(sound)
    length = sound.frame_rate * _FRAME_MS / 1000
    starts = np.arange(0, samples.size, length).astype(int)
    powers = np.add.reduceat(samples**2, starts) / length if samples.size else np.empty(0)
    return np.asarray(powers < 10 ** (QUIET_DBFS / 10))


def _spans(quiet: npt.NDArray[np.bool_]) -> Iterator[tuple[int, int, int]]:
    """What is said between pauses: the pause before it, its start and its end, in milliseconds.

    A quiet stretch as short as a pause that is kept anyway (a stop's closure) parts nothing.
    """
    said = np.flatnonzero(~quiet)
    if not said.size:
        return
    cuts = np.flatnonzero(np.diff(said) * _FRAME_MS > LONGEST_PAUSE_MS)
    starts, ends = said[np.append(0, cuts + 1)], said[np.append(cuts, said.size - 1)] + 1
    pauses = np.append(0, starts[1:] - ends[:-1])
    for pause, start, end in zip(pauses, starts, ends, strict=True):
        yield int(pause) * _FRAME_MS, int(start) * _FRAME_MS, int(end) * _FRAME_MS


def _levelled(speech: AudioSegment) -> AudioSegment:
    loud = levelled(samples_of(speech), speech.frame_rate)
    whole = np.round(loud * (2**15 - 1)).astype(np.int16)
    return speech._spawn(whole.tobytes())  # noqa: SLF001 - pydub's own way to replace the samples


def _silence(milliseconds: int, rate: int) -> AudioSegment:
    return AudioSegment.silent(milliseconds, frame_rate=rate)
