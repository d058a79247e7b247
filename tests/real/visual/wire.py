"""A client's end of an IMAP connection, by hand: every byte is seen, nothing is read between the lines."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import count
from types import TracebackType
from typing import Self

LIMIT_SECONDS = 60.0
_LITERAL = re.compile(rb"\{([0-9]+)\}\r\n$")


class Wire:
    def __init__(self, stream: socket.socket) -> None:
        self.socket = stream
        self._held = b""
        self._tags: Iterator[int] = count(1)

    @classmethod
    def to(cls, host: str, port: int, trust: ssl.SSLContext | None) -> Self:
        stream = socket.create_connection((host, port), timeout=LIMIT_SECONDS)
        return cls(stream if trust is None else trust.wrap_socket(stream, server_hostname=host))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        with suppress(OSError):
            self.socket.close()

    def start_tls(self, trust: ssl.SSLContext, host: str) -> None:
        assert not self._held, self._held
        self.socket = trust.wrap_socket(self.socket, server_hostname=host)

    def send(self, octets: bytes) -> None:
        self.socket.sendall(octets)

    def line(self) -> str:
        """One response line without its CRLF, its literals in it."""
        line = self._until_end_of_line()
        while found := _LITERAL.search(line):
            line += self._octets(int(found[1])) + self._until_end_of_line()
        assert line.endswith(b"\r\n"), line
        return line[:-2].decode("utf-8")

    def ask(self, command: str) -> list[str]:
        """The lines of the answer; the last one without its tag."""
        tag = f"t{next(self._tags)}"
        self.send(f"{tag} {command}\r\n".encode())
        return self.answer(tag)

    def answer(self, tag: str) -> list[str]:
        lines: list[str] = []
        while True:
            line = self.line()
            if line.startswith(f"{tag} "):
                return [*lines, line.removeprefix(f"{tag} ")]
            lines.append(line)

    def idle(self) -> str:
        """The tag to end it with."""
        tag = f"t{next(self._tags)}"
        self.send(f"{tag} IDLE\r\n".encode())
        assert self.line() == "+ idling"
        return tag

    def done(self, tag: str) -> list[str]:
        self.send(b"DONE\r\n")
        return self.answer(tag)

    def play(self, script: str) -> None:
        """A dialogue: what the client says (`C: `), and what it must hear then (`S: `), to the byte."""
        for line in _lines(script):
            side, said = line[:3], line[3:]
            if side == "C: ":
                self.send(f"{said}\r\n".encode())
            else:
                expected = f"{said}\r\n".encode()
                heard = self._octets(len(expected))
                assert heard == expected, f"{heard!r} where the script has {expected!r}"

    def what_has_come(self) -> bytes:
        """Without waiting for more: who sends and sends would be waited for; nothing can be read after it."""
        self.socket.setblocking(False)
        with suppress(BlockingIOError, ssl.SSLWantReadError):
            while True:
                self._receive()
        return self._held

    def is_over(self) -> bool:
        """The server has closed it: nothing more comes."""
        try:
            return self._held == b"" and self.socket.recv(1) == b""
        except (ConnectionResetError, ssl.SSLEOFError):
            return True

    def _until_end_of_line(self) -> bytes:
        while b"\n" not in self._held:
            self._receive()
        line, end, self._held = self._held.partition(b"\n")
        return line + end

    def _octets(self, size: int) -> bytes:
        while len(self._held) < size:
            self._receive()
        taken, self._held = self._held[:size], self._held[size:]
        return taken

    def _receive(self) -> None:
        more = self.socket.recv(65536)
        assert more, f"the server closed after {self._held!r}"
        self._held += more


def _lines(script: str) -> Sequence[str]:
    """An empty line of the server is `S: `, whatever an editor did to the space."""
    return [line if line[2:3] else f"{line} " for line in script.strip("\n").splitlines()]
