"""How many SMS a text takes: 160 letters of 3GPP TS 23.038, or 70 where one is none of them."""

from __future__ import annotations

_FIRST_TABLE = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_SECOND_TABLE = frozenset("^{}\\[~]|€\f")
"""Its letters take two septets."""
_SEPTETS, _UNITS = (160, 153), (70, 67)
"""Of an SMS alone, and of one of several."""


def is_gsm(text: str) -> bool:
    return all(letter in _FIRST_TABLE or letter in _SECOND_TABLE for letter in text)


def parts_needed(text: str) -> int:
    if is_gsm(text):
        return _parts(sum(2 if letter in _SECOND_TABLE else 1 for letter in text), _SEPTETS)
    return _parts(len(text.encode("utf-16-be", "replace")) // 2, _UNITS)


def _parts(length: int, room: tuple[int, int]) -> int:
    alone, of_several = room
    return 1 if length <= alone else -(-length // of_several)
