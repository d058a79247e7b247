"""What each built sound was built from: `sounds/manifest.toml`, which tells the stale ones.

A mark is a hash of the text, the voice and the way of building; nothing of the machine is in it, so the
same catalogue gives the same manifest everywhere.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from personsvar.language.prompts import LANGUAGES, Language, PromptId

BUILD = 1
"""The way of building (trimming, level, formats). Raise it when that changes: every sound is stale then."""
FILE = "manifest.toml"

_HEAD = "# What the sounds were built from; written by `personsvar prompts build`.\n"


class ManifestError(ValueError):
    """The manifest can't be read (then a forced build makes it anew) or written: its text says why."""


@dataclass(frozen=True, slots=True)
class Manifest:
    voices: Mapping[Language, str] = field(default_factory=dict)
    marks: Mapping[tuple[Language, PromptId], str] = field(default_factory=dict)

    @classmethod
    def load(cls, sounds: Path) -> Manifest:
        """The manifest of a folder of sounds; an empty one where none was built yet."""
        try:
            content = tomllib.loads((sounds / FILE).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls()
        except OSError as fault:
            raise ManifestError(f"{sounds / FILE}: {fault.strerror}") from fault
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
            why = fault if isinstance(fault, tomllib.TOMLDecodeError) else "is not text in UTF-8"
            raise ManifestError(f"{sounds / FILE}: {why} (personsvar prompts build --force)") from fault
        return cls(_voices(content), _marks(content))

    def save(self, sounds: Path) -> None:
        sounds.mkdir(parents=True, exist_ok=True)
        new = sounds / f".{FILE}.new"
        try:
            new.write_text(self.text(), encoding="utf-8")
            new.replace(sounds / FILE)
        except OSError as fault:
            raise ManifestError(f"{sounds / FILE}: {fault.strerror}") from fault

    def text(self) -> str:
        return _HEAD + "".join(self._table(language) for language in LANGUAGES)

    def _table(self, language: Language) -> str:
        voice = f'voice = "{self.voices[language]}"\n' if language in self.voices else ""
        marks = sorted((prompt, mark) for (of, prompt), mark in self.marks.items() if of == language)
        lines = "".join(f'{prompt} = "{mark}"\n' for prompt, mark in marks)
        return f"\n[{language}]\n{voice}[{language}.sounds]\n{lines}"


def mark(text: str, voice: str) -> str:
    return hashlib.sha256(f"{BUILD}\n{voice}\n{text}".encode()).hexdigest()[:16]


def _voices(content: Mapping[str, object]) -> dict[Language, str]:
    tables = {language: _table(content, language) for language in LANGUAGES}
    return {language: str(table["voice"]) for language, table in tables.items() if "voice" in table}


def _marks(content: Mapping[str, object]) -> dict[tuple[Language, PromptId], str]:
    return {
        (language, PromptId(prompt)): str(known)
        for language in LANGUAGES
        for prompt, known in _table(_table(content, language), "sounds").items()
    }


def _table(content: Mapping[str, object], name: str) -> Mapping[str, object]:
    table = content.get(name, {})
    return table if isinstance(table, dict) else {}
