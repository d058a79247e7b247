"""The numbers that are looked for in messages: who says one leaves the country out, if it is Norway.

One of another country is found where that country is said with it, and nowhere else: the same digits are
somebody else's here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import phonenumbers
from phonenumbers import NumberParseException

ABROAD = re.compile(r"\+[0-9]+")
_DIGIT = re.compile("[0-9]")
_OF_A_NUMBER = re.compile(r"\+?[0-9](?:[0-9_]|[^\w\s])*")
"""Digits, and signs that part them."""
_NORWAY, _OUT = "47", "00"
_WHOLE = 10
"""Digits of a number of Norway's with its country."""


def is_number(word: str) -> bool:
    return _OF_A_NUMBER.fullmatch(word) is not None


def at_home(words: Sequence[str]) -> Iterator[str]:
    """The words; numbers are digits alone."""
    run = list[str]()
    for word in words:
        if run and (word.startswith("+") or not is_number(word)):
            yield from _sought(run)
            run = []
        if is_number(word):
            run.append(word)
        else:
            yield word
    yield from _sought(run)


def _sought(run: Sequence[str]) -> Sequence[str]:
    groups = ["".join(_DIGIT.findall(word)) for word in run]
    digits = "".join(groups)
    if digits.startswith(_NORWAY) and len(digits) == _WHOLE:
        return _behind(len(_NORWAY), groups)
    if not (run and run[0].startswith("+")) and not digits.startswith(_OUT):
        return groups
    whole = digits.removeprefix(_OUT)
    if whole.startswith(_NORWAY) and whole != _NORWAY:
        return _behind(len(digits) - len(whole) + len(_NORWAY), groups)
    return [f"+{whole}"] if _may_be_of_a_country(whole) else groups


def _behind(skipped: int, groups: Sequence[str]) -> Sequence[str]:
    """The groups without so many digits in front."""
    left = list[str]()
    for group in groups:
        left.append(group[skipped:])
        skipped = max(0, skipped - len(group))
    return [group for group in left if group]


def _may_be_of_a_country(digits: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(f"+{digits}"))
    except NumberParseException:
        return False
