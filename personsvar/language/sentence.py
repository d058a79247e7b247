"""A sentence: prompts and recordings that are said in one breath."""

from __future__ import annotations

from dataclasses import dataclass

from personsvar.language.prompts import PromptId
from personsvar.mailbox.model.message import Sound
from personsvar.mailbox.model.subscriber import Language
from personsvar.mailbox.ports.takes import Take

Part = PromptId | Sound | Take
"""A prompt of the catalogue, a stored recording, or a take still in the spool."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said in one breath: parts joined without a gap, in one language; one command to the switch."""

    language: Language
    parts: tuple[Part, ...]


class PromptMissingError(Exception):
    """Our installation lacks a sound. Drivers handle it (other language, a tone); it never ends a call."""
