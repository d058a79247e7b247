"""One sound to build: what is read by whom, and what it was built from."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from pathlib import Path

from pydub import AudioSegment

from personsvar.language.prompts import LANGUAGES, Catalogue, Language, PromptId
from personsvar.voice.encode import formats, tones
from personsvar.voice.encode.manifest import mark
from personsvar.voice.encode.shape import shaped
from personsvar.voice.encode.synthesis import Synthesiser, SynthesisError, given_to


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt in one language, as the catalogue wants it."""

    id: PromptId
    language: Language
    spoken: str
    tone: str | None
    wideband: bool
    """Built as G.722 too, not as A-law alone."""

    def mark(self, voice: str) -> str:
        """What it is built from: of the spellings, those of its own words alone."""
        return (
            mark(given_to(voice, self.spoken), voice) if self.tone is None else mark(self.tone, tones.VOICE)
        )

    def files(self, sounds: Path) -> tuple[Path, ...]:
        suffixes = formats.SUFFIXES if self.wideband else (".alaw",)
        return tuple(sounds / self.language / f"{self.id}{suffix}" for suffix in suffixes)

    def build(self, voice: Synthesiser, sounds: Path) -> None:
        """Make its files, or raise SynthesisError or EncodingError."""
        formats.write(self._sound(voice), self.files(sounds))

    def _sound(self, voice: Synthesiser) -> AudioSegment:
        if self.tone is not None:
            return tones.tone(self.tone)
        sound = shaped(voice.speak(self.spoken if self._ends() else f"{self.spoken},"), self.spoken)
        if not len(sound):
            raise SynthesisError(f"{voice.name} read {self.spoken!r} as silence")
        return sound

    def _ends(self) -> bool:
        """A text without an ending is a part: the comma makes the voice stay up, as with more to come."""
        return self.spoken[-1] in ".,!?:;"


Prompts = Mapping[tuple[Language, PromptId], Prompt]


def wanted(catalogue: Catalogue, wideband: Container[PromptId]) -> Prompts:
    """Every prompt of the catalogue in every language, and those of `wideband` in both forms."""
    return {
        (language, prompt): Prompt(
            prompt,
            language,
            catalogue.spoken(prompt, language),
            catalogue.entry(prompt).tone,
            prompt in wideband,
        )
        for language in LANGUAGES
        for prompt in catalogue.ids()
    }
