"""AUTHENTICATE: PLAIN (RFC 4616), and LOGIN, which asks for the name and then for the password."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field

from personsvar.vvm.imap.malformed import MalformedError

MECHANISMS = ("PLAIN", "LOGIN")
NAME_PLEASE = b"Username:"
PASSWORD_PLEASE = b"Password:"


@dataclass(frozen=True, slots=True)
class Credentials:
    user: str
    password: str = field(repr=False)


def decoded(response: bytes) -> bytes:
    try:
        return base64.b64decode(response, validate=True)
    except binascii.Error:
        raise MalformedError("invalid base64") from None


def plain(message: bytes) -> Credentials:
    """`[user to act as] NUL user NUL password`; nobody acts as another."""
    parts = message.split(b"\0")
    if len(parts) != len(("as", "user", "password")) or parts[0] not in (b"", parts[1]):
        raise MalformedError("invalid parameter")
    return credentials(parts[1], parts[2])


def credentials(user: bytes, password: bytes) -> Credentials:
    try:
        return Credentials(user.decode("utf-8"), password.decode("utf-8"))
    except UnicodeDecodeError:
        raise MalformedError("invalid parameter") from None
