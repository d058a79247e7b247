"""A prompt whose sound is missing, from the parts of others: "tjue" and "én" for "tjueén".

Not as people say it, and better than a tone in the middle of a number: it is what is left when no language
has the sound.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from personsvar.language.numbers import Parts, digits, ending
from personsvar.language.prompts import PromptId

_FINAL = "-final"
_NUMBER = re.compile(r"n([0-9]{2})")
_DAY = re.compile(r"day-([0-9]{1,2})")
_WITH_AT = re.compile(r"(weekday-[1-7])-at")


def spelled(prompt: PromptId) -> Iterator[Parts]:
    """The ways to say it without its own sound, the best first: with another ending, then part by part."""
    plain, final = prompt.removesuffix(_FINAL), prompt.endswith(_FINAL)
    yield (ending(plain, final=not final),)
    if number := _NUMBER.fullmatch(plain):
        yield from _figures(number[1], final=final)
    elif day := _DAY.fullmatch(plain):
        yield (PromptId(f"n{day[1]}"),)
        yield digits(day[1], final=False)
    elif named := _WITH_AT.fullmatch(plain):
        yield (PromptId(named[1]), PromptId("at"))


def _figures(figures: str, *, final: bool) -> Iterator[Parts]:
    """The ten and the unit; then figure by figure."""
    if figures[1] != "0":
        yield (PromptId(f"n{figures[0]}0"), ending(f"n{figures[1]}", final=final))
    yield digits(figures, final=final)
