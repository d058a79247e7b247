"""Who reads the prompts: espeak-ng, which is in every Debian, in Norwegian and English."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from pydub import AudioSegment

from personsvar.language.prompts import Language
from personsvar.voice.encode import english, norwegian

_SECONDS_TO_READ = 60
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


class SynthesisError(Exception):
    """The voice can't be had, or read nothing; the text says what to do about it."""


class Synthesiser(Protocol):
    @property
    def name(self) -> str:
        """The voice and how it reads. Another name means another sound: what it read before is stale."""
        ...

    def speak(self, text: str) -> AudioSegment:
        """The text read aloud, or a SynthesisError."""
        ...


Voices = Mapping[Language, Synthesiser]


@dataclass(frozen=True, slots=True)
class Espeak:
    """A formant voice: the plain male one, which is the clearest of them within 300-3400 Hz.

    A little lower than its own default (pitch 50), and as brisk as people talk: it reads Norwegian slower
    than the figure says, so that the two languages take different ones. There is no Norwegian MBROLA voice.
    """

    voice: str
    words_per_minute: int
    pitch: int = 42
    spellings: Mapping[str, str] = field(default_factory=dict)
    """Words it misreads, as it is given them."""

    @property
    def name(self) -> str:
        return f"espeak-ng {self.voice}, {self.words_per_minute} words a minute, pitch {self.pitch}"

    def speak(self, text: str) -> AudioSegment:
        with TemporaryDirectory() as folder:
            wav = Path(folder) / "speech.wav"
            self._read(self.spelled(text), wav)
            return AudioSegment.from_file(BytesIO(wav.read_bytes()), format="wav")

    def spelled(self, text: str) -> str:
        """The text as espeak-ng is given it."""
        return _WORD.sub(lambda word: self.spellings.get(word[0].lower(), word[0]), text)

    def _read(self, text: str, wav: Path) -> None:
        manner = ["-v", self.voice, "-s", str(self.words_per_minute), "-p", str(self.pitch)]
        command = [_espeak(), *manner, "-b", "1", "--stdin", "-w", str(wav)]
        try:
            ended = subprocess.run(  # noqa: S603 - no shell; the text goes in on stdin
                command, input=text.encode(), capture_output=True, timeout=_SECONDS_TO_READ, check=False
            )
        except subprocess.TimeoutExpired as late:
            raise SynthesisError(f"espeak-ng took over {_SECONDS_TO_READ} s to read {text!r}") from late
        if ended.returncode or not wav.exists():
            raise SynthesisError(f"espeak-ng {self.voice}: {ended.stderr.decode(errors='replace').strip()}")


def _espeak() -> str:
    program = shutil.which("espeak-ng")
    if program is None:
        raise SynthesisError("espeak-ng is not installed: apt install espeak-ng")
    return program


ESPEAK_VOICES: Voices = {
    "nb": Espeak("nb", words_per_minute=180, spellings=norwegian.SPELLINGS),
    "en": Espeak("en-gb", words_per_minute=172, spellings=english.SPELLINGS),
}


def given_to(voice: str, text: str) -> str:
    """The text as the voice of this name is given it: with our spellings where it is one of ours."""
    ours = (one for one in ESPEAK_VOICES.values() if isinstance(one, Espeak) and one.name == voice)
    return next((one.spelled(text) for one in ours), text)
