"""BODY[…]: a piece of a mail (RFC 3501 section 6.4.5)."""

from __future__ import annotations

from personsvar.vvm.imap.items import Piece, Section
from personsvar.vvm.imap.mime.mime_mail import MimeMail
from personsvar.vvm.imap.mime.mime_part import Headers, block

SOUND = 1
"""The part that holds the sound."""


def section(mail: MimeMail, asked: Section) -> bytes | None:
    """None: there is no such part (`NIL`)."""
    octets = _of_part(mail, asked) if asked.path else _of_mail(mail, asked)
    if octets is None or asked.start is None:
        return octets
    return octets[asked.start : asked.start + asked.length]


def holds_sound(asked: Section) -> bool:
    if asked.path:
        return asked.path == (SOUND,) and asked.piece is Piece.WHOLE
    return asked.piece in (Piece.WHOLE, Piece.TEXT)


def shows_text(asked: Section) -> bool:
    """It tells whether there is a part behind the sound's, or what that says."""
    if asked.path:
        return asked.path[0] != SOUND
    return asked.piece in (Piece.WHOLE, Piece.TEXT)


def shows_size(asked: Section) -> bool:
    """The headers of the sound's part say how long it is."""
    return asked.path == (SOUND,) and asked.piece is Piece.MIME


def _of_mail(mail: MimeMail, asked: Section) -> bytes | None:
    match asked.piece:
        case Piece.WHOLE:
            return mail.content
        case Piece.TEXT:
            return mail.text
        case Piece.MIME:
            return None
        case _:
            return block(_chosen(mail.headers, asked))


def _of_part(mail: MimeMail, asked: Section) -> bytes | None:
    """A part is no message: it has a body and MIME headers, and nothing further within."""
    number, *within = asked.path
    if within or number > len(mail.parts):
        return None
    part = mail.parts[number - 1]
    if asked.piece is Piece.MIME:
        return block(part.headers)
    return part.body if asked.piece is Piece.WHOLE else None


def _chosen(headers: Headers, asked: Section) -> Headers:
    if asked.piece not in (Piece.FIELDS, Piece.FIELDS_NOT):
        return headers
    wanted = asked.piece is Piece.FIELDS
    return tuple(
        header for header in headers if (header[0].upper().encode("ascii") in asked.fields) is wanted
    )
