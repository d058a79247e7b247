"""Building the sounds of a catalogue: only what is missing, stale or broken, several at a time."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from personsvar.language.prompts import CatalogueError, Language, PromptId
from personsvar.voice.encode.check import fault_of, unwanted
from personsvar.voice.encode.ffmpeg import EncodingError
from personsvar.voice.encode.formats import NEW
from personsvar.voice.encode.manifest import Manifest
from personsvar.voice.encode.prompt import Prompt, Prompts
from personsvar.voice.encode.synthesis import SynthesisError, Voices

Key = tuple[Language, PromptId]
Progress = Callable[[int, int], None]
"""This is told how many are done, of how many."""


@dataclass(frozen=True, slots=True)
class Built:
    built: int = 0
    kept: int = 0
    removed: int = 0
    failed: Mapping[str, str] = field(default_factory=dict)
    """What could not be built, and why; all else was."""


def build(
    prompts: Prompts, voices: Voices, sounds: Path, *, progress: Progress, force: bool = False
) -> Built:
    """Bring the folder to what the catalogue says. Threads, since the work is done by programs beside us."""
    old = Manifest() if force else Manifest.load(sounds)
    fresh = {key: prompt.mark(voices[prompt.language].name) for key, prompt in prompts.items()}
    due = {key: p for key, p in prompts.items() if old.marks.get(key) != fresh[key] or _is_broken(p, sounds)}
    marks = {key: known for key, known in fresh.items() if key not in due}
    failed: dict[str, str] = {}
    _sweep(sounds)
    progress(0, len(due))
    try:
        for done, (key, fault) in enumerate(_built(due, voices, sounds), 1):
            if fault is None:
                marks[key] = fresh[key]
            else:
                failed["/".join(key)] = fault
            progress(done, len(due))
    finally:  # also when interrupted: what is done is not done again
        Manifest({language: voice.name for language, voice in voices.items()}, marks).save(sounds)
    return Built(len(due) - len(failed), len(prompts) - len(due), _remove(prompts, sounds), failed)


def _is_broken(prompt: Prompt, sounds: Path) -> bool:
    return not all(file.exists() for file in prompt.files(sounds)) or fault_of(prompt, sounds) is not None


def _built(due: Mapping[Key, Prompt], voices: Voices, sounds: Path) -> Iterator[tuple[Key, str | None]]:
    """Yields each sound as it is done, with what went wrong."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        work: dict[Future[None], Key] = {
            pool.submit(prompt.build, voices[prompt.language], sounds): key for key, prompt in due.items()
        }
        try:
            for done in as_completed(work):
                yield work[done], _fault(done)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _fault(done: Future[None]) -> str | None:
    try:
        done.result()
    except (SynthesisError, EncodingError, CatalogueError, OSError) as fault:
        return str(fault)
    return None


def _sweep(sounds: Path) -> None:
    """Remove half-made sounds of a build that was killed."""
    for folder in sounds.glob(f"*/{NEW}*"):
        shutil.rmtree(folder, ignore_errors=True)


def _remove(prompts: Prompts, sounds: Path) -> int:
    leftovers = list(unwanted(prompts, sounds))
    for file in leftovers:
        file.unlink()
    return len(leftovers)
