"""One conversation over the Event Socket: commands are answered in order, and events come in between."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Mapping

from personsvar.dialogue.call import HungUpError, SwitchError
from personsvar.telephony.esl.esl_messages import (
    API_RESPONSE,
    DISCONNECT,
    EVENT,
    REPLY,
    EslEvent,
    EslMessage,
    EslParser,
    event_of,
)
from personsvar.telephony.wire import SocketWire

log = logging.getLogger(__name__)

MOST_EVENTS = 1_000
"""Events that nobody has asked for yet: no caller presses so many keys."""
LINGER = "linger"
"""What a notice says when the channel is gone and the connection is still here."""


class EslConnection:
    """One thread alone uses it."""

    def __init__(self, wire: SocketWire) -> None:
        self._wire = wire
        self._parser = EslParser()
        self._events: deque[EslEvent] = deque()
        self.gone = False
        """The caller hung up; what was under way still comes to its end."""
        self._is_lingering = False
        """The channel is gone: nothing that is under way will come to an end any more."""
        self._is_over = False

    def request(self, *lines: str) -> EslMessage:
        """Say a command and wait for its answer. Raise HungUpError when the switch let go."""
        if self._is_over:
            raise HungUpError
        for line in lines:
            if not line.isprintable():
                raise SwitchError("a command for the switch holds a line end or a control")
        self._wire.send(("\n".join(lines) + "\n\n").encode())
        while (message := self._next_message()).kind not in (REPLY, API_RESPONSE):
            self._note(message)
        return message

    def api(self, command: str) -> str:
        """The text of its answer; one that begins with `-` says that nothing was done."""
        return self.request(f"api {command}").body.decode("utf-8", "replace")

    def send_message(self, headers: Mapping[str, str]) -> None:
        """Queue an application for the channel. Raise SwitchError when the switch takes none."""
        reply = self.request("sendmsg", *(f"{name}: {value}" for name, value in headers.items()))
        if not reply.headers.get("Reply-Text", "").startswith("+OK"):
            raise SwitchError("the switch takes no application for the channel")

    def next_event(self) -> EslEvent:
        """Wait for it. Raise HungUpError when none will come any more."""
        while not self._events:
            if self._is_lingering or self._is_over:
                raise HungUpError
            self._note(self._next_message())
        return self._events.popleft()

    def events_at_once(self) -> list[EslEvent]:
        """Those that are here already."""
        while not self._is_over and (data := self._wire.receive_at_once()) is not None:
            self._receive(data)
        while (message := self._parsed()) is not None:
            self._note(message)
        events = list(self._events)
        self._events.clear()
        return events

    def _next_message(self) -> EslMessage:
        while (message := self._parsed()) is None:
            if self._is_over:
                raise HungUpError
            self._receive(self._wire.receive())
        return message

    def _receive(self, data: bytes) -> None:
        if data:
            self._parser.receive(data)
        else:
            self.gone = self._is_over = True

    def _parsed(self) -> EslMessage | None:
        try:
            return self._parser.next_message()
        except SwitchError:
            self.gone = self._is_over = True
            raise

    def _note(self, message: EslMessage) -> None:
        if message.kind == EVENT:
            self._note_event(event_of(message))
        elif message.kind == DISCONNECT:
            self.gone = True
            self._is_lingering = True
            self._is_over = message.headers.get("Content-Disposition") != LINGER
        elif message.kind in (REPLY, API_RESPONSE):
            raise SwitchError("the switch answers what nobody asked")

    def _note_event(self, event: EslEvent) -> None:
        if event.name == "CHANNEL_HANGUP":
            self.gone = True
        if len(self._events) >= MOST_EVENTS:
            raise SwitchError("the switch tells more than any call is about")
        self._events.append(event)
