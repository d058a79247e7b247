"""Prices: "tre kroner og femti øre"."""

from __future__ import annotations

from personsvar.language.numbers import Parts, number
from personsvar.language.prompts import Language, PromptId

_Amount = tuple[int, str]


def price(ore: int, language: Language, *, final: bool = True) -> Parts:
    """Kroner and øre; the øre only when there are any."""
    if ore < 0:
        return (PromptId("minus"), *price(-ore, language, final=final))
    kroner, rest = divmod(ore, 100)
    amounts: list[_Amount] = [(kroner, "krone"), (rest, "ore")]
    return _joined([amount for amount in amounts if amount[0]] or [amounts[0]], language, final=final)


_PLURALS = {"krone": "kroner", "ore": "ore"}


def _joined(amounts: list[_Amount], language: Language, *, final: bool) -> Parts:
    """One after the other, "og" before the last: "tre kroner og femti øre"."""
    parts: list[PromptId] = []
    for left, (n, unit) in zip(reversed(range(len(amounts))), amounts, strict=True):
        name = unit if n == 1 else _PLURALS[unit]
        link = "-and" if left == 1 else "-final" if left == 0 and final else ""
        parts += (*number(n, language, final=False), PromptId(name + link))
    return tuple(parts)
