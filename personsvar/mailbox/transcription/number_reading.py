"""Telephone numbers in words: rather none than a wrong one.

All that is said in one breath has to be whole numbers of a numbering plan, so nothing is left over. A date, a
time, a price, a PIN, a card or the number of a case is none, whatever digits it has.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Language
from personsvar.mailbox.transcription.digit_groups import DigitGroup, DigitRun, Joint, digit_runs
from personsvar.mailbox.transcription.digit_words import (
    ARTICLES,
    CLOCK,
    MEASURES,
    MONEY,
    ONES,
    SIGHS,
    TIMES,
)
from personsvar.mailbox.transcription.number_kinds import NumberKind, kind_of

_FEWEST, _MOST = 7, 17
"""Digits of a number: fewer are a code, a time or a year; more are in no plan (ITU-T E.164, and a `00`)."""
_MOST_GROUPS = 60
"""In one breath."""
_YEAR = len("2026")
_SIGNS = frozenset("$€£%°")

Groups = tuple[DigitGroup, ...]


@dataclass(frozen=True, slots=True)
class ReadNumber:
    number: Number
    first: int
    """The word it begins in."""
    last: int


def read_numbers(words: Sequence[str], language: Language, *, region: str) -> Iterator[ReadNumber]:
    """In the order they are said; those without a country code are of that region."""
    kind = NumberKind.UNTOLD
    for run in digit_runs(words, language):
        kind = NumberKind.TELEPHONE if run.groups[0].has_plus else kind_of(run.before, run.behind, kind)
        groups = _without_time(run)
        if groups and len(groups) <= _MOST_GROUPS and kind is not NumberKind.OTHER and not _has_card(groups):
            yield from _of_breath(groups, run, region)
        if run.next in MEASURES:
            kind = NumberKind.UNTOLD


def _of_breath(groups: Groups, run: DigitRun, region: str) -> Iterator[ReadNumber]:
    """All of it, or else, each by itself, the parts that a pause or another way of writing makes."""
    tiles = _is_even(groups) and (_tiles(groups, region) or _tiles(_hundreds(groups), region))
    if not tiles:
        for part in _parts(groups, run):
            yield from _of_breath(part, run, region)
        return
    for number, tile in tiles:
        if not _is_measured(tile, run):
            yield ReadNumber(number, tile[0].first, tile[-1].last)


def _without_time(run: DigitRun) -> Groups:
    """`klokken 22, 12 34 56`: the first part is the hour."""
    return run.groups[1:] if CLOCK.intersection(run.before[-1:]) else run.groups


def _has_card(groups: Groups) -> bool:
    """`4567 8901 2345 6789`: two numbers have another pause between them than within."""
    fours = [len(group.digits) == 4 and not group.has_plus for group in groups]  # noqa: PLR2004
    joints = [group.joint for group in groups]
    starts = range(len(groups) - 3)
    return any(all(fours[at : at + 4]) and len({*joints[at + 1 : at + 4]}) == 1 for at in starts)


def _hundreds(groups: Groups) -> Groups:
    """`fire hundre femtiseks` is 456 where it can't be 400 56."""
    joined = list[DigitGroup]()
    for group in groups:
        if joined and _is_rest_of_hundred(joined[-1], group):
            digits = f"{joined[-1].digits[0]}{group.digits}"
            joined[-1] = replace(joined[-1], digits=digits, last=group.last)
        else:
            joined.append(group)
    return tuple(joined)


def _is_rest_of_hundred(hundred: DigitGroup, rest: DigitGroup) -> bool:
    if hundred.said not in ONES or hundred.digits[1:] != "00":
        return False
    is_word = bool(rest.said) and rest.said not in TIMES
    return is_word and rest.joint is Joint.SPACE and len(rest.digits) == 2  # noqa: PLR2004


