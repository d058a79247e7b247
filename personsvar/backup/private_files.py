"""Files for their owner alone, whatever the umask: whole under their name or not there, and summed up."""

from __future__ import annotations

import hashlib
import os
import stat
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from personsvar.backup.refusals import BackupDamagedError

FILE_MODE, FOLDER_MODE = 0o600, 0o700
HALF = ".half-"
"""How a file's name begins until it is whole."""
PIECE = 1 << 20
_GZIP = 31
"""What zlib calls it (https://zlib.net/manual.html, "inflateInit2")."""
_QUICK = 1


@dataclass(frozen=True, slots=True)
class FileSum:
    """How long a file is, and its SHA-256."""

    bytes: int
    sha256: str


def make_folder(folder: Path) -> None:
    folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
    folder.chmod(FOLDER_MODE)


def write_file(file: Path, pieces: Iterable[bytes]) -> FileSum:
    """On the disk before its name is; the name itself is once its folder is synced."""
    digest, length = hashlib.sha256(), 0
    with _private(_half(file)) as out:
        for piece in pieces:
            out.write(piece)
            digest.update(piece)
            length += len(piece)
    _half(file).replace(file)
    return FileSum(length, digest.hexdigest())


def write_files(contents: Mapping[Path, bytes]) -> Mapping[Path, FileSum]:
    """The same for several, which cost the disk hardly more than one."""
    with ExitStack() as halves:
        outs = [halves.enter_context(_private(_half(file), synced=False)) for file in contents]
        for out, content in zip(outs, contents.values(), strict=True):
            out.write(content)
            out.flush()
        for out in outs:
            os.fsync(out.fileno())
    for file in contents:
        _half(file).replace(file)
    return {file: sum_of(content) for file, content in contents.items()}


def sum_of(content: bytes) -> FileSum:
    return FileSum(len(content), hashlib.sha256(content).hexdigest())


def write_packed(file: Path, pieces: Iterable[bytes]) -> FileSum:
    """As gzip packs it; what it is packed from can be of any length."""
    return write_file(file, _packed(pieces))


@contextmanager
def appended(file: Path) -> Iterator[IO[bytes]]:
    """A new file that is written to as work goes on."""
    with os.fdopen(_opened(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), "wb") as out:
        os.fchmod(out.fileno(), FILE_MODE)
        yield out


def sync(out: IO[bytes]) -> None:
    out.flush()
    os.fsync(out.fileno())


def read_whole(file: Path, expected: FileSum) -> Iterator[bytes]:
    """Piece by piece; the last comes once all were what was written. Raise BackupDamagedError."""
    digest, length, last = hashlib.sha256(), 0, b""
    with opened(file) as content:
        if (found := os.fstat(content.fileno()).st_size) != expected.bytes:
            raise BackupDamagedError(f"{file}: has {found} bytes, and had {expected.bytes}")
        while piece := content.read(PIECE):
            digest.update(piece)
            length += len(piece)
            if last:
                yield last
            last = piece
    if (length, digest.hexdigest()) != (expected.bytes, expected.sha256):
        raise BackupDamagedError(f"{file}: is not what was written")
    if last:
        yield last


def check(file: Path, expected: FileSum) -> None:
    """Raise BackupDamagedError."""
    for _ in read_whole(file, expected):
        pass


def read_packed(file: Path, expected: FileSum) -> Iterator[bytes]:
    """What was packed, in pieces of a bounded length. Raise BackupDamagedError."""
    packed = zlib.decompressobj(_GZIP)
    try:
        for piece in read_whole(file, expected):
            rest = piece
            while rest:
                if unpacked := packed.decompress(rest, PIECE):
                    yield unpacked
                rest = packed.unconsumed_tail
        if unpacked := packed.flush():
            yield unpacked
    except zlib.error as wrong:
        raise BackupDamagedError(f"{file}: is not packed as it should be") from wrong
    if not packed.eof:
        raise BackupDamagedError(f"{file}: ends too soon")


def lines_in(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Without their ends; what follows the last end is no line."""
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        yield from whole


@contextmanager
def opened(file: Path) -> Iterator[IO[bytes]]:
    """To read; no link is followed. Raise BackupDamagedError."""
    try:
        number = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError as gone:
        raise BackupDamagedError(f"{file}: is missing") from gone
    except OSError as wrong:
        raise BackupDamagedError(f"{file}: can't be read: {wrong.strerror}") from wrong
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise BackupDamagedError(f"{file}: is no file")
    with os.fdopen(number, "rb") as content:
        yield content


def _packed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    packing = zlib.compressobj(_QUICK, zlib.DEFLATED, _GZIP)
    for piece in pieces:
        if packed := packing.compress(piece):
            yield packed
    yield packing.flush()


@contextmanager
def _private(half: Path, *, synced: bool = True) -> Iterator[IO[bytes]]:
    with os.fdopen(_opened(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), "wb") as out:
        os.fchmod(out.fileno(), FILE_MODE)
        yield out
        if synced:
            sync(out)


def _half(file: Path) -> Path:
    return file.with_name(HALF + file.name)


def _opened(file: Path, how: int) -> int:
    return os.open(file, how | os.O_NOFOLLOW, FILE_MODE)
