"""Sounds for the line: a sentence joined into one file, a recording, silence, the tone; all as paths to play.

A path has no suffix: the switch takes the form that fits the call (`.alaw`, `.g722`). One sentence is one
file, because each file played costs a round trip to the switch and a gap that is heard.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from personsvar.language.prompts import PromptId
from personsvar.language.sentence import Part, PromptMissingError, Sentence
from personsvar.language.spelling import spelled
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.ids import SoundId
from personsvar.mailbox.model.message import Sound
from personsvar.mailbox.model.subscriber import Language
from personsvar.mailbox.ports.takes import Take
from personsvar.voice import play_signals
from personsvar.voice.play_files import holds_bytes
from personsvar.voice.play_media import MediaFolder, MediaUnavailableError
from personsvar.voice.play_prompts import Clip, PromptShelf

__all__ = ["CallSounds", "MediaUnavailableError", "Studio"]

log = logging.getLogger(__name__)

TONE = PromptId("tone")
"""An operator who wants another tone puts `nb/tone.alaw` beside the other prompts."""
MAX_REMEMBERED = 20_000


class Studio:
    """The sounds of one process: prompts, and what was joined from them. Thread safe."""

    def __init__(self, *, media: MediaFolder, prompts: PromptShelf, read: Callable[[SoundId], bytes]) -> None:
        self.media = media
        self.prompts = prompts
        self._read = read
        self._ready: dict[Sentence, tuple[Path, str]] = {}
        """Sentences of prompts only: where they are, and the file whose being there proves it."""

    def for_call(self) -> CallSounds:
        """The sounds of one call; close it at the hang-up."""
        return CallSounds(self)

    def silence(self, seconds: float) -> Path:
        name = f"silence-{round(seconds * 1000)}"
        return self.media.said(name, lambda: {".alaw": play_signals.silence(max(seconds, 0.02))})

    def tone(self) -> Path:
        """The tone; PromptMissingError when there is none and none can be written."""
        return self._tone().path

    def beep(self) -> Path:
        """The folder where the tone is called `beep`, as Asterisk calls the one it plays by itself."""
        tone = self._tone()
        return self.media.named("tone", "beep", {suffix: tone.file(suffix) for suffix in tone.suffixes})

    def _tone(self) -> Clip:
        own = self.prompts.look(TONE, "nb")
        return own or Clip(self.media.said("tone", lambda: {".alaw": play_signals.tone()}), (".alaw",))

    def ready(self, sentence: Sentence) -> Path | None:
        """A sentence said before and still there: one look-up, one glance at the disk."""
        path, proof = self._ready.get(sentence, (None, ""))
        if path is None:
            return None
        if not holds_bytes(proof):
            self._ready.pop(sentence, None)
            return None
        return path if self.media.used(path) else None

    def say(self, sentence: Sentence) -> Path:
        """A sentence of prompts only, joined if it has several parts."""
        clips = [self.prompt(part, sentence.language) for part in sentence.parts if isinstance(part, str)]
        path = self.join(clips)
        if all(self._is_own(clip, sentence.language) for clip in clips):
            self._remember(sentence, path)
        return path

    def join(self, clips: Sequence[Clip]) -> Path:
        if len(clips) == 1:
            return clips[0].path
        return self.media.said(name_of(clips), lambda: joined(clips))

    def prompt(self, prompt: PromptId, language: Language) -> Clip:
        """The prompt; else in another language, else spelled from parts, at worst the tone."""
        return self.prompts.find(prompt, language) or self._spelled(prompt, language) or self.tone_clip()

    def tone_clip(self) -> Clip:
        return Clip(self.tone(), (".alaw",))

    def export(self, sound: Sound) -> bytes:
        """A stored recording's bytes; PromptMissingError when the store has none."""
        try:
            alaw = self._read(sound.id)
        except KeyError:
            alaw = b""
        if not alaw:
            raise PromptMissingError(f"the store holds no sound {sound.id}")
        return alaw

    def _spelled(self, prompt: PromptId, language: Language) -> Clip | None:
        """Its parts, in the sentence's language only; None when they are missing too."""
        for way in spelled(prompt):
            clips = [clip for part in way if (clip := self.prompts.look(part, language)) is not None]
            if len(clips) == len(way):
                return Clip(self.join(clips), tuple(common_suffixes(clips)))
        return None

    def _is_own(self, clip: Clip, language: Language) -> bool:
        return clip.path.parent.name == language

    def _remember(self, sentence: Sentence, path: Path) -> None:
        if len(self._ready) >= MAX_REMEMBERED:  # times and numbers make ever new sentences
            self._ready.clear()
        self._ready[sentence] = (path, f"{path}.alaw")


