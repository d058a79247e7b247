"""Where a prompt's sound is: an operator's own recording, else the built one, else the other language."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from personsvar.language.prompts import PromptId
from personsvar.mailbox.model.subscriber import Language
from personsvar.voice.play_files import SUFFIXES, holds_bytes

log = logging.getLogger(__name__)

LANGUAGES: tuple[Language, ...] = ("nb", "en")
RAW = "raw A-law, 8,000 samples a second, one channel"


@dataclass(frozen=True, slots=True)
class Clip:
    """A sound in one or more forms: `path` plus each of `suffixes` is a file."""

    path: Path
    suffixes: tuple[str, ...]

    def file(self, suffix: str) -> Path:
        return self.path.with_name(self.path.name + suffix)


class PromptShelf:
    """The folders of prompts, the operator's own first: `<folder>/<language>/<prompt>.alaw` and `.g722`.

    An operator's folder overrides file by file, and its forms are not mixed with another folder's: two
    voices under one name would be heard by turns. A-law must be there (recordings are A-law, and every
    call can play it), G.722 may.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folders)
        self._found: dict[tuple[Language, PromptId], Clip] = {}
        self._lock = Lock()
        self.missing: Counter[str] = Counter()
        """How often each prompt was asked for in vain, as `<language>/<prompt>`."""

    def find(self, prompt: PromptId, language: Language) -> Clip | None:
        """The prompt in its language, else in another (the miss is counted); None when there is neither."""
        clip = self.look(prompt, language)
        if clip is not None:
            return clip
        self._missed(prompt, language)
        others = (self.look(prompt, other) for other in LANGUAGES if other != language)
        return next((clip for clip in others if clip is not None), None)

    def look(self, prompt: PromptId, language: Language) -> Clip | None:
        """The prompt in just this language."""
        clip = self._found.get((language, prompt))
        if clip is not None and all(holds_bytes(f"{clip.path}{suffix}") for suffix in clip.suffixes):
            return clip
        for folder in self._folders:
            path = folder / language / prompt
            suffixes = tuple(s for s in SUFFIXES if fault_of(path.with_name(path.name + s)) is None)
            if ".alaw" in suffixes:
                clip = self._found[language, prompt] = Clip(path, suffixes)
                return clip
            if (wrong := path.with_name(f"{path.name}.alaw")).is_symlink() or wrong.exists():
                self._missed(prompt, language, f"{wrong}: {fault_of(wrong)}")
        return None

    def _missed(self, prompt: PromptId, language: Language, why: str = "not found") -> None:
        name = f"{language}/{prompt}"
        with self._lock:
            self.missing[name] += 1
            first = self.missing[name] == 1
        if first:
            log.error("prompt missing prompt=%s language=%s: %s", prompt, language, why)


def fault_of(file: Path) -> str | None:
    """Why it can't be played; None where it can. A WAV file under a raw name would crack: no sound."""
    try:
        with file.open("rb") as opened:
            first = opened.read(4)
    except FileNotFoundError:
        return "is a link that leads nowhere" if file.is_symlink() else "there is no such file"
    except OSError as wrong:
        return wrong.strerror or str(wrong)
    if first == b"RIFF":
        return f"is a WAV file; should be {RAW}"
    return None if first else "is empty"
