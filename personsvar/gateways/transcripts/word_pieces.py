"""Words as people write them, out of the pieces that engines think in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from personsvar.mailbox.model.transcript import SpokenWord

_BROKEN = "\ufffd"
"""Half of a letter that two pieces share."""


@dataclass(frozen=True, slots=True)
class WordPiece:
    text: str
    """A space stands before it where a word begins, if the server writes so."""
    starts_at: float
    ends_at: float
    probability: float | None


def joined(pieces: Sequence[WordPiece]) -> Sequence[SpokenWord]:
    """The pieces of each word as one. Where no piece begins with a space each is a word."""
    spaced = any(piece.text[:1].isspace() for piece in pieces)
    words: list[list[WordPiece]] = []
    for piece in pieces:
        if spaced and words and not piece.text[:1].isspace() and not words[-1][-1].text[-1:].isspace():
            words[-1].append(piece)
        else:
            words.append([piece])
    return [word for word in map(_word, words) if word.text]


def _word(pieces: Sequence[WordPiece]) -> SpokenWord:
    text = "".join(piece.text for piece in pieces).strip()
    return SpokenWord(text, pieces[0].starts_at, max(piece.ends_at for piece in pieces), _mean(pieces))


def _mean(pieces: Sequence[WordPiece]) -> float | None:
    """As faster-whisper reckons a word's probability; None if one of them has none."""
    told = [piece.probability for piece in pieces if piece.probability is not None]
    return sum(told) / len(told) if len(told) == len(pieces) else None


def spelled_as(text: str, words: Sequence[SpokenWord]) -> Sequence[SpokenWord]:
    """As the whole text spells them, with its commas, where it has the same words one by one."""
    spelled = text.split()
    if len(spelled) != len(words) or not all(map(_same, spelled, words)):
        return words
    return [replace(word, text=spelling) for word, spelling in zip(words, spelled, strict=True)]


def _same(spelled: str, word: SpokenWord) -> bool:
    return _BROKEN in word.text or _letters(spelled) == _letters(word.text)


def _letters(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum())


def spread(text: str, starts_at: float, ends_at: float) -> Sequence[SpokenWord]:
    """A phrase whose words have no times: each takes as much of it as it has of its letters."""
    words = text.split()
    letters = [0, *accumulate(map(len, words))]
    at = [
        min(starts_at + (ends_at - starts_at) * passed / letters[-1], ends_at) for passed in letters if words
    ]
    return [SpokenWord(word, *times, None) for word, times in zip(words, pairwise(at), strict=True)]
