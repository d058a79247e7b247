r"""Rows as lines of text, in the form that PostgreSQL's COPY writes and reads ("COPY", Text Format).

A row is a line, its fields stand between tabs, `\N` is no value, and a backslash stands before what could be
taken for one of these. A time is in UTC, `t` and `f` are yes and no, bytes are `\x` and hexadecimal digits.
PostgreSQL does all of it by itself; here it is done for SQLite, from and to the values that lie in its file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, Double, Integer, LargeBinary, Time

from personsvar.storage.columns import Id, Moment

NOTHING = b"\\N"
_ESCAPES = {"\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v"}
_MEANT = {escaped[1]: char for char, escaped in _ESCAPES.items()}
_SPECIAL = re.compile(r"[\\\b\f\n\r\t\v]")
_ESCAPED = re.compile(r"\\(.)")


class ColumnKind(StrEnum):
    """What a column holds, whichever database it is in."""

    TEXT = "text"
    WHOLE = "whole"
    REAL = "real"
    YES_NO = "yes-no"
    MOMENT = "moment"
    DAY = "day"
    TIME = "time"
    BYTES = "bytes"
    JSON = "json"


_KINDS: Sequence[tuple[type[Any], ColumnKind]] = (
    (Moment, ColumnKind.MOMENT),
    (Id, ColumnKind.WHOLE),
    (Boolean, ColumnKind.YES_NO),
    (Integer, ColumnKind.WHOLE),
    (Double, ColumnKind.REAL),
    (Date, ColumnKind.DAY),
    (Time, ColumnKind.TIME),
    (LargeBinary, ColumnKind.BYTES),
    (JSON, ColumnKind.JSON),
)


def kind_of(column: Column[Any]) -> ColumnKind:
    return next((kind for type_, kind in _KINDS if isinstance(column.type, type_)), ColumnKind.TEXT)


def line_of(values: Sequence[Any], kinds: Sequence[ColumnKind]) -> bytes:
    """A row as SQLite has it; the line with its end."""
    fields = (NOTHING if it is None else _WRITTEN[kind](it) for it, kind in zip(values, kinds, strict=True))
    return b"\t".join(fields) + b"\n"


def values_of(line: bytes, kinds: Sequence[ColumnKind]) -> tuple[Any, ...]:
    """A line as SQLite wants the row. Raise ValueError for what is none of these columns."""
    fields = line.removesuffix(b"\n").split(b"\t")
    return tuple(
        None if field == NOTHING else _READ[kind](_plain(field))
        for field, kind in zip(fields, kinds, strict=True)
    )


def number_in(line: bytes, at: int) -> int | None:
    """The whole number in one field of a line."""
    field = line.removesuffix(b"\n").split(b"\t")[at]
    return None if field == NOTHING else int(field)


def _text(value: str) -> bytes:
    if _SPECIAL.search(value):
        value = _SPECIAL.sub(lambda found: _ESCAPES[found[0]], value)
    return value.encode()


def _plain(field: bytes) -> str:
    text = field.decode()
    return _ESCAPED.sub(lambda found: _MEANT.get(found[1], found[1]), text) if "\\" in text else text


def _as_stored(moment: str) -> str:
    """As SQLAlchemy writes times into SQLite: UTC, without saying so."""
    at = datetime.fromisoformat(moment)
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


def _bytes_in(text: str) -> bytes:
    if not text.startswith("\\x"):
        raise ValueError("these are no bytes")
    return bytes.fromhex(text[2:])


def _yes_no(text: str) -> int:
    return ("f", "t").index(text)


_WRITTEN: Mapping[ColumnKind, Callable[[Any], bytes]] = {
    ColumnKind.TEXT: _text,
    ColumnKind.WHOLE: lambda value: b"%d" % value,
    ColumnKind.REAL: lambda value: repr(float(value)).encode(),
    ColumnKind.YES_NO: lambda value: b"t" if value else b"f",
    ColumnKind.MOMENT: lambda value: f"{value}+00".encode(),
    ColumnKind.DAY: _text,
    ColumnKind.TIME: _text,
    ColumnKind.BYTES: lambda value: b"\\\\x" + value.hex().encode(),
    ColumnKind.JSON: _text,
}
_READ: Mapping[ColumnKind, Callable[[str], Any]] = {
    ColumnKind.TEXT: str,
    ColumnKind.WHOLE: int,
    ColumnKind.REAL: float,
    ColumnKind.YES_NO: _yes_no,
    ColumnKind.MOMENT: _as_stored,
    ColumnKind.DAY: str,
    ColumnKind.TIME: lambda text: time.fromisoformat(text).isoformat(timespec="microseconds"),
    ColumnKind.BYTES: _bytes_in,
    ColumnKind.JSON: str,
}
