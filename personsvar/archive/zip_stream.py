"""A zip file that is written as it is read: no more of it is in memory than a piece of one file.

The standard library writes one to what can't be sought in (each file's sums come behind it), and with ZIP64
where there are more than 4 GB or 65,535 files.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

_EARLIEST = 1980
"""What a zip file can say of a year (APPNOTE 4.4.6)."""
_FOR_ITS_OWNER = 0o100600 << 16


@dataclass(frozen=True)
class ZippedFile:
    name: str
    at: datetime
    content: Iterable[bytes]
    """Piece by piece, asked for when it is the file's turn."""
    packed: bool = True


class _Outlet(io.RawIOBase):
    """Where the library writes to; what it wrote is taken from there."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, part: object, /) -> int:
        content = bytes(part)  # type: ignore[call-overload] # any kind of buffer
        self._parts.append(content)
        return len(content)

    def taken(self) -> bytes:
        content = b"".join(self._parts)
        self._parts.clear()
        return content


def zipped(files: Iterable[ZippedFile]) -> Iterator[bytes]:
    """The zip file, piece by piece. What goes wrong while a file is read ends it in the middle."""
    outlet = _Outlet()
    with ZipFile(outlet, "w") as archive:
        for file in files:
            with archive.open(_head(file), "w") as into:
                for piece in file.content:
                    into.write(piece)
                    yield outlet.taken()
        yield outlet.taken()
    yield outlet.taken()


def _head(file: ZippedFile) -> ZipInfo:
    at = file.at if file.at.year >= _EARLIEST else file.at.replace(year=_EARLIEST)
    head = ZipInfo(file.name, (at.year, at.month, at.day, at.hour, at.minute, at.second))
    head.compress_type = ZIP_DEFLATED if file.packed else ZIP_STORED
    head.external_attr = _FOR_ITS_OWNER
    return head
