"""What a driver needs of the sounds: a file for everything that is said (implemented in voice.play)."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from personsvar.dialogue.call import Sentence
from personsvar.mailbox.model import Sound
from personsvar.mailbox.ports import Take


class Sounds(Protocol):
    """Paths are absolute and without a suffix: the switch takes the form that suits the line.

    Every verb raises PromptMissingError when there is no such sound.
    """

    def sentence(self, sentence: Sentence) -> Path:
        """The whole sentence as one sound."""
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
