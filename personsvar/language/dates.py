"""Days of the year: "fredag den fjerde desember", "the third of March twenty twenty-five"."""

from __future__ import annotations

from datetime import date

from personsvar.language.numbers import Parts, ending, number
from personsvar.language.prompts import Language, PromptId

_HALF_A_YEAR_DAYS = 183


def day(on: date, today: date, language: Language, *, final: bool = True) -> Parts:
    """An absence greeting's last day, read back: with its weekday, and with the year when it is far off.

    The fifth of February said in December needs no year; yesterday's date, taken for next year's, does.
    """
    far = on.year != today.year and abs((on - today).days) > _HALF_A_YEAR_DAYS
    return (PromptId(f"weekday-{on.isoweekday()}"), *calendar_day(on, language, with_year=far, final=final))


def calendar_day(on: date, language: Language, *, with_year: bool, final: bool = True) -> Parts:
    """The day and the month, and the year if it must be said."""
    month_is_last = final and not with_year
    parts = (PromptId(f"day-{on.day}"), ending(f"month-{on.month}", final=month_is_last))
    return (*parts, *year(on.year, language, final=final)) if with_year else parts


def year(n: int, language: Language, *, final: bool = True) -> Parts:
    """Two and two figures ("tjue tjuefem") but where people count: "to tusen og fem", "nitten hundre"."""
    century, rest = divmod(n, 100)
    counted = century % 10 == 0 and rest < 10  # noqa: PLR2004 - 2000 to 2009
    if n < 1100 or n > 9999 or counted:  # noqa: PLR2004 - years of two pairs of figures
        return number(n, language, final=final)
    lead = number(century, language, final=False)
    if rest >= 10:  # noqa: PLR2004 - two figures
        return (*lead, *number(rest, language, final=final))
    if not rest:
        return (*lead, ending("hundred", final=final))
    joint = PromptId("hundred-and" if language == "nb" else "oh")
    return (*lead, joint, *number(rest, language, final=final))
