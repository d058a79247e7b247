"""An M4A whose table (`moov`) stands behind its sound, as phones write it, put in order: the table first.

A reader of a pipe needs it so. ISO/IEC 14496-12: a file is boxes, each of a size and a kind; deep in the
table stand the places of the sound's pieces (`stco`, `co64`), which move with them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np

_WAY = (b"trak", b"mdia", b"minf", b"stbl")
_PLACES = {b"stco": ">u4", b"co64": ">u8"}
_HEAD = 8
_MOST = 1000
"""So many boxes are looked at on a level: a recording has a few, and one of millions is made to harm."""


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    start: int
    body: int
    end: int


def table_first(m4a: bytes) -> bytes:
    """The same file in that order; one that is in it, or is no such file, as it is."""
    found = {box.kind: box for box in reversed(list(_boxes(m4a, 0, len(m4a))))}
    table, sound = found.get(b"moov"), found.get(b"mdat")
    if table is None or sound is None or table.start < sound.start:
        return m4a
    moved = _with_places_moved(m4a[table.start : table.end], sound.start, table.start)
    return m4a[: sound.start] + moved + m4a[sound.start : table.start] + m4a[table.end :]


def _boxes(content: bytes | bytearray, start: int, end: int) -> Iterator[_Box]:
    """One after the other, as far as they fit."""
    for _ in range(_MOST):
        if start + _HEAD > end:
            return
        size, kind = struct.unpack_from(">I4s", content, start)
        head = _HEAD
        if size == 1 and start + 2 * _HEAD <= end:  # its size follows, in eight bytes
            (size,) = struct.unpack_from(">Q", content, start + _HEAD)
            head = 2 * _HEAD
        elif size == 0:  # it goes to the end
            size = end - start
        if size < head or start + size > end:
            return
        yield _Box(kind, start, start + head, start + size)
        start += size


def _with_places_moved(table: bytes, first: int, behind: int) -> bytes:
    """What lies from `first` on, and before `behind`, lies further back by the length of the table."""
    moved = bytearray(table)
    level = list(_boxes(moved, 0, len(moved)))
    for kind in _WAY:
        inside = (_boxes(moved, box.body, box.end) for box in level)
        level = [box for box in islice(chain.from_iterable(inside), _MOST) if box.kind == kind]
    tables = chain.from_iterable(_boxes(moved, box.body, box.end) for box in level)
    for box in islice(tables, _MOST):
        if box.kind in _PLACES and box.end - box.body >= _HEAD:
            _move(moved, box, first, behind)
    return bytes(moved)


def _move(table: bytearray, box: _Box, first: int, behind: int) -> None:
    of = np.dtype(_PLACES[box.kind])
    (told,) = struct.unpack_from(">I", table, box.body + 4)
    count = min(told, (box.end - box.body - _HEAD) // of.itemsize)
    places = np.frombuffer(table, of, count, box.body + _HEAD)
    places[(places >= first) & (places < behind)] += len(table)
