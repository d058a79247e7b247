"""What a server sends as a feed, taken in with a bound on every way: on the wire, and unpacked."""

from __future__ import annotations

import zlib
from typing import Protocol

import httpx

from personsvar.gateways.calendar.feed_errors import FeedFailedError
from personsvar.mailbox.model.calendar_feed import FeedTrouble

MOST_BYTES = 2_000_000
_EITHER_HEADER = 32 + zlib.MAX_WBITS
"""zlib looks by itself whether it is gzip (RFC 1952) or its own form (RFC 1950)."""


class _Packing(Protocol):
    @property
    def is_over(self) -> bool:
        """Nothing is missing at its end."""
        ...

    def unpacked(self, piece: bytes, room: int) -> bytes:
        """At most one byte more than there is room for: it shows that there was more."""
        ...


async def feed_body(response: httpx.Response, *, most: int = MOST_BYTES) -> bytes:
    """All of it. Raise FeedFailedError for more than that, before it is all there; httpx.TransportError."""
    _check_length(response.headers.get("Content-Length", ""), most)
    packing = _packing(response.headers.get("Content-Encoding", "").strip().lower())
    body, on_the_wire = bytearray(), 0
    async for piece in response.aiter_raw():
        on_the_wire += len(piece)
        body += packing.unpacked(piece, most - len(body))
        if max(on_the_wire, len(body)) > most:
            raise FeedFailedError(FeedTrouble.TOO_LARGE)
    if not packing.is_over:
        raise FeedFailedError(FeedTrouble.FAULT)
    return bytes(body)


def _check_length(told: str, most: int) -> None:
    if told.isascii() and told.isdigit() and (len(told) > len(str(most)) or int(told) > most):
        raise FeedFailedError(FeedTrouble.TOO_LARGE)


def _packing(named: str) -> _Packing:
    if named in ("identity", ""):
        return _Unpacked()
    if named in ("gzip", "x-gzip", "deflate"):
        return _Zipped()
    raise FeedFailedError(FeedTrouble.FAULT)  # nobody asked for another one


class _Unpacked:
    is_over = True

    def unpacked(self, piece: bytes, room: int) -> bytes:
        return piece[: room + 1]


class _Zipped:
    def __init__(self) -> None:
        self._unzip = zlib.decompressobj(_EITHER_HEADER)

    @property
    def is_over(self) -> bool:
        return self._unzip.eof

    def unpacked(self, piece: bytes, room: int) -> bytes:
        try:
            return self._unzip.decompress(piece, room + 1)
        except zlib.error as wrong:
            raise FeedFailedError(FeedTrouble.FAULT) from wrong