class CallSounds:
    """The sounds of one call. Recordings of people are there until `close`, and no longer."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._held: dict[str, Path] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """The call is over: its recordings go, unless another call plays them too."""
        while self._held:
            name, _ = self._held.popitem()
            self._studio.media.drop_live(name)

    def sentence(self, sentence: Sentence) -> Path:
        """The sentence as one file. A part that can't be had is a tone.

        Raise MediaUnavailableError when the parts can't be joined: play `sentence_parts` then; and
        PromptMissingError when not even the tone is left.
        """
        ready = self._studio.ready(sentence)
        if ready is not None:
            return ready
        if not sentence.parts:
            return self.silence(0)
        if all(isinstance(part, str) for part in sentence.parts):
            return self._studio.say(sentence)
        clips = [self._clip(part, sentence.language) for part in sentence.parts]
        if len(clips) == 1:
            return clips[0].path
        return self._hold(name_of(clips), lambda: joined(clips)[".alaw"])

    def sentence_parts(self, sentence: Sentence) -> list[Path]:
        """The parts one by one, for a full media folder; those that can't be had are left out."""
        paths = []
        for part in sentence.parts:
            try:
                paths.append(self._clip(part, sentence.language).path)
            except PromptMissingError as missing:
                log.error("left out of a sentence: %s", missing)
        return paths

    def recording(self, sound: Sound | Take) -> Path:
        """A stored recording, brought to the media folder; a take is where it is.

        Raise PromptMissingError when it can't be had, StoreUnavailableError when the database is away.
        """
        if isinstance(sound, Take):
            return sound.path
        return self._hold(f"sound-{sound.id}", lambda: self._studio.export(sound))

    def silence(self, seconds: float) -> Path:
        return self._studio.silence(seconds)

    def tone(self) -> Path:
        return self._studio.tone()

    def beep(self) -> Path:
        return self._studio.beep()

    def _hold(self, name: str, make: Callable[[], bytes]) -> Path:
        if name not in self._held:
            self._held[name] = self._studio.media.live(name, make)
        return self._held[name]

    def _clip(self, part: Part, language: Language) -> Clip:
        if isinstance(part, str):
            return self._studio.prompt(part, language)
        try:
            clip = Clip(self.recording(part), (".alaw",))
            if holds_bytes(str(clip.file(".alaw"))):
                return clip
            log.error("a recording in a sentence is missing: %s is empty", clip.path)
        except (PromptMissingError, StoreUnavailableError) as missing:
            log.error("a recording in a sentence is missing: %s", missing)
        return self._studio.tone_clip()


def name_of(clips: Iterable[Clip]) -> str:
    """The name of what is joined from these files as they are now: another content, another name."""
    digest = hashlib.sha256()
    for clip in clips:
        for suffix in clip.suffixes:
            with _had(clip):
                digest.update(f"{clip.path}{suffix} {clip.stamp(suffix)}\n".encode())
    return digest.hexdigest()[:32]


def joined(clips: Sequence[Clip]) -> dict[str, bytes]:
    """The clips one after the other, in each form they all have."""
    return {suffix: b"".join(_sounds(clips, suffix)) for suffix in common_suffixes(clips)}


def _sounds(clips: Sequence[Clip], suffix: str) -> Iterator[bytes]:
    for clip in clips:
        with _had(clip):
            sound = clip.sound(suffix)
        yield sound


def common_suffixes(clips: Sequence[Clip]) -> set[str]:
    return set.intersection(*(set(clip.suffixes) for clip in clips))


@contextmanager
def _had(clip: Clip) -> Iterator[None]:
    try:
        yield
    except OSError as wrong:
        raise MediaUnavailableError(f"{clip.path}: {wrong}") from wrong
