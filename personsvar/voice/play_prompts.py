"""Where a prompt's sound is: an operator's own recording, else the built one, else the other language."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from personsvar.language.prompts import PromptId
from personsvar.mailbox.model.subscriber import Language
from personsvar.voice.play_files import SUFFIXES

log = logging.getLogger(__name__)

LANGUAGES: tuple[Language, ...] = ("nb", "en")
RAW = "raw A-law, 8,000 samples a second, one channel"
LOOK_SECONDS = 1.0
"""A prompt that was looked at so lately is taken to be as it was. A greeting that says a number is thirteen
prompts in two forms: looked at and read each time, they were most of what a call asked of the kernel."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A sound in one or more forms: `path` plus each of `suffixes` is a file."""

    path: Path
    suffixes: tuple[str, ...]

    def file(self, suffix: str) -> Path:
        return self.path.with_name(self.path.name + suffix)

    def stamp(self, suffix: str) -> str:
        """What tells one content of the file from another. Raise OSError."""
        return _stamp(self.file(suffix))

    def sound(self, suffix: str) -> bytes:
        """What the file holds. Raise OSError."""
        return self.file(suffix).read_bytes()


@dataclass(frozen=True, slots=True)
class PromptClip(Clip):
    """A prompt as it was at one look; what it holds is read once, and kept."""

    stamps: Mapping[str, str]
    _sounds: dict[str, bytes] = field(default_factory=dict, repr=False, compare=False)

    def stamp(self, suffix: str) -> str:
        return self.stamps[suffix]

    def sound(self, suffix: str) -> bytes:
        if suffix not in self._sounds:
            self._sounds[suffix] = self.file(suffix).read_bytes()
        return self._sounds[suffix]


class PromptShelf:
    """The folders of prompts, the operator's own first: `<folder>/<language>/<prompt>.alaw` and `.g722`.

    An operator's folder overrides file by file, and its forms are not mixed with another folder's: two
    voices under one name would be heard by turns. A-law must be there (recordings are A-law, and every
    call can play it), G.722 may. That one was changed or removed is noticed in `LOOK_SECONDS`.
    """

    def __init__(self, folders: Sequence[Path], *, now: Callable[[], float] = time.monotonic) -> None:
        self._folders = tuple(folders)
        self._now = now
        self._found: dict[tuple[Language, PromptId], tuple[PromptClip, float]] = {}
        """Each with the moment of its last look."""
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
        now = self._now()
        if known := self._found.get((language, prompt)):
            clip, looked_at = known
            if now - looked_at < LOOK_SECONDS:
                return clip
            if _is_as_it_was(clip):
                self._found[language, prompt] = clip, now
                return clip
        for folder in self._folders:
            path = folder / language / prompt
            stamps = dict(_playable(path))
            if ".alaw" in stamps:
                clip = PromptClip(path, tuple(stamps), stamps)
                self._found[language, prompt] = clip, now
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


def _is_as_it_was(clip: PromptClip) -> bool:
    try:
        return all(_stamp(clip.file(suffix)) == stamp for suffix, stamp in clip.stamps.items())
    except OSError:
        return False


def _playable(path: Path) -> Iterator[tuple[str, str]]:
    """Each form that can be played, with its stamp: what is written after that look is another content."""
    for suffix in SUFFIXES:
        file = path.with_name(path.name + suffix)
        with suppress(OSError):
            stamp = _stamp(file)
            if fault_of(file) is None:
                yield suffix, stamp


def _stamp(file: Path) -> str:
    found = file.stat()
    return f"{found.st_size} {found.st_mtime_ns}"


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
