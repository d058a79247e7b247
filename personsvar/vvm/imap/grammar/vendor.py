"""The verbs of voicemail platforms, with and without the X: PIN and language of the telephone menu.

`XCHANGE_TUI_PWD PWD=2468 OLD_PWD=1357`, `CHANGE_VM_LANG Lang=5`: in any order, in letters of any case; the
value or the whole word may stand in quotes. There is no form that names a user: nobody sets another's PIN.
"""

from __future__ import annotations

import re

from personsvar.vvm.imap.arguments import Arguments
from personsvar.vvm.imap.commands import VendorLanguage, VendorPin
from personsvar.vvm.imap.malformed import MalformedError

_KEY = re.compile(rb"[A-Za-z_]+(?==)")
_VALUE = re.compile(rb'[^\x00-\x20\x7f-\xff"]+')
_PAIR = re.compile(r"([A-Za-z_]+)=(.*)", re.DOTALL)


def pin(words: Arguments) -> VendorPin:
    pairs = _pairs(words)
    if "PWD" not in pairs or not pairs.keys() <= {"PWD", "OLD_PWD"}:
        raise MalformedError("invalid parameter")
    return VendorPin(pairs["PWD"], pairs.get("OLD_PWD"), apple=False)


def apple_pin(words: Arguments) -> VendorPin:
    """`XCHANGEPASSWORD PIN 2468`: the log-in is proof enough there."""
    words.need(b"PIN")
    words.space()
    return VendorPin(_value(words), None, apple=True)


def language(words: Arguments) -> VendorLanguage:
    pairs = _pairs(words)
    if pairs.keys() != {"LANG"}:
        raise MalformedError("invalid parameter")
    return VendorLanguage(pairs["LANG"])


def _pairs(words: Arguments) -> dict[str, str]:
    pairs: dict[str, str] = {}
    while True:
        key, value = _pair(words)
        if key in pairs:
            raise MalformedError("invalid parameter")
        pairs[key] = value
        if words.is_over:
            return pairs
        words.space()


def _pair(words: Arguments) -> tuple[str, str]:
    if words.is_next(b'"{'):
        pair = _PAIR.fullmatch(words.text())
        if pair is None:
            raise MalformedError("invalid parameter")
        return pair[1].upper(), pair[2]
    key = words.word(_KEY).upper()
    words.need(b"=")
    return key, _value(words)


def _value(words: Arguments) -> str:
    return words.text() if words.is_next(b'"{') else words.word(_VALUE)
