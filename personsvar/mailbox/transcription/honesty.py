"""How well a message was understood: never by what an engine thinks of a whole sentence.

A decoder that loops is sure of itself, and one that hears noise finds words in it. So four things decide, and
where one of them says so no word is kept: whether anybody speaks, by our own detector; how many words there
are for that; whether they repeat each other, by how small they become when they are packed; and how sure the
engine was of each word. docs/transcripts.md has the measured cases that the bounds are taken from.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import fmean

from personsvar.mailbox.model.transcript import SpokenWord, Transcript, Understanding
from personsvar.mailbox.transcription.unsure import is_measured, is_unsure

LEAST_SPEECH_SECONDS = 0.2
"""The shortest "ja". In what has less nobody speaks."""
LEAST_WORDS_A_SECOND = 0.3
"""Of speech: of somebody who speaks and of whom less is understood, nothing is."""
MOST_PACKED = 2.4
"""How many times as long words are as the same words packed; more is a decoder that loops."""
LEAST_PROBABILITY = 0.55
"""Of all words: who is less sure guesses."""
SURE_PROBABILITY = 0.8
MOST_UNSURE_WORDS = 0.18
"""Of all words: one that is less sure, or more words that are unsure, and the text is shown as such."""
PACKED_SECONDS = 30.0
"""They are packed by the half minute: people do say a thing twice in three minutes."""


def judged(transcript: Transcript, *, speech_seconds: float) -> tuple[Understanding, Transcript]:
    """How well it was understood, and what is kept of it: no word where it was not."""
    if not is_understood(transcript.words, speech_seconds):
        return Understanding.NOT_UNDERSTOOD, replace(transcript, words=())
    return (Understanding.TEXT if _is_sure(transcript) else Understanding.UNSURE), transcript


def is_understood(words: Sequence[SpokenWord], speech_seconds: float) -> bool:
    if not words or speech_seconds < LEAST_SPEECH_SECONDS:
        return False
    if len(words) < LEAST_WORDS_A_SECOND * speech_seconds or packed(words) > MOST_PACKED:
        return False
    probability = mean_probability(words)
    return probability is None or probability >= LEAST_PROBABILITY


def mean_probability(words: Sequence[SpokenWord]) -> float | None:
    """None where the engine does not say."""
    said = [word.probability for word in words if word.probability is not None]
    return fmean(said) if said else None


def unsure_share(words: Sequence[SpokenWord]) -> float:
    return sum(map(is_unsure, words)) / len(words) if words else 0.0


def packed(words: Sequence[SpokenWord]) -> float:
    """How many times as long they are as when packed, in the half minute that repeats itself most."""
    return max(map(_packed, _half_minutes(words)), default=0.0)


def _is_sure(transcript: Transcript) -> bool:
    probability = mean_probability(transcript.words)
    return (
        is_measured(transcript)
        and probability is not None
        and probability >= SURE_PROBABILITY
        and unsure_share(transcript.words) <= MOST_UNSURE_WORDS
    )


def _half_minutes(words: Sequence[SpokenWord]) -> Iterator[str]:
    ends = {int(word.starts_at / PACKED_SECONDS) for word in words}
    for number in sorted(ends):
        yield " ".join(word.text for word in words if int(word.starts_at / PACKED_SECONDS) == number)


def _packed(text: str) -> float:
    content = text.encode()
    return len(content) / len(zlib.compress(content)) if content else 0.0
