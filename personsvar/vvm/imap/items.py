"""What a client may FETCH of a message (RFC 3501 section 6.4.5)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from personsvar.vvm.imap.writing import astring, listed


class Datum(StrEnum):
    """What is told without a part of the message itself."""

    UID = "UID"
    FLAGS = "FLAGS"
    INTERNAL_DATE = "INTERNALDATE"
    SIZE = "RFC822.SIZE"
    ENVELOPE = "ENVELOPE"
    BODY = "BODY"
    BODY_STRUCTURE = "BODYSTRUCTURE"


class Piece(StrEnum):
    """Which piece of a message or of one of its parts; `WHOLE` of a part is its body without its headers."""

    WHOLE = ""
    HEADER = "HEADER"
    FIELDS = "HEADER.FIELDS"
    FIELDS_NOT = "HEADER.FIELDS.NOT"
    TEXT = "TEXT"
    MIME = "MIME"


@dataclass(frozen=True, slots=True)
class Section:
    """`BODY[1.MIME]`, `BODY.PEEK[HEADER.FIELDS (DATE FROM)]<0.512>`, and the older `RFC822.HEADER`."""

    piece: Piece = Piece.WHOLE
    path: tuple[int, ...] = ()
    fields: tuple[bytes, ...] = ()
    """In capitals, in the order asked; any string, also one that no header is called."""
    start: int | None = None
    length: int = 0
    """Of a partial fetch, when there is a start."""
    peek: bool = False
    """Looking does not set `\\Seen`."""
    alias: str = ""
    """`RFC822`, `RFC822.HEADER`, `RFC822.TEXT`: what the answer is called then."""

    @property
    def label(self) -> bytes:
        """What the answer calls the item."""
        if self.alias:
            return self.alias.encode("ascii")
        words = ".".join([*map(str, self.path), *filter(None, [self.piece])]).encode("ascii")
        fields = b" " + listed(map(astring, self.fields)) if self.fields else b""
        return b"BODY[%b%b]" % (words, fields) + (b"" if self.start is None else b"<%d>" % self.start)


FetchItem = Datum | Section
