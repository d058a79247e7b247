"""What lies in an operator's folder of studio recordings and is never played: each file, and why.

In its place callers hear the built prompt. That is no reason not to take calls, but the operator has to know.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from personsvar.language.prompts import PromptId
from personsvar.voice.play_files import SUFFIXES
from personsvar.voice.play_prompts import LANGUAGES, RAW, fault_of


def studio_faults(folder: Path, prompts: Collection[PromptId]) -> Iterator[str]:
    """Yields a line for each; `prompts` are all there are. Hidden files, and notes on top, are no matter."""
    for entry in _shown(folder):
        if entry.name not in LANGUAGES:
            if entry.is_dir() or entry.suffix in {*SUFFIXES, ".wav"}:
                yield f"{entry}: should be in the folder of a language: {' or '.join(LANGUAGES)}"
        elif not entry.is_dir():
            yield f"{entry}: should be a folder"
        else:
            yield from _of_a_language(entry, prompts)


def _of_a_language(folder: Path, prompts: Collection[PromptId]) -> Iterator[str]:
    for file in _shown(folder):
        if fault := _fault(file, prompts):
            yield f"{file}: {fault}"


def _fault(file: Path, prompts: Collection[PromptId]) -> str | None:
    if file.suffix not in SUFFIXES:
        return f"should be {RAW}, as <prompt>.alaw"
    if PromptId(file.stem) not in prompts:
        return "no prompt has this name (they are the files of prompts/catalogue)"
    if file.suffix != ".alaw" and not file.with_suffix(".alaw").exists():
        return f"is played only beside {file.stem}.alaw"
    return fault_of(file)


def _shown(folder: Path) -> list[Path]:
    return sorted(entry for entry in folder.iterdir() if not entry.name.startswith("."))
