"""Which subscribers somebody looks for, as the domain asks it of the store."""

from __future__ import annotations

import string
from dataclasses import dataclass

from personsvar.mailbox.model.ids import Number

CAPITALS = string.ascii_uppercase + "ÆØÅÄÖÜÉÈÊÓÒÔÀÁÂÍÝÞÐÇÑČĐŊŠŦŽŁ"
SMALL = string.ascii_lowercase + "æøåäöüéèêóòôàáâíýþðçñčđŋšŧžł"
"""Letters that are the same, large and small, in every database: those of Nordic names."""
_SMALLER = str.maketrans(CAPITALS, SMALL)


@dataclass(frozen=True, slots=True)
class SubscribersWanted:
    """Who fits any of it; nothing at all: everybody."""

    number: Number | None = None
    part: str = ""
    """Digits that stand in the number; with a plus in front, how it begins."""
    words: tuple[str, ...] = ()
    """In small letters: the name has each of them."""


def in_small_letters(text: str) -> str:
    return text.translate(_SMALLER)
