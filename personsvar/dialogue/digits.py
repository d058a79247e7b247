"""Numbers and PINs, key by key, ended by `#`.

Keys pressed before the prompt began do not count. An entry with more digits than allowed is one wrong
entry, however many guesses were packed into it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from personsvar.dialogue.call import ALL_KEYS, Key
from personsvar.dialogue.call_session import CallSession
from personsvar.language.sentence import Part

FIRST_KEY_SECONDS = 6.0
NEXT_KEY_SECONDS = 4.0
"""A pause this long behind a digit ends the entry like `#`."""
SWALLOWED = 64
"""So many keys of an entry that is too long anyway are swallowed before it ends by itself."""

HASH, STAR = Key("#"), Key("*")


class DigitsEnd(Enum):
    DIGITS = "digits"
    STAR = "star"
    SILENCE = "silence"
    TOO_LONG = "too-long"


@dataclass(frozen=True, slots=True)
class Digits:
    ended: DigitsEnd
    digits: str = ""


def collect(session: CallSession, *prompt: Part, max_digits: int) -> Digits:
    """Say the prompt and collect digits until `#`; `*` ends it at once.

    Silence without a digit says the prompt once more. `#` alone is an entry of no digits. What goes
    before (`session.preface`: the welcome, or why it is asked again) is said in the same breath: a
    digit pressed into it is the first of the entry.
    """
    preface, session.preface = session.preface, ()
    for words in ((*preface, *prompt), prompt):
        session.call.forget_keys()
        session.unread = None
        first = session.ask(*words, seconds=FIRST_KEY_SECONDS)
        if first is not None:
            return _collect(session, first, max_digits)
    return Digits(DigitsEnd.SILENCE)


def _collect(session: CallSession, first: Key, max_digits: int) -> Digits:
    digits = ""
    key: Key | None = first
    while key is not None and key != HASH and len(digits) < SWALLOWED:
        if key == STAR:
            return Digits(DigitsEnd.STAR, digits)
        digits += key
        key = session.call.gather(max_seconds=NEXT_KEY_SECONDS, keys=ALL_KEYS)
    return Digits(DigitsEnd.DIGITS, digits) if len(digits) <= max_digits else Digits(DigitsEnd.TOO_LONG)
