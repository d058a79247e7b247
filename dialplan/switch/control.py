"""Asterisk's own command line, over its control socket: one command a connection."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STOPPING = "cannot be run during shutdown"
"""What most commands answer while it lets calls end."""


def ask(run: Path, command: str, *, within_seconds: float = 30) -> str:
    """The answer, from the second line on: the first is a greeting. OSError: nobody answers."""
    with commanded(run, command, within_seconds=within_seconds) as control:
        answer = b"".join(iter(lambda: control.recv(65536), b""))
    # What is not ASCII only tells how important a line is.
    return answer.decode("ascii", errors="ignore").partition("\n")[2]


@contextmanager
def commanded(run: Path, command: str, *, within_seconds: float) -> Iterator[socket.socket]:
    """The connection on which a command was sent; nobody has waited for its answer. OSError: nobody is there.

    `run`: Asterisk's run folder.
    """
    with socket.socket(socket.AF_UNIX) as control:
        control.settimeout(within_seconds)
        control.connect(str(run / "asterisk.ctl"))
        control.sendall(f"cli quit after {command}\0".encode())
        yield control