def _is_even(groups: Groups) -> bool:
    """Pauses may be anywhere, but a number is not written with dashes here and full stops there."""
    joints = {group.joint for group in groups[1:]} - {Joint.COMMA, Joint.SPACE}
    bare = Joint.STOP not in joints or all(group.joint is Joint.STOP for group in _behind_country(groups))
    return len(joints) <= 1 and bare


def _behind_country(groups: Groups) -> Groups:
    """The groups whose joint is one within a number: behind `+47` anything may stand."""
    return groups[2:] if groups and groups[0].has_plus else groups[1:]


def _tiles(groups: Groups, region: str) -> list[tuple[Number, Groups]] | None:
    """The numbers that the groups are, without a rest; of two ways the one whose first number is longer."""
    following: list[list[tuple[Number, Groups]] | None] = [None] * len(groups) + [[]]
    for begin in reversed(range(len(groups))):
        for end in range(len(groups), begin, -1):
            rest = following[end]
            number = None if rest is None else _number(groups[begin:end], region)
            if rest is not None and number is not None:
                following[begin] = [(number, groups[begin:end]), *rest]
                break
    return following[0] or None


def _number(tile: Groups, region: str) -> Number | None:
    digits = "".join(group.digits for group in tile)
    if not _FEWEST <= len(digits) <= _MOST or any(group.has_plus for group in tile[1:]):
        return None
    if not tile[0].has_plus and (_is_date(tile) or _is_round(tile)):
        return None
    try:
        parsed = phonenumbers.parse(f"+{digits}" if tile[0].has_plus else digits, region)
    except NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return Number(phonenumbers.format_number(parsed, PhoneNumberFormat.E164))


def _is_date(tile: Groups) -> bool:
    """`22.12.2026`, `22122026`, `2026-12-22`."""
    parts = [group.digits for group in tile]
    if [len(it) for it in parts] == [len("ddmmyyyy")]:
        parts = [parts[0][:2], parts[0][2:4], parts[0][4:]]
    if len(parts) != 3:  # noqa: PLR2004 - day, month, year
        return False
    day, month, year = parts if len(parts[2]) == _YEAR else reversed(parts)
    return len(year) == _YEAR and year[:2] in ("19", "20") and 1 <= int(month) <= 12 and 1 <= int(day) <= 31  # noqa: PLR2004


def _is_round(tile: Groups) -> bool:
    """Thousands, as sums are written: `22 500 000`."""
    first, *rest = [group.digits for group in tile]
    return len(first) <= 3 and bool(rest) and all(len(it) == 3 for it in rest) and rest[-1] == "000"  # noqa: PLR2004


def _is_measured(tile: Groups, run: DigitRun) -> bool:
    """`22 50 00 00 kroner`, `kr 22500000`, `$ 22 50 00 00`."""
    is_last, is_first = tile[-1] is run.groups[-1], tile[0] is run.groups[0]
    behind = is_last and (run.next in MEASURES or run.next in _SIGNS)
    return behind or (is_first and bool((MONEY | _SIGNS).intersection(run.before[-1:])))


def _parts(groups: Groups, run: DigitRun) -> list[Groups]:
    """At full stops, at dashes, at commas, or where digits turn into words; else without what is loose."""
    for joint in (Joint.STOP, Joint.DASH, Joint.COMMA):
        if any(group.joint is joint for group in groups[1:]):
            return _split(groups, [group.joint is joint for group in groups])
    turns = [False, *(bool(a.said) != bool(b.said) for a, b in pairwise(groups))]
    if any(turns):
        return _split(groups, turns)
    if groups[0].said in SIGHS:
        return [groups[1:]] if groups[1:] else []
    goes_on = groups[-1] is run.groups[-1] and run.next.isalpha()
    return [groups[:-1]] if groups[1:] and goes_on and groups[-1].said in ARTICLES else []


def _split(groups: Groups, at: Sequence[bool]) -> list[Groups]:
    parts = list[Groups]()
    for group, begins in zip(groups, at, strict=True):
        if begins or not parts:
            parts.append((group,))
        else:
            parts[-1] = (*parts[-1], group)
    return parts
