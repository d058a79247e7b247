"""Where the terminal's telephone takes its keys from: a real terminal, or a pipe."""

from __future__ import annotations

import codecs
import os
import select
import sys
import termios
import time
from typing import TextIO

from personsvar.dialogue.call import ALL_KEYS, Key

_SILENCE = " ,"
_HANG_UP = "\x04"  # Ctrl-D


class PipeKeyboard:
    """Each verb that listens takes the next character; nothing is pressed ahead, so nothing is forgotten."""

    def __init__(self, source: TextIO) -> None:
        self._source = source

    def key(self, seconds: float, keys: str = ALL_KEYS) -> Key | None:  # noqa: ARG002 - a pipe never waits
        while letter := self._source.read(1):
            if letter in keys:
                return Key(letter)
            if letter in _SILENCE:
                return None
        raise EOFError

    def line(self, ends: str) -> tuple[str, Key]:
        typed = ""
        while letter := self._source.read(1):
            if letter in ends:
                return typed, Key(letter)
            if letter == "\n":
                return typed, Key(ends[0])
            typed += letter
        raise EOFError

    def forget(self) -> None:
        return


class TerminalKeyboard:
    """Keys act as they are pressed; Ctrl-D hangs up. Use inside `raw_terminal.raw`."""

    def __init__(self, source: TextIO) -> None:
        self._descriptor = source.fileno()
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def key(self, seconds: float, keys: str = ALL_KEYS) -> Key | None:
        until = time.monotonic() + seconds
        while self._has(max(until - time.monotonic(), 0)):
            letter = self._letter()
            if letter in keys:
                return Key(letter)
        return None

    def line(self, ends: str) -> tuple[str, Key]:
        typed = ""
        while True:
            letter = self._letter()
            if letter in ends or letter in "\r\n":
                _show("\n")
                return typed, Key(letter if letter in ends else ends[0])
            typed = typed[:-1] if letter in "\b\x7f" else typed + letter
            _show("\b \b" if letter in "\b\x7f" else letter)

    def forget(self) -> None:
        termios.tcflush(self._descriptor, termios.TCIFLUSH)

    def _has(self, seconds: float) -> bool:
        return bool(select.select([self._descriptor], [], [], seconds)[0])

    def _letter(self) -> str:
        letter = ""
        while not letter:  # one beyond ASCII is several octets
            octet = os.read(self._descriptor, 1)
            letter = self._decoder.decode(octet)
            if not octet or letter == _HANG_UP:
                raise EOFError
        return letter


def _show(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
