"""How letters become octets in SMPP (data_coding, SMPP 5.2.19; the alphabets are those of 3GPP TS 23.038).

GSM-7 goes over SMPP one septet in an octet; packing is the SMSC's work. Its letters of the second table (€
and brackets) take two septets.
"""

from __future__ import annotations

from enum import IntEnum

import smsutil

ESCAPE = "\x1b"
_LATIN_1 = 3
_ASCII = 1


class Coding(IntEnum):
    """The codings we send, by their `data_coding`."""

    GSM7 = 0
    BINARY = 4
    UCS2 = 8


def coding_of(text: str) -> Coding:
    """The cheapest that has every letter. The escape alone is no letter, though smsutil takes it for one."""
    plain = not text or (smsutil.is_valid_gsm(text) and ESCAPE not in text)
    return Coding.GSM7 if plain else Coding.UCS2


def encoded(text: str, coding: Coding) -> bytes:
    if coding is Coding.GSM7:
        octets: bytes = text.encode("gsm0338")
        return octets
    return text.encode("utf-16-be", "replace")  # half a surrogate pair is no letter: a question mark


def decoded(octets: bytes, data_coding: int) -> str | None:
    """The letters, or None where the coding has none (bytes) or they are broken."""
    try:
        match data_coding:
            case Coding.GSM7:
                return _gsm7(octets)
            case 1 | 3:
                return octets.decode("ascii" if data_coding == _ASCII else "latin-1")
            case Coding.UCS2:
                return octets.decode("utf-16-be")
            case _:
                return None
    except UnicodeDecodeError:
        return None


def _gsm7(octets: bytes) -> str:
    if not octets.isascii():
        return octets.decode("latin-1")  # no septets: an SMSC whose default alphabet is another
    text: str = octets.decode("gsm0338")
    return text
