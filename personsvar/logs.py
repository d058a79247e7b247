r"""The log: one line an event, `key=value` with one space between, the call's id in every line of a call.

    time=2026-03-01T13:30:05.120Z level=info call=1700000000.12 in=telephony.agi event="call began" trunk=True

A value with anything but plain letters in it stands in double quotes, with `\"`, `\\`, `\n`, `\r` and
`\xNN` for what could end a line or a value: what a caller sends can not forge a line. Personal data stands
in fields whose name begins with `pii.` and nowhere else (a setting hashes or drops them); a telephone
number that slipped into other text is cut short. PINs are in no field at all.

    log.info("call began", extra={"pii.caller": caller, "trunk": True})
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import lru_cache
from typing import Literal, TextIO

Personal = Literal["plain", "hash", "drop"]
PERSONAL = "pii."
MAX_VALUE = 2000
"""Longer values are cut: a caller's number of 10,000 characters is no reason for such a line."""

MAX_LINE = 4096
"""Bytes of a line, its end too. What is behind them is the end of a trace."""

_call: ContextVar[str] = ContextVar("personsvar_call", default="")
_PLAIN = re.compile(r"[A-Za-z0-9_.,:;/@+*#%•()\[\]{}<>|~^&!?$\-]+")
_NUMBER = re.compile(r"(\+\d{2})\d{5,13}")
_PINS = re.compile(r"\bpins?(?![a-z])|secret|digits", re.IGNORECASE)
_ESCAPED = re.compile(r"\\.")
_CUT = '…"'
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}
_TALKATIVE = ("alembic", "httpcore", "httpx", "uvicorn")
"""Libraries that tell their own life, some with whole URLs: only what is wrong is of interest."""


def call_id() -> str:
    """The id of the call that this thread or task serves; empty: none."""
    return _call.get()


@contextmanager
def in_call(call_id: str) -> Iterator[None]:
    """Every line logged inside, in this thread or task, carries the call's id."""
    token = _call.set(call_id)
    try:
        yield
    finally:
        _call.reset(token)


class KeyValueFormatter(logging.Formatter):
    def __init__(self, *, personal: Personal = "plain", key: bytes = b"") -> None:
        super().__init__()
        self._personal = personal
        self._key = key

    def format(self, record: logging.LogRecord) -> str:
        return " ".join(f"{name}={quoted(value)}" for name, value in self._fields(record))

    def _fields(self, record: logging.LogRecord) -> Iterator[tuple[str, str]]:
        yield "time", _time(record.created)
        yield "level", record.levelname.lower()
        if call := _call.get():
            yield "call", call
        yield "in", record.name.removeprefix("personsvar.")
        yield "event", cut_numbers(record.getMessage())
        for name, value in vars(record).items():
            if name not in _STANDARD:
                yield from self._field(name, value)
        if record.exc_info and record.exc_info[0] is not None:
            yield "error", cut_numbers(f"{record.exc_info[0].__name__}: {record.exc_info[1]}")
            yield "trace", cut_numbers(self.formatException(record.exc_info)[-MAX_VALUE:])

    def _field(self, name: str, value: object) -> Iterator[tuple[str, str]]:
        name = _name_of(name)
        if not name:
            return
        if not name.startswith(PERSONAL):
            yield name, cut_numbers(str(value))
        elif self._personal == "plain":
            yield name, str(value)
        elif self._personal == "hash":
            yield name, hashed(str(value), self._key)


class LineHandler(logging.Handler):
    """Writes each line at once, and nobody waits for another's: there is no lock around it.

    The library's own is held while a line is made and written, and Python's is given up in between: with all
    cores busy a hundred calls stood in line at "call began". To a file or a pipe a line is one write(2), and
    the kernel keeps it whole: to a pipe up to MAX_LINE bytes (POSIX: PIPE_BUF), and no line is longer.
    """

    def __init__(self, stream: TextIO | None) -> None:
        """None where the process has no standard error: then nothing is told."""
        super().__init__()
        self._stream = stream
        self._file: int | None = None
        self._is_torn = False
        """The disk took a part of the last line, and not its end."""
        with suppress(AttributeError, OSError, ValueError):  # in memory, closed, or none
            self._file = stream.fileno()  # type: ignore[union-attr]

    def handle(self, record: logging.LogRecord) -> bool:
        """As the library's, without its lock."""
        if not self.filter(record):
            return False
        self.emit(record)
        return True

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = at_most(self.format(record), MAX_LINE - 1) + b"\n"
            if self._file is not None:
                self._write(self._file, line)
            elif self._stream is not None:
                self._stream.write(line.decode())
        except Exception:  # noqa: BLE001 - whatever is wrong with a log, a call goes on
            self.handleError(record)

    def _write(self, file: int, line: bytes) -> None:
        """The rest follows, where only a part was taken; where it can't, the next line begins anew."""
        left = line = b"\n" + line if self._is_torn else line
        try:
            while left:
                left = left[os.write(file, left) :]
        finally:
            self._is_torn = bool(left) and (self._is_torn or len(left) < len(line))


def at_most(line: str, octets: int) -> bytes:
    """The line in UTF-8, or as much of its beginning as so many bytes hold; what is open in it is closed."""
    whole = line.encode(errors="backslashreplace")
    if len(whole) <= octets:
        return whole
    begins = whole[: octets - len(_CUT.encode())].decode(errors="ignore")
    plain = _ESCAPED.sub("", begins)
    if plain.count('"') % 2:
        return ((begins[:-1] if plain.endswith("\\") else begins) + _CUT).encode()
    return (begins if begins.endswith('"') else begins.rpartition(" ")[0]).encode()


def quoted(value: str) -> str:
    """A value as it stands in a line; quoted when it holds more than plain letters."""
    if len(value) > MAX_VALUE:
        value = value[:MAX_VALUE] + "…"
    if _PLAIN.fullmatch(value):
        return value
    return '"' + "".join(_escaped(letter) for letter in value) + '"'


def cut_numbers(text: str) -> str:
    """Telephone numbers in running text lose all but their country code."""
    return _NUMBER.sub(r"\1…", text)


def hashed(value: str, key: bytes) -> str:
    """The same person gives the same hash, and without the key nobody can count through all numbers."""
    return hmac.new(key, value.encode(), hashlib.sha256).hexdigest()[:16]


def set_up(
    *, level: str = "info", personal: Personal = "plain", key: bytes = b"", stream: TextIO | None = None
) -> None:
    """Send this process's log to `stream` (standard error); call once, at start."""
    handler = LineHandler(stream or sys.stderr)
    handler.setFormatter(KeyValueFormatter(personal=personal, key=key))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for library in _TALKATIVE:
        logging.getLogger(library).setLevel(logging.WARNING)
    logging.raiseExceptions = False  # a full disk under the log never ends a call
    # no line of ours tells them, and to look them up costs more than the line (logging HOWTO, "Optimization")
    logging._srcfile = None  # noqa: SLF001 - as told there
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


def _escaped(letter: str) -> str:
    if letter in _ESCAPES:
        return _ESCAPES[letter]
    if letter.isprintable():
        return letter
    return f"\\x{ord(letter):02x}"


@lru_cache(maxsize=512)
def _name_of(name: str) -> str:
    """A field's name as it may stand in a line; nothing for one that may not."""
    plain = re.sub(r"[^A-Za-z0-9_.-]", "_", name)
    return "" if _PINS.search(plain) else plain


def _time(created: float) -> str:
    return f"{_second(int(created))}.{int(created * 1000) % 1000:03d}Z"


@lru_cache(maxsize=4)
def _second(since_1970: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(since_1970))
