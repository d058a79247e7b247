"""FETCH and what it may ask for: `(UID FLAGS BODY.PEEK[HEADER.FIELDS (DATE FROM)]<0.512>)`.

One line could ask for the same sound hundreds of times, each time another piece of it. A section is never
more than the whole message, so with a few that hold the sound an answer is a few times the message at most.
"""

from __future__ import annotations

import re

from personsvar.vvm.imap.arguments import Arguments
from personsvar.vvm.imap.commands import Fetch
from personsvar.vvm.imap.items import Datum, FetchItem, Piece, Section
from personsvar.vvm.imap.malformed import MalformedError, TooMuchError
from personsvar.vvm.imap.mime.sections import holds_sound

MOST_ITEMS = 50
MOST_FIELDS = 50
"""Of one header; mail programs ask for a dozen."""
MOST_SOUNDS = 4
"""Sections that hold the sound; phones ask for one at a time."""
_NAME = re.compile(rb"[A-Za-z0-9.]+")
_PATH = re.compile(rb"[1-9][0-9]{0,8}(?:\.[1-9][0-9]{0,8})*(?:\.(?=[A-Za-z])|(?=\]))")
_PIECE = re.compile(rb"HEADER(?:\.FIELDS(?:\.NOT)?)?|TEXT|MIME", re.IGNORECASE)
_PARTIAL = re.compile(rb"<([0-9]{1,10})\.([1-9][0-9]{0,9})>")
_FAST = (Datum.FLAGS, Datum.INTERNAL_DATE, Datum.SIZE)
MACROS: dict[str, tuple[FetchItem, ...]] = {
    "FAST": _FAST,
    "ALL": (*_FAST, Datum.ENVELOPE),
    "FULL": (*_FAST, Datum.ENVELOPE, Datum.BODY),
}
ALIASES = {
    "RFC822": Section(alias="RFC822"),
    "RFC822.HEADER": Section(Piece.HEADER, peek=True, alias="RFC822.HEADER"),
    "RFC822.TEXT": Section(Piece.TEXT, alias="RFC822.TEXT"),
}


def fetch(words: Arguments, *, uid: bool) -> Fetch:
    messages = words.sequence()
    words.space()
    return Fetch(messages, _items(words), uid)


def _items(words: Arguments) -> tuple[FetchItem, ...]:
    if not words.is_next(b"("):
        name = words.word(_NAME).upper()
        return MACROS.get(name) or (_named(name, words),)
    items = words.listed(lambda: _named(words.word(_NAME).upper(), words))
    if not items:
        raise MalformedError("missing parameter")
    asked = tuple(dict.fromkeys(items))
    sounds = sum(isinstance(item, Section) and holds_sound(item) for item in asked)
    if len(asked) > MOST_ITEMS or sounds > MOST_SOUNDS:
        raise TooMuchError
    return asked


def _named(name: str, words: Arguments) -> FetchItem:
    if name in ("BODY", "BODY.PEEK") and words.is_next(b"["):
        return _section(words, peek=name != "BODY")
    if name in ALIASES:
        return ALIASES[name]
    try:
        return Datum(name)
    except ValueError:
        raise MalformedError("invalid parameter") from None


def _section(words: Arguments, *, peek: bool) -> Section:
    words.need(b"[")
    path = _path(words)
    piece, fields = _piece(words)
    words.need(b"]")
    if piece is Piece.MIME and not path:
        raise MalformedError("invalid parameter")
    start, length = _partial(words)
    return Section(piece, path, fields, start, length, peek)


def _path(words: Arguments) -> tuple[int, ...]:
    found = words.match(_PATH)
    if found is None:
        return ()
    numbers = found[0].rstrip(b".").split(b".")
    if len(numbers) > words.nesting:
        raise MalformedError("nested too deeply")
    return tuple(map(int, numbers))


def _piece(words: Arguments) -> tuple[Piece, tuple[bytes, ...]]:
    found = words.match(_PIECE)
    if found is None:
        return Piece.WHOLE, ()
    piece = Piece(found[0].decode("ascii").upper())
    if piece not in (Piece.FIELDS, Piece.FIELDS_NOT):
        return piece, ()
    words.space()
    fields = words.listed(lambda: words.astring().upper(), most=MOST_FIELDS)
    if not fields:
        raise MalformedError("missing parameter")
    return piece, fields


def _partial(words: Arguments) -> tuple[int | None, int]:
    found = words.match(_PARTIAL)
    if found is not None:
        return int(found[1]), int(found[2])
    if words.is_next(b"<"):
        raise MalformedError("invalid parameter")
    return None, 0
