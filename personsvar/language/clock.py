"""The time of day: "fjorten trettito", "åtte null fem", "two thirty-two p.m.".

Norwegian says twenty-four hours, and the full hour alone ("klokken fjorten"); one o'clock is neuter, "klokken
ett", and 21 is not, "tjueén". Midnight is "null null", so that five past it is not taken for a count.
English says twelve hours, noon and midnight.
"""

from __future__ import annotations

from datetime import time

from personsvar.language.numbers import Parts, ending
from personsvar.language.prompts import Language, PromptId

_TWO_FIGURES = 10
_NOON = 12
_NORWEGIAN_HOURS = {0: "clock-0", 1: "n1-neuter"}


def time_of_day(at: time, language: Language, *, final: bool = True) -> Parts:
    """The hour and the minute; what goes before ("klokken", "at") is the caller's to say."""
    if at.minute == 0 and (at.hour == 0 or (at.hour == _NOON and language == "en")):
        return (ending(f"clock-{at.hour}", final=final),)
    return _norwegian(at, final=final) if language == "nb" else _english(at, final=final)


def _norwegian(at: time, *, final: bool) -> Parts:
    hour = _NORWEGIAN_HOURS.get(at.hour, f"n{at.hour}")
    if not at.minute:
        return (ending(hour, final=final),)
    *lead, last = _minute(at.minute)
    return (PromptId(hour), *lead, ending(last, final=final))


def _english(at: time, *, final: bool) -> Parts:
    hour = PromptId(f"n{at.hour % _NOON or _NOON}")
    half = ending("am" if at.hour < _NOON else "pm", final=final)
    return (hour, *_minute(at.minute), half) if at.minute else (hour, half)


def _minute(minute: int) -> Parts:
    spoken = PromptId(f"n{minute}")
    return (PromptId("oh"), spoken) if minute < _TWO_FIGURES else (spoken,)
