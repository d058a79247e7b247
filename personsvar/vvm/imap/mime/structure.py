"""BODYSTRUCTURE, and BODY, which leaves out the extension data (RFC 3501 section 7.4.2)."""

from __future__ import annotations

from personsvar.vvm.imap.mime.mime_mail import BOUNDARY, MimeMail
from personsvar.vvm.imap.mime.mime_part import MimePart, Parameters
from personsvar.vvm.imap.writing import listed, string


def structure(mail: MimeMail, *, extended: bool = True) -> bytes:
    parts = b"".join(_part(part, extended=extended) for part in mail.parts)
    extension = b" %b NIL NIL NIL" % _parameters((("boundary", BOUNDARY),)) if extended else b""
    return b'(%b "MIXED"%b)' % (parts, extension)


def _part(part: MimePart, *, extended: bool) -> bytes:
    words = [
        string(part.kind.upper()),
        string(part.subtype.upper()),
        _parameters(part.parameters),
        b"NIL",  # Content-ID
        b"NIL",  # Content-Description
        string("BASE64"),
        b"%d" % part.size,
    ]
    if part.is_text:
        words.append(b"%d" % part.lines)
    if extended:
        words += [b"NIL", _disposition(part), b"NIL", b"NIL"]  # MD5, …, language, location
    return listed(words)


def _disposition(part: MimePart) -> bytes:
    return listed([string("ATTACHMENT"), _parameters(part.disposition)]) if part.attached else b"NIL"


def _parameters(parameters: Parameters) -> bytes:
    """Names in capitals, and a charset too, as other servers do; a file's name stays as it is."""
    words = (string(word) for name, value in parameters for word in (name.upper(), _value(name, value)))
    return listed(words)


def _value(name: str, value: str) -> str:
    return value.upper() if name == "charset" else value
