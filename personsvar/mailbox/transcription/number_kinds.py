"""What kind of number a caller says: one to call, or that of a case, an order, a card, a person, or a sum.

The word nearest in front of a number decides: `sak`, `order`, `kundenummer` make it another kind, `ring`,
`telefon`, `call` a telephone number again. Without such a word it is taken for a telephone number.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from personsvar.mailbox.transcription.kind_words import (
    AND,
    AT,
    BUT,
    CODE_ENDINGS,
    ELSEWHERE,
    HAS,
    IN,
    IS,
    LEADING,
    NUMBER,
    NUMBER_ENDINGS,
    NUMBERED,
    PHONE,
    PHONE_STEMS,
    SUM_ENDINGS,
    SUMS,
    THAT,
    THING_ENDINGS,
)

_MOST_BEHIND = 5
"""Words behind a number that tell what it was: `… er nummeret på saken min`."""


class NumberKind(Enum):
    UNTOLD = "untold"
    TELEPHONE = "telephone"
    OTHER = "other"


def kind_of(before: Sequence[str], behind: Sequence[str], earlier: NumberKind) -> NumberKind:
    """By the words around a number; `earlier`: the one said before it (`sak 1234 og 5678`)."""
    if earlier is NumberKind.OTHER and AND.issuperset(before):
        return earlier
    told = _by_words_before(before)
    if told is NumberKind.UNTOLD and _is_called_other(behind):
        return NumberKind.OTHER
    return told


def _by_words_before(before: Sequence[str]) -> NumberKind:
    if before and before[-1] in AT and PHONE.intersection(before):
        return NumberKind.TELEPHONE
    leads = True
    for place in reversed(range(len(before))):
        so_far = before[: place + 1]
        if so_far[-1] in PHONE or _is_phone_number(so_far[-1]) or _is_the_number(so_far):
            return NumberKind.TELEPHONE
        if _is_other(so_far[-1]) or (leads and (_is_numbered(so_far) or _is_sum(so_far[-1]))):
            return NumberKind.OTHER
        leads = so_far[-1] in NUMBER or (leads and so_far[-1] in LEADING)
    return NumberKind.UNTOLD


def _is_the_number(words: Sequence[str]) -> bool:
    """`nummeret mitt`, `my number`; not `sak nummer`, nor `saken har nummer`."""
    *others, word = words
    if word not in NUMBER or (others and others[-1] in HAS):
        return False
    is_apart = word == "nummeret" and bool(others) and others[-1].endswith("en")
    return is_apart or not others or not (_is_other(others[-1]) or _is_numbered(others))


def _is_called_other(behind: Sequence[str]) -> bool:
    """`… er saksnummeret mitt`, `…, that is my order number`."""
    words = list(behind[: _MOST_BEHIND + 1])
    if words and words[0] in THAT:
        words = words[1:]
    if not words or words[0] not in IS:
        return False
    for place, word in enumerate(words[1:], start=1):
        if word in BUT or word in PHONE or _is_phone_number(word):
            return False
        if _is_other(word) or _is_numbered(words[: place + 1]):
            return True
        if _is_sum(word) and not NUMBER.intersection(words[:place]):
            return True
    return False


def _is_numbered(words: Sequence[str]) -> bool:
    """The last of them is a thing that has a number; `in any case` is none."""
    if words[-1] == "case":
        return not IN.intersection(words[-2:-1])
    is_thing = words[-1] in NUMBERED or words[-1].endswith(THING_ENDINGS)
    return is_thing or tuple(words[-2:]) == ("social", "security")


def _is_sum(word: str) -> bool:
    return word in SUMS or word.endswith(SUM_ENDINGS)


def _is_other(word: str) -> bool:
    is_code = word.endswith(CODE_ENDINGS) and word not in PHONE
    return is_code or word in ELSEWHERE or (_is_compound(word) and not word.startswith(PHONE_STEMS))


def _is_phone_number(word: str) -> bool:
    return _is_compound(word) and word.startswith(PHONE_STEMS)


def _is_compound(word: str) -> bool:
    """`saksnummer`, `kontonr`: Norwegian writes them as one word."""
    return word.endswith(NUMBER_ENDINGS) and word not in NUMBER
