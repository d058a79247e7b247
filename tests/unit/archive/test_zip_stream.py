"""A zip file that is written as it is read: every program reads it, and no more than a piece is in memory."""

from __future__ import annotations

import io
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from zipfile import ZipFile

import pytest

from personsvar.archive.zip_stream import ZippedFile, zipped

NOON = datetime(2026, 3, 2, 12, 30, 4, tzinfo=UTC)
MEGABYTE = bytes(1_000_000)


def test_what_went_in_comes_out() -> None:
    files = [
        ZippedFile("a.txt", NOON, [b"one, ", b"two"]),
        ZippedFile("b/æ.wav", NOON, iter([b"\x00" * 100]), packed=False),
        ZippedFile("empty", NOON.replace(year=1970), []),
    ]
    whole = b"".join(zipped(files))
    with ZipFile(io.BytesIO(whole)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["a.txt", "b/æ.wav", "empty"]
        assert archive.read("a.txt") == b"one, two"
        assert archive.read("b/æ.wav") == b"\x00" * 100
        first, second, third = archive.infolist()
        assert first.date_time == (2026, 3, 2, 12, 30, 4)
        assert third.date_time[0] == 1980
        assert first.external_attr >> 16 == 0o100600
        assert second.compress_size == 100


def test_it_comes_before_the_rest_is_read() -> None:
    read: list[int] = []

    def content() -> Iterator[bytes]:
        for place in range(3):
            read.append(place)
            yield b"x" * 100_000

    pieces = zipped([ZippedFile("a", NOON, content(), packed=False)])
    assert len(next(pieces)) > 100_000
    assert read == [0]


def test_two_hundred_megabytes_are_never_in_memory() -> None:
    files = (ZippedFile(f"{place}.wav", NOON, [MEGABYTE], packed=False) for place in range(200))
    tracemalloc.start()
    try:
        size = sum(len(piece) for piece in zipped(files))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size > 200_000_000
    assert most < 10_000_000


def test_what_goes_wrong_in_the_middle_ends_it_there() -> None:
    def content() -> Iterator[bytes]:
        yield b"begun"
        raise OSError("away")

    written = bytearray()

    def take() -> None:
        for piece in zipped([ZippedFile("a", NOON, content())]):
            written.extend(piece)

    with pytest.raises(OSError, match="away"):
        take()
    assert b"PK\x05\x06" not in written  # the end that a whole one has
