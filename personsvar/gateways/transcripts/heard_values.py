"""Single values of an answer, as they may be. Each raises NonsenseError for one that may not."""

from __future__ import annotations

import math
from collections.abc import Mapping
from unicodedata import category

LONGEST_WORD, LONGEST_TEXT = 200, 100_000
"""Letters. No word of any language here has half of them, and an hour's talk has fewer."""
WINDOW_SECONDS = 30.0
"""Whisper hears so much at once, filled up with silence: the last phrase may be told to end in there."""
ROUNDED_SECONDS = 1.0


class NonsenseError(Exception):
    """It can't be so. Nothing of what it was is repeated."""


def clean_text(value: object) -> str:
    """A text without control characters and halves of letters; what is missing is empty."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise NonsenseError("a text that is none")
    if len(value) > LONGEST_TEXT:
        raise NonsenseError(f"a text of over {LONGEST_TEXT} letters")
    return "".join(letter if not category(letter).startswith("C") else _space(letter) for letter in value)


def _space(letter: str) -> str:
    return " " if letter.isspace() else ""


def spell_of(word: Mapping[str, object]) -> str:
    """OpenAI's name for it is `word`, LocalAI's `text`."""
    spelled = clean_text(word.get("word", word.get("text")))
    if len(spelled) > LONGEST_WORD:
        raise NonsenseError(f"a word of over {LONGEST_WORD} letters")
    return spelled


def begin_and_end(one: Mapping[str, object], sound_seconds: float) -> tuple[float, float]:
    """Moments of the recording."""
    window = math.ceil(sound_seconds / WINDOW_SECONDS) * WINDOW_SECONDS
    starts_at = _moment(one.get("start"), sound_seconds)
    ends_at = _moment(one.get("end"), max(window, sound_seconds))
    if ends_at < starts_at:
        raise NonsenseError("what ends before it begins")
    return min(starts_at, sound_seconds), min(ends_at, sound_seconds)


def _moment(value: object, last: float) -> float:
    at = _number(value, "a time")
    if at < 0:
        raise NonsenseError("a time before the recording")
    if at > last + ROUNDED_SECONDS:
        raise NonsenseError("a time behind the recording's end: are they seconds?")
    return at


def probability(value: object) -> float | None:
    """None: nothing is said of it."""
    if value is None:
        return None
    sure = _number(value, "a probability")
    if not 0 <= sure <= 1.001:  # noqa: PLR2004 - a sum of floats may come out above one
        raise NonsenseError("a probability that is none")
    return min(sure, 1.0)


def _number(value: object, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NonsenseError(f"{what} that is no number")
    try:
        number = float(value)
    except OverflowError as wrong:
        raise NonsenseError(f"{what} that is no number") from wrong
    if not math.isfinite(number):
        raise NonsenseError(f"{what} that is no number")
    return number
