"""SIP over TLS for a telephone of UDP: what it sends to a port here goes on as TLS, and answers come back."""

from __future__ import annotations

import re
import socket
import ssl
from contextlib import suppress
from threading import Thread
from types import TracebackType
from typing import Self


class TlsLine:
    """One connection to the switch; `port` is where the telephone sends to."""

    def __init__(self, port: int, trust: ssl.SSLContext) -> None:
        self._connection = trust.wrap_socket(
            socket.create_connection(("127.0.0.1", port), timeout=10), server_hostname="localhost"
        )
        self._connection.settimeout(None)
        self._telephone = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._telephone.bind(("127.0.0.1", 0))
        self.port: int = self._telephone.getsockname()[1]
        self._at = ("127.0.0.1", 0)

    def __enter__(self) -> Self:
        for work in (self._there, self._back):
            Thread(target=work, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        self._connection.close()
        self._telephone.close()

    def _there(self) -> None:
        with suppress(OSError):
            while True:
                message, self._at = self._telephone.recvfrom(65536)
                self._connection.sendall(message.replace(b"Via: SIP/2.0/UDP", b"Via: SIP/2.0/TLS"))

    def _back(self) -> None:
        waiting = b""
        with suppress(OSError):
            while data := self._connection.recv(65536):
                waiting += data
                while whole := _first_of(waiting):
                    waiting = waiting[len(whole) :]
                    self._telephone.sendto(whole, self._at)


def _first_of(stream: bytes) -> bytes:
    """A whole message (RFC 3261, 18.3), or nothing yet."""
    head, end, _ = stream.partition(b"\r\n\r\n")
    length = re.search(rb"(?im)^(?:Content-Length|l)\s*:\s*(\d+)", head)
    size = len(head) + len(end) + (int(length[1]) if length else 0)
    return stream[:size] if end and len(stream) >= size else b""
