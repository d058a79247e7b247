"""Are the sounds what the catalogue says? Missing, stale, broken, and no longer wanted ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from personsvar.language.prompts import LANGUAGES
from personsvar.voice.encode.formats import BYTES_A_SECOND, SUFFIXES
from personsvar.voice.encode.manifest import Manifest
from personsvar.voice.encode.prompt import Prompt, Prompts

_FORMS_DIFFER_BYTES = BYTES_A_SECOND // 50
_SHORTEST_BYTES = BYTES_A_SECOND // 20
_QUIET_CODES = frozenset({0xD5, 0x55, 0xD4, 0x54})
"""A-law for less than 16 of 32,768."""


@dataclass(frozen=True, slots=True)
class Findings:
    """Paths under the sounds' folder, without suffix where both forms are meant."""

    missing: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    unwanted: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any(self.lists().values())

    def lists(self) -> Mapping[str, list[str]]:
        """Each list under the word that tells what is wrong."""
        return {
            "missing": self.missing,
            "stale": self.stale,
            "broken": self.broken,
            "unwanted": self.unwanted,
        }


def check(prompts: Prompts, sounds: Path) -> Findings:
    """Hold every sound against the catalogue and the manifest, whichever voice it was built with."""
    manifest, findings = Manifest.load(sounds), Findings()
    for key, prompt in prompts.items():
        name = f"{prompt.language}/{prompt.id}"
        if not all(file.exists() for file in prompt.files(sounds)):
            findings.missing.append(name)
        elif manifest.marks.get(key) != prompt.mark(manifest.voices.get(prompt.language, "")):
            findings.stale.append(name)
        elif fault := fault_of(prompt, sounds):
            findings.broken.append(f"{name}: {fault}")
    findings.unwanted.extend(str(file.relative_to(sounds)) for file in unwanted(prompts, sounds))
    return findings


def unwanted(prompts: Prompts, sounds: Path) -> Iterable[Path]:
    """Sounds whose prompt, or its wideband form, is no longer wanted."""
    known = {file for prompt in prompts.values() for file in prompt.files(sounds)}
    for language in LANGUAGES:
        for file in sorted((sounds / language).glob("*")):
            if file.suffix in SUFFIXES and file not in known:
                yield file


def fault_of(prompt: Prompt, sounds: Path) -> str | None:
    """Why a sound can't be played, or None: empty, cut short, silent, or a WAV file under a raw name."""
    forms = [file.read_bytes() for file in prompt.files(sounds)]
    lengths = [len(form) for form in forms]
    if min(lengths) < _SHORTEST_BYTES:
        return "empty"
    if any(form.startswith(b"RIFF") for form in forms):
        return "has a header"
    if max(lengths) - min(lengths) > _FORMS_DIFFER_BYTES:
        return "its two forms differ in length"
    if prompt.tone is None and _QUIET_CODES.issuperset(forms[0]):
        return "silent"
    return None
