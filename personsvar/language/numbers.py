"""Numbers as they are counted: "tjueén", "hundre og fem", "one thousand one hundred and five".

Norwegian says "hundre" and "tusen" bare when the number begins with them and "ett hundre" inside
("ett tusen ett hundre"); "og" stands before the last part when that is below a hundred (Språkrådet,
"Skriveregler: tall"). The last word takes the gender of what is counted: "én beskjed", "ett minutt".
"""

from __future__ import annotations

from typing import Literal

from personsvar.language.prompts import Language, PromptId

Parts = tuple[PromptId, ...]
Form = Literal["common", "neuter"]

_DIGITS_FROM = 1_000_000
_MOST_DIGITS = 15
_WHOLE = 60
"""To here, and for the tens above, each number is a sound of its own; others join ten and unit."""


def number(n: int, language: Language, *, final: bool = True, form: Form = "common") -> Parts:
    """A number of any size: words below a million, digit by digit from there."""
    if n < 0:
        return (PromptId("minus"), *number(-n, language, final=final, form=form))
    if n >= _DIGITS_FROM:
        return digits(str(min(n, 10**_MOST_DIGITS - 1)), final=final)
    return _thousands(n, language, final=final, form=form if language == "nb" else "common")


def digits(text: str, *, final: bool = True) -> Parts:
    """Each of the digits 0-9 for itself, the last one falling when it ends the sentence."""
    parts = [PromptId(f"n{digit}") for digit in text]
    return (*parts[:-1], ending(parts[-1], final=final)) if parts else ()


def ending(part: PromptId | str, *, final: bool) -> PromptId:
    """The part as it sounds at the end of a sentence, or with more to come."""
    return PromptId(f"{part}-final" if final else part)


def _thousands(n: int, language: Language, *, final: bool, form: Form) -> Parts:
    thousands, rest = divmod(n, 1000)
    if not thousands:
        return _hundreds(rest, language, final=final, form=form, bare_one=language == "nb")
    bare = language == "nb" and thousands == 1 and rest < 100  # noqa: PLR2004 - "tusen og fem", "ett tusen ett hundre"
    lead = (
        () if bare else _hundreds(thousands, language, final=False, form="neuter", bare_one=language == "nb")
    )
    if not rest:
        return (*lead, ending("thousand", final=final))
    if rest < 100:  # noqa: PLR2004 - below a hundred
        return (*lead, PromptId("thousand-and"), *_below_hundred(rest, language, final=final, form=form))
    return (
        *lead,
        PromptId("thousand"),
        *_hundreds(rest, language, final=final, form=form, bare_one=False),
    )


def _hundreds(n: int, language: Language, *, final: bool, form: Form, bare_one: bool) -> Parts:
    hundreds, rest = divmod(n, 100)
    if not hundreds:
        return _below_hundred(rest, language, final=final, form=form)
    bare = bare_one and hundreds == 1
    lead = () if bare else _below_hundred(hundreds, language, final=False, form="neuter")
    if not rest:
        return (*lead, ending("hundred", final=final))
    return (*lead, PromptId("hundred-and"), *_below_hundred(rest, language, final=final, form=form))


def _below_hundred(n: int, language: Language, *, final: bool, form: Form) -> Parts:
    tens, unit = divmod(n, 10)
    neuter_one = language == "nb" and form == "neuter" and unit == 1 and tens != 1
    if neuter_one:
        lead = (PromptId(f"n{tens * 10}"),) if tens else ()
        return (*lead, ending("n1-neuter", final=final))
    if n > _WHOLE and unit:
        return (PromptId(f"n{tens * 10}"), ending(f"n{unit}", final=final))
    return (ending(f"n{n}", final=final),)
