"""LOGIN, AUTHENTICATE and ID."""

from __future__ import annotations

import re

from personsvar.vvm.imap.arguments import Arguments
from personsvar.vvm.imap.commands import Authenticate, Identify, Login
from personsvar.vvm.imap.malformed import MalformedError
from personsvar.vvm.imap.sasl import decoded

_RESPONSE = re.compile(rb"[A-Za-z0-9+/=]+")
MOST_FIELDS = 30
LONGEST_FIELD = 30
LONGEST_VALUE = 1024
"""Octets (RFC 2971 section 3.3). In any charset: nobody reads what is told."""


def login(words: Arguments) -> Login:
    user = words.text()
    words.space()
    return Login(user, words.text())


def authenticate(words: Arguments) -> Authenticate:
    mechanism = words.word().upper()
    if words.is_over:
        return Authenticate(mechanism)
    words.space()
    response = words.word(_RESPONSE).encode("ascii")
    return Authenticate(mechanism, b"" if response == b"=" else decoded(response))


def identify(words: Arguments) -> Identify:
    if words.accept(b"NIL"):
        return Identify(())
    strings = words.listed(words.astring_or_nil, most=2 * MOST_FIELDS)
    fields, values = strings[::2], strings[1::2]
    if len(fields) != len(values):
        raise MalformedError("invalid parameter")
    return Identify(
        tuple((_field(field), _value(value)) for field, value in zip(fields, values, strict=True))
    )


def _field(field: bytes | None) -> str:
    if field is None or len(field) > LONGEST_FIELD:
        raise MalformedError("invalid parameter")
    return field.decode(errors="replace")


def _value(value: bytes | None) -> str | None:
    if value is not None and len(value) > LONGEST_VALUE:
        raise MalformedError("invalid parameter")
    return None if value is None else value.decode(errors="replace")
