"""TLS without a socket: what the wire brought in, plain text and what the wire is owed out.

asyncio's own TLS keeps a buffer of 256 kB for each connection (CPython, `asyncio.sslproto`); a thousand
phones that wait in IDLE would hold 256 MB for nothing. And STARTTLS there begins behind a buffer of plain
text that the server does not see (CVE-2011-0411 and its many sisters); here nothing is carried over.
"""

from __future__ import annotations

import ssl

PLAIN_BYTES = 16 * 1024
"""A TLS record's plain text (RFC 8446, section 5.1)."""


class Tls:
    def __init__(self, context: ssl.SSLContext) -> None:
        self._in = ssl.MemoryBIO()
        self._out = ssl.MemoryBIO()
        self._object = context.wrap_bio(self._in, self._out, server_side=True)
        self.is_open = False
        """The handshake is behind us."""
        self.ended = False
        """The other end said that nothing more will come."""

    def feed(self, data: bytes) -> bytes:
        """Take in what the wire brought; returns the plain text there is so far.

        Raise ssl.SSLError when the other end is not to be talked to; what is owed then is an alert.
        """
        self._in.write(data)
        if not self.is_open and not self._shake_hands():
            return b""
        return b"".join(self._plain())

    def encrypt(self, plain: bytes) -> None:
        """Owe the wire this text."""
        view = memoryview(plain)
        while view:
            view = view[self._object.write(view) :]

    def outgoing(self) -> bytes:
        """Returns what is to go out on the wire now."""
        return self._out.read()

    def close_notify(self) -> None:
        """Owe the wire a close_notify: the text ends here, and was not cut off."""
        try:
            self._object.unwrap()
        except ssl.SSLError:
            return  # the other end has not said so itself yet, and need not

    def _shake_hands(self) -> bool:
        try:
            self._object.do_handshake()
        except ssl.SSLWantReadError:
            return False
        self.is_open = True
        return True

    def _plain(self) -> list[bytes]:
        found: list[bytes] = []
        try:
            while part := self._object.read(PLAIN_BYTES):
                found.append(part)
        except ssl.SSLWantReadError:
            return found
        except ssl.SSLZeroReturnError:
            pass
        self.ended = True
        return found
