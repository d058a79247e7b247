"""A caller's name in an SMS: shortened, so that it costs no SMS more than the number alone would.

A letter outside GSM 03.38 makes the text UCS-2, with less than half the room. Such a name is written without
its accents where that is enough (`Šime`: `Sime`), else cut; what still has no room leaves the number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from unicodedata import category, normalize

from personsvar.mailbox.model.subscriber import Language
from personsvar.notifier.words import texts
from personsvar.notifier.words.facts import NoticeFacts
from personsvar.notifier.words.sms_parts_needed import is_gsm, parts_needed

LONGEST, _SHORTEST = 30, 6
"""Letters as people count them."""
_CUT, _CUT_OF_GSM = "…", "..."
_JOINER = "\u200d"
_UNACCENTED = str.maketrans("ŁłĐđĦħıŒœ‘’‚“”„–—", "LlDdHhiOo'''\"\"\"--")
"""Those that are no letter with an accent to Unicode."""


def named_sms(facts: NoticeFacts, language: Language) -> str:
    alone = texts.sms(replace(facts, caller_name=None), language)
    most = parts_needed(alone)
    for name in () if facts.caller_name is None else _shorter_and_shorter(facts.caller_name):
        named = texts.sms(replace(facts, caller_name=name), language)
        if parts_needed(named) <= most:
            return named
    return alone


def _shorter_and_shorter(name: str) -> Iterator[str]:
    plain = _unaccented(name)
    yield shortened(name, LONGEST)
    for length in range(LONGEST, _SHORTEST - 1, -1):
        yield shortened(plain, length)


def _unaccented(name: str) -> str:
    """In GSM 03.38 as far as that can be, else as it is: half a name is none."""
    letters = "".join(letter if is_gsm(letter) else _base(letter) for letter in normalize("NFC", name))
    return letters if is_gsm(letters) else name


def _base(letter: str) -> str:
    apart = normalize("NFKD", letter.translate(_UNACCENTED))
    return "".join(part for part in apart if not category(part).startswith("M"))


def shortened(name: str, longest: int) -> str:
    """No longer than that, as people count."""
    letters = list(_as_people_count(name))
    if len(letters) <= longest:
        return name
    mark = _CUT_OF_GSM if is_gsm(name) else _CUT
    return "".join(letters[: longest - len(mark)]).rstrip() + mark


def _as_people_count(name: str) -> Iterator[str]:
    """An accent, a skin colour and what a joiner joins belong to the letter before them; flags are pairs."""
    letter = ""
    for sign in name:
        if letter and not (_goes_on(sign) or letter[-1] == _JOINER or _is_half_a_flag(letter, sign)):
            yield letter
            letter = ""
        letter += sign
    if letter:
        yield letter


def _goes_on(sign: str) -> bool:
    return category(sign) in ("Mn", "Mc", "Me", "Cf") or "\U0001f3fb" <= sign <= "\U0001f3ff"


def _is_half_a_flag(letter: str, sign: str) -> bool:
    return len(letter) == 1 and all("\U0001f1e6" <= half <= "\U0001f1ff" for half in (letter, sign))
