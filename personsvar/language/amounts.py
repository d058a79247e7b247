"""Lengths of time and prices: "ett minutt og fem sekunder", "tre kroner og femti øre"."""

from __future__ import annotations

import math

from personsvar.language.numbers import Form, Parts, number
from personsvar.language.prompts import Language, PromptId

_Amount = tuple[int, str, Form]
_LONGEST_SECONDS = 999_999 * 3600


def duration(seconds: float, language: Language, *, final: bool = True) -> Parts:
    """The hours, minutes and seconds there are, rounded to whole seconds; what is no length is none."""
    whole = round(min(max(seconds, 0.0), _LONGEST_SECONDS)) if not math.isnan(seconds) else 0
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    amounts: list[_Amount] = [
        (hours, "hour", "common"),
        (minutes, "minute", "neuter"),
        (left, "second", "neuter"),
    ]
    return _joined([amount for amount in amounts if amount[0]] or [amounts[-1]], language, final=final)


def price(ore: int, language: Language, *, final: bool = True) -> Parts:
    """Kroner and øre; the øre only when there are any."""
    if ore < 0:
        return (PromptId("minus"), *price(-ore, language, final=final))
    kroner, rest = divmod(ore, 100)
    amounts: list[_Amount] = [(kroner, "krone", "common"), (rest, "ore", "common")]
    return _joined([amount for amount in amounts if amount[0]] or [amounts[0]], language, final=final)


_PLURALS = {"hour": "hours", "minute": "minutes", "second": "seconds", "krone": "kroner", "ore": "ore"}


def _joined(amounts: list[_Amount], language: Language, *, final: bool) -> Parts:
    """One after the other, "og" before the last: "én time to minutter og tre sekunder"."""
    parts: list[PromptId] = []
    for left, (n, unit, form) in zip(reversed(range(len(amounts))), amounts, strict=True):
        name = unit if n == 1 else _PLURALS[unit]
        link = "-and" if left == 1 else "-final" if left == 0 and final else ""
        parts += (*number(n, language, final=False, form=form), PromptId(name + link))
    return tuple(parts)
