"""The process that hears speech, `python -m …engine_process FOLDER PARENT NICE BYTES`: sound in, JSON out.

A decoder that hears no words it knows may go on for ever; so may one that is given what it was never meant
for. So it runs by itself, with bounds that the kernel keeps: of time for each recording, of memory, and no
file may grow. It ends with the process that began it, whatever becomes of that one.

It alone imports faster-whisper, and that only when it is asked for the first time. It knows no setting and no
secret, fetches nothing, and what was said goes nowhere but to who asked: standard error is closed.
"""

from __future__ import annotations

import ctypes
import json
import math
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from personsvar.g711 import SAMPLE_RATE
from personsvar.gateways.transcripts.sound_pieces import as_model_hears, pieces_of

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

LANGUAGES: Mapping[str, str] = {"nb": "no", "en": "en"}
"""Ours, as Whisper calls them."""
DECODING: Mapping[str, Any] = {
    "task": "transcribe",
    "beam_size": 2,
    "temperature": 0.0,
    "condition_on_previous_text": False,
    "no_repeat_ngram_size": 4,
    "repetition_penalty": 1.1,
    "max_new_tokens": 224,
    "vad_filter": True,
    "word_timestamps": True,
    "initial_prompt": None,
    "compression_ratio_threshold": None,
    "log_prob_threshold": None,
    "no_speech_threshold": None,
}
"""One pass over each window, with a bound on its tokens."""
SECONDS_A_WINDOW = 15
"""So many windows are decoded of a recording, or one of each piece. Who speaks clearly needs no second one of
a piece; a decoder that loops goes on from where it believes it is, for ever."""
FRAMES_A_SECOND = 100
LEAST_WINDOW, BESIDE_THE_PIECE = 5, 1
"""Seconds. A window is as long as its piece and a little more, not the 30 s that the model was taught with:
those would be silence for the most, and cost as much as speech does."""
_PR_SET_PDEATHSIG = 1


def main(folder: Path, parent: int, nice: int, memory_bytes: int) -> None:
    _end_with(parent)
    os.nice(nice)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))
    asked, told = sys.stdin.buffer, sys.stdout.buffer
    while head := asked.readline():
        question = json.loads(head)
        alaw = asked.read(question["bytes"])
        if len(alaw) < question["bytes"]:
            return
        _no_longer_than(question["cpu_seconds"])
        told.write(json.dumps(_answer(folder, question.get("language"), alaw)).encode() + b"\n")
        told.flush()


def _end_with(parent: int) -> None:
    """Nobody would hear it any more."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit()


def _no_longer_than(seconds: int) -> None:
    """From now on; the kernel ends it after that."""
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + 1 + seconds, most))


def _answer(folder: Path, language: str | None, alaw: bytes) -> Mapping[str, object]:
    """Without a language: whether the model can be loaded, and no more."""
    try:
        model = _loaded(folder)
    except Exception as wrong:  # noqa: BLE001 - of whatever kind its libraries' errors are; who asked tells of it
        return {"no_model": f"{type(wrong).__name__}: {wrong}"}
    if language is None:
        return {}
    began = time.process_time()
    return {"words": _words(model, LANGUAGES[language], alaw), "cpu_seconds": time.process_time() - began}


@cache
def _loaded(folder: Path) -> WhisperModel:
    from faster_whisper import WhisperModel  # noqa: PLC0415 - it takes a second, and an extra

    model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True)
    model.encode = _CountedWindows(model.encode)
    return model


def _words(model: WhisperModel, language: str, alaw: bytes) -> list[Sequence[object]]:
    pieces, words = list(pieces_of(alaw)), list[Sequence[object]]()
    more = max(math.ceil(len(alaw) / SAMPLE_RATE / SECONDS_A_WINDOW) - len(pieces), 0)
    for starts_at, piece in pieces:
        model.encode.left = 1 + more
        model.encode.frames = _frames_for(piece)
        words += _words_of_piece(model, language, starts_at, piece)
        more = min(more, model.encode.left)
    return words


def _words_of_piece(
    model: WhisperModel, language: str, starts_at: float, piece: bytes
) -> Iterator[Sequence[object]]:
    segments, _ = model.transcribe(as_model_hears(piece), language=language, **DECODING)
    with suppress(_EnoughWindowsError):
        for word in (word for segment in segments for word in segment.words or ()):
            at = (starts_at + float(word.start), starts_at + float(word.end))
            yield word.word, *at, _sure(word.probability)


def _frames_for(piece: bytes) -> int:
    """An even number: the encoder makes one of each two."""
    seconds = max(LEAST_WINDOW, len(piece) / SAMPLE_RATE + BESIDE_THE_PIECE)
    return 2 * math.ceil(seconds * FRAMES_A_SECOND / 2)


class _EnoughWindowsError(Exception):
    """No more of them is decoded of this piece."""


@dataclass
class _CountedWindows:
    """In the place of what the model begins each window with, which is filled up to 30 s by then."""

    encode: Callable[[Any], Any]
    left: int = 0
    frames: int = 0

    def __call__(self, features: Any) -> Any:
        if not self.left:
            raise _EnoughWindowsError
        self.left -= 1
        return self.encode(features[..., : self.frames])


def _sure(probability: float) -> float:
    """Of a word of no sound at all it is the mean of nothing."""
    return 0.0 if math.isnan(probability) else float(probability)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
