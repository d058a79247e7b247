"""Numbers as they are counted: "tjueén", "hundre og fem", "one thousand one hundred and five".

Norwegian says "hundre" and "tusen" bare when the number begins with them and "ett hundre" inside
("ett tusen ett hundre"); "og" stands before the last part when that is below a hundred (Språkrådet,
"Skriveregler: tall"). What is counted here is "beskjed" and "krone", so the last word is "én".
"""

from __future__ import annotations

from personsvar.language.prompts import Language, PromptId

Parts = tuple[PromptId, ...]

_DIGITS_FROM = 1_000_000
_MOST_DIGITS = 15
_WHOLE = 60
"""To here, and for the tens above, each number is a sound of its own; others join ten and unit."""


def number(n: int, language: Language, *, final: bool = True) -> Parts:
    """A number of any size: words below a million, digit by digit from there."""
    if n < 0:
        return (PromptId("minus"), *number(-n, language, final=final))
    if n >= _DIGITS_FROM:
        return digits(str(min(n, 10**_MOST_DIGITS - 1)), final=final)
    return _thousands(n, language, final=final)


def digits(text: str, *, final: bool = True) -> Parts:
    """Each of the digits 0-9 for itself, the last one falling when it ends the sentence."""
    parts = [PromptId(f"n{digit}") for digit in text]
    return (*parts[:-1], ending(parts[-1], final=final)) if parts else ()


def ending(part: PromptId | str, *, final: bool) -> PromptId:
    """The part as it sounds at the end of a sentence, or with more to come."""
    return PromptId(f"{part}-final" if final else part)


def _thousands(n: int, language: Language, *, final: bool) -> Parts:
    thousands, rest = divmod(n, 1000)
    norwegian = language == "nb"
    if not thousands:
        return _hundreds(rest, language, final=final, bare_one=norwegian)
    bare = norwegian and thousands == 1 and rest < 100  # noqa: PLR2004 - "tusen og fem", "ett tusen ett hundre"
    lead = () if bare else _hundreds(thousands, language, final=False, bare_one=norwegian, neuter=norwegian)
    if not rest:
        return (*lead, ending("thousand", final=final))
    if rest < 100:  # noqa: PLR2004 - below a hundred
        return (*lead, PromptId("thousand-and"), *_below_hundred(rest, final=final))
    return (*lead, PromptId("thousand"), *_hundreds(rest, language, final=final, bare_one=False))


def _hundreds(n: int, language: Language, *, final: bool, bare_one: bool, neuter: bool = False) -> Parts:
    hundreds, rest = divmod(n, 100)
    if not hundreds:
        return _below_hundred(rest, final=final, neuter=neuter)
    bare = bare_one and hundreds == 1
    lead = () if bare else _below_hundred(hundreds, final=False, neuter=language == "nb")
    if not rest:
        return (*lead, ending("hundred", final=final))
    return (*lead, PromptId("hundred-and"), *_below_hundred(rest, final=final, neuter=neuter))


def _below_hundred(n: int, *, final: bool, neuter: bool = False) -> Parts:
    """`neuter`: so many hundreds or thousands, "tjueett"; they follow, so it never ends a sentence."""
    tens, unit = divmod(n, 10)
    if neuter and unit == 1 and tens != 1:
        return (*((PromptId(f"n{tens * 10}"),) if tens else ()), PromptId("n1-neuter"))
    if n > _WHOLE and unit:
        return (PromptId(f"n{tens * 10}"), ending(f"n{unit}", final=final))
    return (ending(f"n{n}", final=final),)
