"""How letters become octets in SMPP (data_coding, SMPP 5.2.19; the alphabets are those of 3GPP TS 23.038).

GSM-7 goes over SMPP one septet in an octet; packing is the SMSC's work. Its letters of the second table (€
and brackets) take two septets.

data_coding 0 is "the SMSC's default alphabet": most mean GSM-7 by it, some Latin-1 or ASCII. Which one it is
was agreed with its operator (`?alphabet=` behind the SMSC's URL), and is so in both directions.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Literal, get_args

import smsutil  # noqa: F401 - it makes the codec gsm0338 known

ESCAPE = "\x1b"
SECOND_TABLE = frozenset("^{}\\[~]|€\f")
"""Letters of GSM-7 that take two septets, with the escape before them."""
Alphabet = Literal["gsm7", "latin1", "ascii", "ucs2"]
ALPHABETS: tuple[Alphabet, ...] = get_args(Alphabet)


class Coding(IntEnum):
    """The codings we send, by their `data_coding`."""

    GSM7 = 0
    ASCII = 1
    LATIN1 = 3
    BINARY = 4
    UCS2 = 8


_CODINGS: dict[Alphabet, Coding] = {
    "gsm7": Coding.GSM7,
    "latin1": Coding.LATIN1,
    "ascii": Coding.ASCII,
    "ucs2": Coding.UCS2,
}
_CODECS = {Coding.GSM7: "gsm0338", Coding.ASCII: "ascii", Coding.LATIN1: "latin-1"}


def coding_of(text: str, alphabet: Alphabet = "gsm7") -> Coding:
    """The SMSC's own where it has every letter, else UCS-2. The escape alone is a letter in none."""
    coding = _CODINGS[alphabet]
    try:
        encoded(text, coding)
    except UnicodeEncodeError:
        return Coding.UCS2
    return Coding.UCS2 if ESCAPE in text else coding


def encoded(text: str, coding: Coding) -> bytes:
    if coding in _CODECS:
        octets: bytes = text.encode(_CODECS[coding])
        return octets
    return text.encode("utf-16-be", "replace")  # half a surrogate pair is no letter: a question mark


def decoded(octets: bytes, data_coding: int, alphabet: Alphabet = "gsm7") -> str | None:
    """The letters, or None where the coding has none (bytes) or they are broken."""
    try:
        match data_coding:
            case 0:
                return _by_default(octets, _CODINGS[alphabet])
            case Coding.ASCII | Coding.LATIN1:
                return octets.decode(_CODECS[Coding(data_coding)])
            case Coding.UCS2:
                return octets.decode("utf-16-be")
            case _:
                return None
    except UnicodeDecodeError:
        return None


def _by_default(octets: bytes, coding: Coding) -> str:
    if coding is Coding.UCS2:
        return octets.decode("utf-16-be")
    if not octets.isascii():
        return octets.decode("latin-1")  # neither septets nor ASCII, whatever was agreed
    text: str = octets.decode(_CODECS[coding])
    return text
