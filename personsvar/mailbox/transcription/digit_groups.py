"""Where digits are said in the words of a message: runs of groups, with what stands between and around them.

An engine writes what it hears as it likes: `900 00 012`, `90-00-00-12`, `ni null null`, `+47`, and one number
in as many words of its output as it likes. So words are cut into pieces, pieces that are said as one number
(`twenty two`) are joined, and groups of digits that nothing else comes between are one run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import takewhile

from personsvar.mailbox.model.subscriber import Language
from personsvar.mailbox.transcription.digit_words import (
    AND,
    DIGITS,
    FILLERS,
    HUNDRED,
    MEASURES,
    ONES,
    PLUS,
    TENS,
    TIMES,
)

_PIECE = re.compile(r"[0-9]+|[^\W0-9_]+|\S")
MOST_PIECES = 6000
"""Of one message: three minutes hold some six hundred words."""
AROUND = 6
"""Words in front of a run, and behind it, that tell what it is."""


class Joint(Enum):
    """What stands between two groups; nothing else may."""

    SPACE = " "
    COMMA = ","
    DASH = "-"
    STOP = "."


_SILENT = frozenset(".,:;-()\"'«»")
_DASHES = str.maketrans("\u2010\u2011\u2013/", "----", "()")


@dataclass(frozen=True, slots=True)
class DigitGroup:
    digits: str
    first: int
    """The word it begins in."""
    last: int
    joint: Joint | None
    """To the group before it; None: something that parts them stands between."""
    has_plus: bool
    said: str
    """The word it was; empty where the engine wrote digits."""


@dataclass(frozen=True, slots=True)
class DigitRun:
    groups: tuple[DigitGroup, ...]
    before: tuple[str, ...]
    """The words and signs in front of it; of signs those that tell anything."""
    behind: tuple[str, ...]
    """Those that follow it, up to the next digits."""
    next: str
    """The word or sign next to it, whatever it is."""


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    first: int
    last: int
    is_apart: bool
    """Space is in front of it."""
    digits: str
    """Empty: it is another word, or a sign."""


_END = _Piece("", 0, 0, is_apart=True, digits="")


def digit_runs(words: Sequence[str], language: Language) -> Iterator[DigitRun]:
    pieces = [*_joined(list(_pieces(words, language))), _END]
    groups, before, between = list[DigitGroup](), list[str](), list[_Piece]()
    for place, piece in enumerate(pieces):
        group = _group(between, piece) if piece.digits else None
        if groups and (group.joint is None if group else not _may_be_between(piece)):
            behind = pieces[place - len(between) : place + AROUND]
            yield DigitRun(tuple(groups), tuple(before[-AROUND:]), _telling(behind), behind[0].text)
            groups, before = [], _kept(before, groups, piece)
        elif group is None and not groups:
            before += _telling([piece])
        if group is not None:
            groups.append(group)
            between = []
        elif _may_be_between(piece):
            between.append(piece)
        else:
            between = [piece]


def _kept(before: list[str], groups: Sequence[DigitGroup], following: _Piece) -> list[str]:
    """A sentence goes on over a single `en`; what is in front of any other number is told of that one alone.
    And what that one measures (`500 kroner, …`) tells nothing of the next.
    """
    so_far = [*before, groups[0].said] if len(groups) == 1 and groups[0].said else []
    return so_far if following.text in MEASURES else [*so_far, *_telling([following])]


def _telling(pieces: Sequence[_Piece]) -> tuple[str, ...]:
    words = takewhile(lambda it: not it.digits, pieces)
    return tuple(it.text for it in words if it.text and it.text not in _SILENT)


def _group(between: Sequence[_Piece], piece: _Piece) -> DigitGroup:
    has_plus = bool(between) and between[-1].text in PLUS
    joint = _joint(between[:-1] if has_plus else between, piece)
    first = between[-1].first if has_plus else piece.first
    said = "" if piece.text.isdecimal() else piece.text
    return DigitGroup(piece.digits, first, piece.last, joint, has_plus, said)


def _may_be_between(piece: _Piece) -> bool:
    return piece.text in PLUS or (bool(piece.text) and not piece.text[0].isalpha())


def _joint(between: Sequence[_Piece], piece: _Piece) -> Joint | None:
    """None: what is between parts them."""
    signs = "".join(it.text for it in between).translate(_DASHES)
    if signs == "," and not piece.is_apart:
        return None  # 2,50
    return Joint(signs or " ") if signs in ("", ",", "-", ".") else None


def _pieces(words: Sequence[str], language: Language) -> Iterator[_Piece]:
    taken, said = 0, DIGITS[language]
    for place, word in enumerate(words):
        end = -1
        for found in _PIECE.finditer(word.lower()):
            text = found[0]
            digits = text if text.isdecimal() else said.get(text, "")
            if text not in FILLERS[language]:
                yield _Piece(text, place, place, found.start() != end, digits)
            end, taken = found.end(), taken + 1
            if taken >= MOST_PIECES:
                return


def _joined(pieces: list[_Piece]) -> Iterator[_Piece]:
    """Those that are said as one number are one piece."""
    at = 0
    while at < len(pieces):
        digits, length = _one_number(pieces[at : at + 4])
        yield replace(pieces[at], last=pieces[at + length - 1].last, digits=digits)
        at += length


def _one_number(pieces: list[_Piece]) -> tuple[str, int]:
    """The digits at the beginning, and of how many pieces they are."""
    first, *rest = pieces
    following = [it.text for it in rest] + [""] * 3
    values = [it.digits for it in rest] + [""] * 3
    if first.text in TIMES and len(values[0]) == 1:
        return values[0] * TIMES[first.text], 2
    if first.text in ONES and following[0] in HUNDRED:
        if following[1] in AND and not following[2].isdecimal() and 0 < len(values[2]) <= 2:  # noqa: PLR2004
            return f"{first.digits}{int(values[2]):02d}", 4
        return f"{first.digits}00", 2
    if first.text in TENS:
        skipped = 1 if following[0] == "-" else 0
        if following[skipped] in ONES:
            return str(int(first.digits) + int(values[skipped])), 2 + skipped
    if first.text in ONES and following[0] in AND and following[1] in TENS:
        return str(int(first.digits) + int(values[1])), 3
    return first.digits, 1
