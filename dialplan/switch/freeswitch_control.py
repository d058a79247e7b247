"""FreeSWITCH's own command line, over its Event Socket: one command a connection.

Its port and password stand in a file of its run folder, for its owner and the group.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_urlsafe
from typing import BinaryIO

from personsvar import durable

HOST = "127.0.0.1"
KEPT_AS = "control"
_PASSWORD_BYTES = 24
_LONGEST_LINE = 10_000
_LONGEST_ANSWER = 1_000_000


def make(run: Path) -> tuple[int, str]:
    """A port that is free and a password, for the FreeSWITCH that is started next."""
    with socket.create_server((HOST, 0)) as listener:
        port: int = listener.getsockname()[1]
    password = token_urlsafe(_PASSWORD_BYTES)
    durable.write(run / KEPT_AS, f"{port} {password}\n".encode(), shared=True)
    return port, password


def ask(run: Path, command: str, *, within_seconds: float) -> str:
    """The answer. OSError: nobody answers."""
    with commanded(run, command, within_seconds=within_seconds) as answers:
        return _body(answers).decode("utf-8", "replace")


@contextmanager
def commanded(run: Path, command: str, *, within_seconds: float) -> Iterator[BinaryIO]:
    """Where the answer comes to a command that was sent; nobody has waited for it. OSError: nobody is there.

    `run`: FreeSWITCH's run folder.
    """
    port, _, password = (run / KEPT_AS).read_text("ascii", errors="replace").strip().partition(" ")
    address = (HOST, int(port) if port.isdecimal() else 0)
    with socket.create_connection(address, within_seconds) as control, control.makefile("rb") as answers:
        _body(answers)
        control.sendall(f"auth {password}\n\n".encode())
        _body(answers)
        control.sendall(f"api {command}\n\n".encode())
        yield answers


def _body(answers: BinaryIO) -> bytes:
    """Of the next message."""
    length = 0
    line = answers.readline(_LONGEST_LINE)
    if not line:
        raise ConnectionResetError("it hung up")
    while line.strip():
        name, _, value = line.partition(b": ")
        if name == b"Reply-Text" and value.startswith(b"-ERR"):
            raise PermissionError(value.decode("utf-8", "replace").strip())
        if name == b"Content-Length":
            length = min(int(value), _LONGEST_ANSWER)
        line = answers.readline(_LONGEST_LINE)
    return answers.read(length)
