r"""Strings as the server writes them (RFC 3501 section 4.3).

Android's reader does not undo `\"`: what holds a quotation mark, a backslash or anything but plain ASCII goes
as a literal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

CRLF = b"\r\n"
_PLAIN = re.compile(rb"[ !#-\[\]-~]*")
_ATOM = re.compile(rb"[A-Za-z0-9!#$&'+,./:;<=>?@^_`|}~-]+")


def string(value: str | bytes) -> bytes:
    """Quoted, or a literal."""
    octets = value.encode("utf-8") if isinstance(value, str) else value
    return b'"' + octets + b'"' if _PLAIN.fullmatch(octets) else literal(octets)


def astring(octets: bytes) -> bytes:
    """Quotes stand only where the text needs them."""
    return octets if _ATOM.fullmatch(octets) else string(octets)


def nstring(value: str | bytes | None) -> bytes:
    return b"NIL" if value is None else string(value)


def literal(octets: bytes) -> bytes:
    return b"{%d}\r\n%b" % (len(octets), octets)


def listed(words: Iterable[str | bytes]) -> bytes:
    return b"(" + b" ".join(word.encode("ascii") if isinstance(word, str) else word for word in words) + b")"
