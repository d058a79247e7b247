"""What a driver needs of the sounds: a file for everything that is said (`voice.play.CallSounds`)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from personsvar.language.sentence import PromptMissingError, Sentence
from personsvar.mailbox.model.message import Sound
from personsvar.mailbox.ports.takes import Take
from personsvar.voice.play import MediaUnavailableError

__all__ = ["UNPLAYABLE", "MediaUnavailableError", "SoundFiles"]

UNPLAYABLE = (PromptMissingError, MediaUnavailableError)
"""Why something can't be heard; none of it ends a call."""


class SoundFiles(Protocol):
    """Paths are absolute and without a suffix: the switch takes the form that suits the line.

    Every verb raises PromptMissingError when there is no such sound, and MediaUnavailableError when there is
    no room for it (a full disk).
    """

    def sentence(self, sentence: Sentence) -> Path:
        """The whole sentence as one sound."""
        ...

    def sentence_parts(self, sentence: Sentence) -> Sequence[Path]:
        """The sentence's parts, for when there is no room for the whole."""
        ...

    def recording(self, sound: Sound | Take) -> Path:
        """A recording as A-law, 8,000 samples a second, so that the switch's milliseconds are real ones."""
        ...

    def silence(self, seconds: float) -> Path:
        """So many seconds of a quiet line."""
        ...

    def tone(self) -> Path:
        """The tone after which a caller speaks."""
        ...

    def beep(self) -> Path:
        """A folder in which that tone is called `beep`."""
        ...
