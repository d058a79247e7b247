"""A fake Asterisk: it connects over TCP like `AGI(agi://…)` and speaks AGI to the letter.

Behind it is a caller with a plan and a clock of its own (`channel`), so a three-minute message takes no time,
and a key pressed at second 7.5 comes exactly then.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress

from tests.wire.channel import COMMANDS, FakeChannel, Plan

Quirk = Callable[[str, list[str]], bytes | None]
"""What is sent instead of the right answer (None); where it has no line end, the connection is cut there."""

SECRET = "a-secret-of-switch-and-service"
"""What it shows, where nothing else is said."""

Receive = Callable[[], bytes]
Send = Callable[[bytes], object]


class FakeAsterisk:
    def __init__(
        self,
        plan: Plan | None = None,
        *,
        channel: FakeChannel | None = None,
        script: str = "call",
        secret: str = SECRET,
        arguments: tuple[str, ...] = (),
        quirk: Quirk = lambda _command, _arguments: None,
        bytes_at_a_time: int = 0,
        fast: bool = True,
    ) -> None:
        self.channel = channel or FakeChannel(plan or Plan())
        self.commands: list[tuple[str, list[str]]] = []
        self.spoke_too_early = False
        """Two commands were under way at once."""
        self._script = script
        self._arguments = (*arguments, f"secret={secret}")
        self._quirk = quirk
        self._bytes_at_a_time = bytes_at_a_time
        self._fast = fast
        self._buffer = b""
        self._said_hangup = False

    def call(self, host: str, port: int) -> None:
        """One whole call, as long as the other end has it."""
        with socket.create_connection((host, port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._converse(lambda: connection.recv(4096), connection.sendall)

    def over_pipes(self, reading: int, writing: int) -> None:
        """One whole call with a script that was started for it."""
        self._converse(lambda: os.read(reading, 4096), lambda data: _write(writing, data))

    def _converse(self, receive: Receive, send: Send) -> None:
        with suppress(OSError):
            self._send(send, self._environment())
            for line in self._lines(receive):
                self.spoke_too_early |= bool(self._buffer)
                answer = self._answer(line)
                self._send(send, answer)
                if not answer.endswith(b"\n"):
                    break
        self.channel.flush()
        self.channel.leave()

    def names(self) -> list[str]:
        """The commands that were said, without their arguments."""
        return [command for command, _ in self.commands]

    def _environment(self) -> bytes:
        given = {
            "agi_network": "yes",
            "agi_network_script": self._script,
            "agi_request": f"agi://127.0.0.1/{self._script}",
            "agi_channel": "PJSIP/trunk-00000001",
            "agi_language": "en",
            "agi_uniqueid": "1700000000.1",
            "agi_extension": "s",
        } | {f"agi_arg_{number}": value for number, value in enumerate(self._arguments, 1)}
        return "".join(f"{name}: {value}\n" for name, value in given.items()).encode() + b"\n"

    def _lines(self, receive: Receive) -> Iterator[str]:
        while True:
            while b"\n" not in self._buffer:
                data = receive()
                if not data:
                    return
                self._buffer += data
            line, _, self._buffer = self._buffer.partition(b"\n")
            yield line.decode()

    def _send(self, send: Send, data: bytes) -> None:
        step = self._bytes_at_a_time or max(len(data), 1)
        for start in range(0, len(data), step):
            send(data[start : start + step])

    def _answer(self, line: str) -> bytes:
        command, arguments = parse(line)
        self.commands.append((command, arguments))
        odd = self._quirk(command, arguments)
        if odd is not None:
            return odd
        before = self._hangup_line()
        answer = self.channel.answer(command, arguments)
        return f"{before}{answer}\n{self._hangup_line()}".encode()

    def _hangup_line(self) -> str:
        """FastAGI says it once; a script gets a signal instead."""
        if self.channel.look_up() or not self._fast or self._said_hangup:
            return ""
        self._said_hangup = True
        return "HANGUP\n"


def _write(writing: int, data: bytes) -> None:
    while data:
        data = data[os.write(writing, data) :]


def parse(line: str) -> tuple[str, list[str]]:
    """A command and its arguments, by the quoting rules of res_agi.c."""
    words = split(line)
    for size in (3, 2, 1):
        if " ".join(words[:size]) in COMMANDS:
            return " ".join(words[:size]), words[size:]
    return " ".join(words[:1]), words[1:]


def split(line: str) -> list[str]:
    words: list[str] = []
    word: str | None = None
    quoted = escaped = False
    for letter in line:
        if not escaped and letter == '"':
            word, quoted = word or "", not quoted
        elif not escaped and letter == "\\":
            escaped = True
        elif letter == " " and not (quoted or escaped):
            words, word = (words if word is None else [*words, word]), None
        else:
            word, escaped = (word or "") + letter, False
    return words if word is None else [*words, word]
