"""One AGI conversation: pyst2's AGI, repaired once, here.

As shipped (0.5.1) it sets a signal handler, which no thread may; writes text into binary files; prints every
reply, PINs too, to standard error; drops `endpos` and why a recording ended; escapes nothing in an argument;
and takes the end of the connection and the HANGUP line for nonsense. What is kept of it is `execute()`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from asterisk.agi import AGI

from personsvar.dialogue.call import HungUpError, SwitchError
from personsvar.telephony.agi.reply import (
    CommandRefused,
    ConnectionEnded,
    DeadChannel,
    Environment,
    Event,
    HungUp,
    ReplyParser,
    Result,
    Trying,
)
from personsvar.telephony.wire import Wire

_FORBIDDEN = dict.fromkeys(range(32)) | {ord('"'): None, 127: None}


class AgiConnection(AGI):  # type: ignore[misc]  # pyst2 ships no types
    """Commands one at a time: each waits for the reply of the one before."""

    def __init__(self, wire: Wire) -> None:
        # pyst2's own constructor is not called: it sets a signal handler and prints
        self._wire = wire
        self._replies = ReplyParser()
        self.env: Mapping[str, str] = {}
        self.gone = False
        """The caller hung up; variables can still be set and read until the switch lets go."""
        self._is_over = False
        """The switch let go, or talks nonsense: nothing can be asked any more."""

    def read_environment(self) -> None:
        """The switch's first lines. Raise SwitchError when it is no switch, HungUpError when it left."""
        while not isinstance(event := self._next_event(), Environment):
            self._note_end(event)
        self.env = event.values

    def ask(self, command: str, *arguments: str | int) -> Result:
        """Say a command and wait for its result. Raise HungUpError when only the living may say it."""
        return cast("Result", self.execute(command, *(self._quote(argument) for argument in arguments)))

    def test_hangup(self) -> None:
        """pyst2 asks it before each command."""
        if self._is_over:
            raise HungUpError

    def send_command(self, command: str, *args: str) -> None:
        self._wire.send(" ".join((command, *args)).encode() + b"\n")

    def get_result(self, stdin: object = None) -> Result:  # noqa: ARG002 - pyst2's signature
        while not isinstance(event := self._next_event(), Result):
            self._note_end(event)
            if isinstance(event, DeadChannel):
                raise HungUpError
            if isinstance(event, CommandRefused):
                raise SwitchError(f"the switch answered {event.code} to a command")
            if not isinstance(event, Trying | HungUp):
                raise SwitchError(f"a {type(event).__name__.lower()} where a result should be")
        return event

    def _quote(self, string: str | int) -> str:
        """An argument in double quotes. Numbers, digits and paths never hold what is refused here."""
        text = str(string)
        if text.translate(_FORBIDDEN) != text:
            raise SwitchError("an argument for the switch holds a quote or a line end")
        return '"' + text.replace("\\", "\\\\") + '"'

    def _next_event(self) -> Event:
        try:
            while (event := self._replies.next_event()) is None:
                self._replies.receive(self._wire.receive())
        except SwitchError:
            self.gone = self._is_over = True
            raise
        return event

    def _note_end(self, event: Event) -> None:
        if isinstance(event, HungUp | DeadChannel | ConnectionEnded):
            self.gone = True
        if isinstance(event, ConnectionEnded):
            self._is_over = True
            raise HungUpError
