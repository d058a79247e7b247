"""What FreeSWITCH says over the Event Socket: bytes in, messages out, cut into pieces anyhow.

    Content-Type: command/reply           header lines up to an empty one
    Reply-Text: +OK

    Content-Length: 1206                  and so many bytes of a body behind them, where it says so
    Content-Type: text/event-json

    {"Event-Name":"DTMF", …}

The answer to `connect` is one that has the whole channel in its headers, each value percent-encoded; bodies
are not. Source: FreeSWITCH's mod_event_socket.c and switch_event.c (switch_event_serialize).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from personsvar.dialogue.call import SwitchError

MAX_HEADER_BYTES = 262_144
"""All headers of one message: a channel with each header of its INVITE is some 30,000 bytes."""
MAX_HEADERS = 2_000
MAX_BODY_BYTES = 1_048_576
MAX_LENGTH_DIGITS = 9

REPLY: Final = "command/reply"
API_RESPONSE: Final = "api/response"
EVENT: Final = "text/event-json"
DISCONNECT: Final = "text/disconnect-notice"


Value = str | tuple[str, ...]
"""Of a header that the switch holds several values of, all of them in order."""


@dataclass(frozen=True, slots=True)
class EslMessage:
    headers: Mapping[str, str]
    """As they came; of two with the same name the first."""
    body: bytes = b""

    @property
    def kind(self) -> str:
        """The content type."""
        return self.headers.get("Content-Type", "")

    def decoded(self) -> dict[str, str]:
        """The headers of an answer to `connect`, their values no longer percent-encoded."""
        return {name: unquote(value, errors="replace") for name, value in self.headers.items()}


@dataclass(frozen=True, slots=True)
class EslEvent:
    values: Mapping[str, Value]

    @property
    def name(self) -> str:
        return self.text("Event-Name")

    def text(self, name: str) -> str:
        """The value; empty where there is none, and of several the first."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else value[0]


@dataclass(slots=True)
class EslParser:
    """Give it bytes with `receive`, ask for messages with `next_message` until None: more are needed."""

    _buffer: bytearray = field(default_factory=bytearray)
    _searched: int = 0
    _headers: dict[str, str] | None = None
    """Of the message whose body is not all there yet."""
    _body_bytes: int = 0

    def receive(self, data: bytes) -> None:
        self._buffer += data

    def next_message(self) -> EslMessage | None:
        """Raise SwitchError for what no switch says."""
        if self._headers is None:
            self._headers = self._next_headers()
            if self._headers is None:
                return None
            self._body_bytes = _length(self._headers.get("Content-Length", "0"))
        if len(self._buffer) < self._body_bytes:
            return None
        message = EslMessage(self._headers, bytes(self._buffer[: self._body_bytes]))
        del self._buffer[: self._body_bytes]
        self._headers, self._body_bytes = None, 0
        return message

    def _next_headers(self) -> dict[str, str] | None:
        while self._buffer.startswith(b"\n"):  # an empty line between two messages says nothing
            del self._buffer[:1]
            self._searched = 0
        end = self._buffer.find(b"\n\n", max(self._searched - 1, 0))
        if (len(self._buffer) if end < 0 else end) > MAX_HEADER_BYTES:
            raise SwitchError(f"the switch sent headers of more than {MAX_HEADER_BYTES} bytes")
        if end < 0:
            self._searched = len(self._buffer)
            return None
        lines = bytes(self._buffer[:end]).decode("utf-8", "replace").split("\n")
        del self._buffer[: end + 2]
        self._searched = 0
        return _headers(lines)


def _headers(lines: list[str]) -> dict[str, str]:
    if len(lines) > MAX_HEADERS:
        raise SwitchError(f"the switch sent more than {MAX_HEADERS} headers at once")
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name.isascii():
            raise SwitchError(f"{len(line)} characters that are no header of the Event Socket")
        headers.setdefault(name, value.strip())
    return headers


def _length(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= MAX_LENGTH_DIGITS):
        raise SwitchError("a length that no body has")
    if int(text) > MAX_BODY_BYTES:
        raise SwitchError(f"the switch announces a body of more than {MAX_BODY_BYTES} bytes")
    return int(text)


def event_of(message: EslMessage) -> EslEvent:
    """The event in a body of JSON. Raise SwitchError when there is none in it."""
    return EslEvent(values_of(message.body))


def values_of(body: bytes) -> dict[str, Value]:
    """Names and values, as the switch writes events and channels. Raise SwitchError for anything else."""
    try:
        found = json.loads(body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        raise SwitchError("an event that is no JSON") from None
    if not isinstance(found, dict):
        raise SwitchError("an event without names and values")
    return {name: value for name, given in found.items() if (value := _value(given))}


def _value(given: object) -> Value:
    if isinstance(given, list):
        return tuple(text for text in given if isinstance(text, str))
    return given if isinstance(given, str) else ""
