"""What Asterisk says over AGI: bytes in, events out, cut into pieces anyhow.

First comes the environment, `agi_name: value` lines up to an empty one. Then one reply for each command:

    200 result=0                          done; a key is its character code, -1 a hang-up or a missing sound
    200 result=1 (value)                  with something in brackets
    200 result=0 (timeout) endpos=16000   and how far it came
    200 result=0 Gosub complete           or in plain words
    100 result=0 Trying...                not done yet: the 200 follows (GOSUB)
    510 Invalid or unknown command        we said something it does not know
    511 Command Not Permitted on a dead channel
    520-Invalid command syntax. …         several lines, up to one that begins with `520 `

Between two replies FastAGI may say `HANGUP`: the caller is gone, and a few commands still work. An empty line
there says nothing: Asterisk does send one now and then. The end of the stream is the end of it all. Source:
Asterisk's res/res_agi.c and apps/app_stack.c.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from personsvar.dialogue.call import SwitchError

MAX_LINE = 65_536
"""No line of a switch is longer: its own buffers end at a fraction of it."""
MAX_LINES = 1_000
"""As many as a usage text may have."""
MAX_ENVIRONMENT = 65_536
"""Bytes of all the first lines together: whoever connects may say so much before we know who it is."""
MAX_ENVIRONMENT_LINES = 200
"""Asterisk's own are some twenty, and AGI() passes on 127 arguments at most."""

_RESULT = re.compile(r"result=(-?\d{1,9})(?: \((.*)\))?(?: endpos=(-?\d{1,12}))?(?: .*)?")
_DIGITS = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Environment:
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Result:
    """A command is done."""

    number: int
    data: str | None = None
    """What stood in brackets."""
    endpos: int | None = None


@dataclass(frozen=True, slots=True)
class Trying:
    """The command goes on; its result follows."""


@dataclass(frozen=True, slots=True)
class CommandRefused:
    """510 or 520: the switch does not know the command, or not in this form."""

    code: int


@dataclass(frozen=True, slots=True)
class DeadChannel:
    """511: the caller is gone, and the command needs one."""


@dataclass(frozen=True, slots=True)
class HungUp:
    """The HANGUP line: the caller is gone."""


@dataclass(frozen=True, slots=True)
class ConnectionEnded:
    """The switch closed the connection."""


Event = Environment | Result | Trying | CommandRefused | DeadChannel | HungUp | ConnectionEnded


@dataclass(slots=True)
class ReplyParser:
    """Give it bytes with `receive`, ask for events with `next_event` until None: more bytes are needed."""

    _buffer: bytearray = field(default_factory=bytearray)
    _searched: int = 0
    _at_end: bool = False
    _environment: dict[str, str] | None = field(default_factory=dict)
    """None once it is complete."""
    _environment_bytes: int = 0
    _usage_lines: int = 0
    """Lines of a 520 text so far; 0: we are not in one."""

    def receive(self, data: bytes) -> None:
        """What came from the switch; no bytes at all mean that it closed the connection."""
        if data:
            self._buffer += data
        else:
            self._at_end = True

    def next_event(self) -> Event | None:
        """Raise SwitchError for what no switch says."""
        while (line := self._next_line()) is not None:
            event = self._event(line)
            if event is not None:
                return event
        return ConnectionEnded() if self._at_end else None

    def _next_line(self) -> str | None:
        end = self._buffer.find(b"\n", self._searched)
        self._check_size(len(self._buffer) if end < 0 else end)
        if end < 0:
            self._searched = len(self._buffer)
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        self._searched = 0
        return line.rstrip(b"\r").decode("utf-8", "replace")

    def _check_size(self, line_bytes: int) -> None:
        if line_bytes > MAX_LINE:
            raise SwitchError(f"the switch sent a line of more than {MAX_LINE} bytes")
        if self._environment is not None and self._environment_bytes + line_bytes > MAX_ENVIRONMENT:
            raise SwitchError(f"an AGI environment of more than {MAX_ENVIRONMENT} bytes")

    def _event(self, line: str) -> Event | None:
        if line == "HANGUP":
            return HungUp()
        if self._environment is not None:
            return self._environment_line(self._environment, line)
        if self._usage_lines:
            return self._usage_line(line)
        return self._reply_line(line) if line else None

    def _environment_line(self, values: dict[str, str], line: str) -> Environment | None:
        if not line:
            self._environment = None
            return Environment(values)
        name, colon, value = line.partition(":")
        if not colon or not name.startswith("agi_"):
            raise SwitchError(f"not an AGI environment: {masked(line)}")
        if len(values) >= MAX_ENVIRONMENT_LINES:
            raise SwitchError(f"an AGI environment of more than {MAX_ENVIRONMENT_LINES} lines")
        if name in values:
            raise SwitchError(
                f"an AGI environment that says {masked(name)} twice: not the switch's own words"
            )
        self._environment_bytes += len(line)
        values[name] = value.strip()
        return None

    def _reply_line(self, line: str) -> Event | None:
        match line[:4]:
            case "200 ":
                return _result(line)
            case "100 ":
                return Trying()
            case "510 " | "510":
                return CommandRefused(510)
            case "511 " | "511":
                return DeadChannel()
            case "520 " | "520":
                return CommandRefused(520)
            case "520-":
                self._usage_lines = 1
                return None
        raise SwitchError(f"not an AGI reply: {masked(line)}")

    def _usage_line(self, line: str) -> CommandRefused | None:
        if line.startswith("520"):
            self._usage_lines = 0
            return CommandRefused(520)
        self._usage_lines += 1
        if self._usage_lines > MAX_LINES:
            raise SwitchError(f"a usage text of more than {MAX_LINES} lines")
        return None


def _result(line: str) -> Result:
    found = _RESULT.fullmatch(line, 4)
    if found is None:
        raise SwitchError(f"not an AGI result: {masked(line)}")
    number, data, endpos = found.groups()
    return Result(int(number), data, None if endpos is None else int(endpos))


def masked(line: str) -> str:
    """The start of a line for the log, where no digit may stand: it could be of a PIN."""
    return _DIGITS.sub("#", ascii(line[:40]))
