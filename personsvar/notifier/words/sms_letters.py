"""Letters of an SMS: those of GSM 03.38 as far as that can be, and as many as people count."""

from __future__ import annotations

from collections.abc import Iterator
from unicodedata import category, normalize

from personsvar.notifier.words.sms_parts_needed import is_gsm

CUT, CUT_OF_GSM = "…", "..."
_JOINER = "\u200d"
_UNACCENTED = str.maketrans("ŁłĐđĦħıŒœ‘’‚“”„«»–—−", 'LlDdHhiOo\'\'\'"""""---')
"""Those that are no letter with an accent to Unicode."""


def in_gsm(text: str) -> str:
    """In GSM 03.38 without its accents where that is enough, else as it is: half a name is none."""
    letters = "".join(letter if is_gsm(letter) else _base(letter) for letter in normalize("NFC", text))
    return letters if is_gsm(letters) else text


def _base(letter: str) -> str:
    apart = normalize("NFKD", letter.translate(_UNACCENTED))
    return "".join(part for part in apart if not category(part).startswith("M"))


def shortened(name: str, longest: int) -> str:
    """No longer than that, as people count."""
    letters = list(as_people_count(name))
    if len(letters) <= longest:
        return name
    mark = CUT_OF_GSM if is_gsm(name) else CUT
    return "".join(letters[: longest - len(mark)]).rstrip() + mark


def as_people_count(name: str) -> Iterator[str]:
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
