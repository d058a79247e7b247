"""Which words of a transcript its engine was unsure of. Some engines do not say: then any may be wrong."""

from __future__ import annotations

from personsvar.mailbox.model.transcript import SpokenWord, Transcript

UNSURE_WORD = 0.5
"""A word of a lower probability is marked wherever it is shown."""


def is_unsure(word: SpokenWord) -> bool:
    return word.probability is not None and word.probability < UNSURE_WORD


def is_measured(transcript: Transcript) -> bool:
    """Whether its engine said how sure it is of words."""
    return any(word.probability is not None for word in transcript.words)
