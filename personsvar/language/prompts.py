"""The catalogue: the text of every prompt in every language, from which the sounds are built.

A folder of TOML files, one a subject. An entry is a prompt:

    [n14]
    nb = "fjorten"
    en = "fourteen"

The text is what a person would read. How it ends is how it is said: with a full stop the voice falls
(`n14-final` is "fjorten."), without one it stays up and the next part follows at once. `nb-spoken` and
`en-spoken` are other spellings for the synthesiser where it misreads a word; a `tone` is no speech at all.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, NewType, get_args

PromptId = NewType("PromptId", str)
"""A prompt's name, which is also its file's name: `main-menu-listen`."""

Language = Literal["nb", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_ID = re.compile(r"[a-z0-9-]+")
_KEYS = {"tone", *LANGUAGES, *(f"{language}-spoken" for language in LANGUAGES)}


class CatalogueError(ValueError):
    """The catalogue's files are wrong; the text names file, prompt and fault."""


class UnknownPromptError(KeyError):
    """No such prompt in the catalogue."""

    def __str__(self) -> str:
        return f"no prompt {self.args[0]!r} in the catalogue"


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """One prompt: its text, what the synthesiser is given, and the tone it is instead, if it is one."""

    texts: Mapping[Language, str]
    spoken: Mapping[Language, str]
    tone: str | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    entries: Mapping[PromptId, CatalogueEntry]

    @classmethod
    def load(cls, folder: Path) -> Catalogue:
        """Read every `*.toml` of the folder, or say in a CatalogueError what is wrong with it."""
        try:
            files = sorted(folder.glob("*.toml"))
        except OSError as fault:
            raise CatalogueError(f"{folder}: {fault.strerror}") from fault
        if not files:
            raise CatalogueError(f"{folder}: no catalogue here (no .toml file)")
        entries: dict[PromptId, CatalogueEntry] = {}
        home: dict[PromptId, Path] = {}
        for file in files:
            for prompt, entry in _read(file).items():
                if prompt in entries:
                    raise CatalogueError(f"{file}: [{prompt}] is already in {home[prompt].name}")
                entries[prompt], home[prompt] = entry, file
        return cls(entries)

    def text(self, prompt: PromptId, language: Language) -> str:
        return self.entry(prompt).texts[language]

    def spoken(self, prompt: PromptId, language: Language) -> str:
        """What the synthesiser is given: the text, unless the entry spells it otherwise."""
        entry = self.entry(prompt)
        return entry.spoken.get(language, entry.texts[language])

    def entry(self, prompt: PromptId) -> CatalogueEntry:
        try:
            return self.entries[prompt]
        except KeyError:
            raise UnknownPromptError(prompt) from None

    def ids(self) -> Sequence[PromptId]:
        return tuple(sorted(self.entries))


def _read(file: Path) -> dict[PromptId, CatalogueEntry]:
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError as fault:
        raise CatalogueError(f"{file}: is not text in UTF-8") from fault
    except tomllib.TOMLDecodeError as fault:
        raise CatalogueError(f"{file}: {fault}") from fault
    except OSError as fault:
        raise CatalogueError(f"{file}: {fault.strerror}") from fault
    return {PromptId(name): _entry(f"{file}: [{name}]", name, table) for name, table in tables.items()}


def _entry(where: str, name: str, table: object) -> CatalogueEntry:
    if not _ID.fullmatch(name):
        raise CatalogueError(f"{where}: a prompt's name holds only a-z, 0-9 and -")
    if not isinstance(table, dict):
        raise CatalogueError(f"{where}: is no table with nb and en")
    if unknown := set(table) - _KEYS:
        raise CatalogueError(f"{where}: unknown key {', '.join(sorted(unknown))}")
    texts = {language: _text(where, table, language) for language in LANGUAGES}
    spoken = {
        language: _text(where, table, f"{language}-spoken")
        for language in LANGUAGES
        if f"{language}-spoken" in table
    }
    return CatalogueEntry(texts, spoken, _text(where, table, "tone") if "tone" in table else None)


def _text(where: str, table: Mapping[str, object], key: str) -> str:
    if key not in table:
        raise CatalogueError(f"{where}: has no {key}")
    text = table[key]
    if not isinstance(text, str) or not text.strip():
        raise CatalogueError(f"{where}: {key} is empty or no text")
    return text.strip()
