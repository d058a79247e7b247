"""Telephone numbers, digit by digit in the groups people know them by.

Norwegian numbers of eight digits are grouped by their kind (Nkom's numbering plan, E.164 series): 3-2-3 for
mobile (4, 9) and service numbers (8), 2-2-2-2 for fixed ones. Others are said with "pluss", their country
code and the groups of their own country.
"""

from __future__ import annotations

import re

import phonenumbers

from personsvar.language.numbers import Parts, digits, ending
from personsvar.language.prompts import Language, PromptId

_DIALLABLE = re.compile(r"\+?[0-9]{1,15}")  # ITU-T E.164: at most 15 digits
_HOME = "+47"
_HOME_GROUPS = {3: (3,), 4: (2, 2), 5: (2, 3), 6: (3, 3)}
_PAUSE = PromptId("pause")


def phone_number(e164: str, language: Language, *, final: bool = True) -> Parts:  # noqa: ARG001 - both say the same
    """A number's digits with a pause between groups; what is no telephone number is an unknown one."""
    if len(e164) > 16 or not _DIALLABLE.fullmatch(e164):  # noqa: PLR2004 - the plus and 15 digits
        return (ending("number-unknown", final=final),)
    if e164.startswith("+") and not e164.startswith(_HOME):
        return (PromptId("plus"), *_said(_foreign_groups(e164), final=final))
    return _said(_home_groups(e164.removeprefix(_HOME).removeprefix("+") or "47"), final=final)


def _said(groups: list[str], *, final: bool) -> Parts:
    parts: list[PromptId] = []
    for group in groups[:-1]:
        parts += (*digits(group, final=False), _PAUSE)
    return (*parts, *digits(groups[-1], final=final))


def _home_groups(national: str) -> list[str]:
    if len(national) == 8:  # noqa: PLR2004 - every Norwegian subscriber's number
        return _cut(national, (3, 2, 3) if national[0] in "489" else (2, 2, 2, 2))
    return _cut(national, _HOME_GROUPS.get(len(national)) or _threes(len(national)))


def _foreign_groups(e164: str) -> list[str]:
    try:
        parsed = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return _cut(e164[1:], _threes(len(e164) - 1))
    spelled = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    groups = re.findall(r"[0-9]+", spelled)
    return groups if "".join(groups) == e164[1:] else _cut(e164[1:], _threes(len(e164) - 1))


def _threes(length: int) -> tuple[int, ...]:
    """Threes, and no digit left alone at the end: 3-3-4."""
    if length <= 4:  # noqa: PLR2004 - one group
        return (length,)
    return (3, *_threes(length - 3))


def _cut(text: str, lengths: tuple[int, ...]) -> list[str]:
    starts = [sum(lengths[:index]) for index in range(len(lengths))]
    return [text[start : start + length] for start, length in zip(starts, lengths, strict=True)]
