"""A Piper voice, for operators who have a model: `MODEL.onnx` with its `MODEL.onnx.json` beside it.

Piper (https://github.com/OHF-Voice/piper1-gpl) reads far more like a person than espeak-ng. Its voices are
files of 20-100 MB with terms of their own, so none comes with personsvar: `pip install personsvar[piper]`
and `personsvar prompts build --piper-nb MODEL.onnx`.
"""

from __future__ import annotations

import hashlib
import json
import os
import wave
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

from pydub import AudioSegment

from personsvar.voice.encode.synthesis import SynthesisError

_READ_AT_ONCE = 1 << 20


@dataclass(frozen=True, slots=True)
class Piper:
    """One loaded model. It reads one text at a time: the runtime spreads that over the processors itself."""

    name: str
    _voice: Any
    _one_at_a_time: Lock = field(default_factory=Lock, repr=False, compare=False)

    @classmethod
    def load(cls, model: Path) -> Piper:
        """Check both files and load the model, or say in a SynthesisError which is wrong."""
        _check_description(Path(f"{model}.json"))
        content = _digest(model)
        return cls(f"piper {model.stem} {content}", loaded_voice(model))

    def speak(self, text: str) -> AudioSegment:
        wav = BytesIO()
        with self._one_at_a_time, wave.open(wav, "wb") as opened:
            try:
                self._voice.synthesize_wav(text, opened)
            except Exception as fault:
                raise SynthesisError(f"{self.name} could not read {text!r}: {fault}") from fault
        return AudioSegment.from_file(BytesIO(wav.getvalue()), format="wav")


def _check_description(file: Path) -> None:
    try:
        rate = json.loads(file.read_text(encoding="utf-8"))["audio"]["sample_rate"]
    except FileNotFoundError as missing:
        raise SynthesisError(f"{file} is missing: a Piper model comes with it") from missing
    except OSError as fault:
        raise SynthesisError(f"{file} can't be read: {fault.strerror}") from fault
    except (ValueError, KeyError, TypeError) as fault:
        raise SynthesisError(f"{file} describes no Piper model: it has no audio.sample_rate") from fault
    if not isinstance(rate, int) or rate <= 0:
        raise SynthesisError(f"{file} describes no Piper model: its sample rate is {rate!r}")


def _digest(model: Path) -> str:
    digest = hashlib.sha256()
    try:
        with model.open("rb") as opened:
            while block := opened.read(_READ_AT_ONCE):
                digest.update(block)
    except OSError as fault:
        raise SynthesisError(f"the Piper model can't be read: {model}: {fault.strerror}") from fault
    return digest.hexdigest()[:12]


def loaded_voice(model: Path) -> Any:
    """Piper's own object. ONNX Runtime would tell its makers of this machine, and keep a file of it."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    try:
        from piper import PiperVoice  # noqa: PLC0415 - an extra that most installations lack
    except ImportError as missing:
        raise SynthesisError("Piper is not installed: pip install 'personsvar[piper]'") from missing
    try:
        return PiperVoice.load(model)
    except Exception as fault:
        raise SynthesisError(f"{model} is no working Piper model: {fault}") from fault
