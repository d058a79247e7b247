"""The SIP side of one call on a UDP port of its own (RFC 3261): who calls, who is called, who hangs up.

One thread reads; it answers what the switch asks in the call (BYE, a re-INVITE of a session timer, OPTIONS).
Loopback loses nothing, so only the INVITE is sent again.
"""

from __future__ import annotations

import socket
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Condition, Thread

from tests.patience import patience
from tests.real.rtp import KEYS
from tests.real.sip_message import Header, Message, describe, described, pack, response, unpack

LOOPBACK = "127.0.0.1"
_AGAIN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Media:
    """Where the other end listens, and the codec the two agreed on."""

    port: int
    codec: int


class SipLeg:
    def __init__(
        self,
        *,
        number: str,
        codecs: Sequence[int],
        media_port: int,
        port: int = 0,
        address: str = LOOPBACK,
        told: str = "",
    ) -> None:
        """`told`: the address we tell in our messages, where that is not ours: behind NAT."""
        self.number = number
        self._told_address = told or address
        self.changed = Condition()
        self.final: Message | None = None
        """The last answer to our INVITE."""
        self.invite: Message | None = None
        """The INVITE of this call, ours or the switch's."""
        self.media: Media | None = None
        self.ended = False
        self.ended_at = 0.0
        self.received: list[Message] = []
        self._codecs = tuple(codecs)
        self._media_port = media_port
        self._tag = uuid.uuid4().hex[:10]
        self._remote = (LOOPBACK, 0)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((address, port))
        self.port: int = self._socket.getsockname()[1]
        self._closed = False
        self._sequence = 1
        self._thread = Thread(target=self._read, name=f"sip-{self.port}", daemon=True)
        self._thread.start()

    # ---- calling ------------------------------------------------------------------------------------------

    def call(self, dialled: str, switch: tuple[str, int], headers: Sequence[Header]) -> None:
        """Send the INVITE to an address and port; how it is answered shows in `final`.

        A number or name is dialled at the switch; `sip:…` and `tel:…` are the whole Request-URI.
        """
        self._remote = switch
        is_whole = dialled.startswith(("sip:", "tel:"))
        uri = dialled if is_whole else f"sip:{dialled}@{switch[0]}:{switch[1]}"
        ours = f"<sip:{self.number}@{self._told_address}>"
        sender = next((value for name, value in headers if name == "From"), ours)
        rest = [header for header in headers if header[0] != "From"]
        self.invite = Message(
            f"INVITE {uri} SIP/2.0",
            (
                ("Via", self._via()),
                ("Max-Forwards", "70"),
                ("From", f"{sender};tag={self._tag}"),
                ("To", f"<{uri}>"),
                ("Call-ID", uuid.uuid4().hex),
                ("CSeq", "1 INVITE"),
                self._contact(),
                ("Allow", "INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE"),
                *rest,
            ),
            self._describe(),
        )
        self._send(self.invite)

    def wait_for_answer(self, *, within: float) -> Message:
        """The final answer; the INVITE goes out again until the switch has said a word.

        It is looked at under the lock: else the thread may have the answer, and not yet what was agreed on.
        """
        deadline = time.monotonic() + patience(within)
        while time.monotonic() < deadline:
            with self.changed:
                self.changed.wait_for(lambda: self.final is not None, _AGAIN_SECONDS)
                if self.final is not None:
                    return self.final
            if not self.received and self.invite is not None:
                self._send(self.invite)
        raise AssertionError(
            f"no answer to the INVITE in {patience(within)} s; got {[m.start for m in self.received]}"
        )

    @property
    def rings(self) -> bool:
        """Neither answered yet nor refused."""
        with self.changed:
            return self.media is None and not self.ended

    def cancel(self) -> None:
        """Give up before the answer."""
        if self.invite is not None:
            kept = [header for header in self.invite.headers if header[0] in {"Via", "From", "To", "Call-ID"}]
            start = self.invite.start.replace("INVITE", "CANCEL", 1)
            self._send(Message(start, (*kept, ("Max-Forwards", "70"), ("CSeq", "1 CANCEL"))))

    # ---- being called -------------------------------------------------------------------------------------

    def wait_for_call(self, *, within: float) -> Message:
        with self.changed:
            if not self.changed.wait_for(lambda: self.invite is not None, patience(within)):
                raise AssertionError(f"nobody called within {patience(within)} s")
        assert self.invite is not None
        return self.invite

    def reply(self, status: str) -> None:
        """Answer the INVITE: `180 Ringing`, `200 OK`, `486 Busy Here`, `404 Not Found`."""
        assert self.invite is not None
        body = self._describe() if status.startswith("2") else ""
        self._send(response(self.invite, status, tag=self._tag, headers=(self._contact(),), body=body))
        if body:
            self._agree(self.invite.body)
        elif status[0] in "3456":
            self._end()

    # ---- the end ------------------------------------------------------------------------------------------

    def bye(self) -> None:
        """Hang up; returns when the switch has taken it."""
        if not self.ended:
            self._send(self._within_call("BYE"))
            with self.changed:
                if not self.changed.wait_for(lambda: self.ended, patience(5)):
                    raise AssertionError("the switch did not answer our BYE")

    def wait_for_end(self, *, within: float) -> None:
        with self.changed:
            if not self.changed.wait_for(lambda: self.ended, patience(within)):
                raise AssertionError(f"the call was not ended within {patience(within)} s")

    def close(self) -> None:
        self._closed = True
        self._socket.sendto(b"", self._socket.getsockname())  # wakes the thread
        self._thread.join(2)
        self._socket.close()

    # ---- the thread ---------------------------------------------------------------------------------------

    def _read(self) -> None:
        while not self._closed:
            data, sender = self._socket.recvfrom(65536)
            message = unpack(data)
            if message is None:
                continue
            with self.changed:
                self.received.append(message)
                if message.status is None:
                    self._asked(message, sender)
                else:
                    self._told(message)
                self.changed.notify_all()

    def _asked(self, request: Message, sender: tuple[str, int]) -> None:
        match request.method:
            case "INVITE" if self.invite is None:
                self._remote, self.invite = sender, request
                self._send(response(request, "100 Trying", tag=self._tag))
            case "INVITE" | "UPDATE":
                self._send(self._again(request))
            case "BYE" | "CANCEL":
                self._send(response(request, "200 OK", tag=self._tag))
                if request.method == "CANCEL" and self.invite is not None:
                    self._send(response(self.invite, "487 Request Terminated", tag=self._tag))
                self._end()
            case "ACK":
                pass
            case _:
                self._send(response(request, "200 OK", tag=self._tag))

    def _again(self, request: Message) -> Message:
        """A re-INVITE, of a session timer: the same description again."""
        body = self._describe() if request.body else ""
        return response(request, "200 OK", tag=self._tag, headers=(self._contact(),), body=body)

    def _told(self, answer: Message) -> None:
        status = answer.status or 0
        if answer.method == "INVITE" and status >= 200:
            self.final = answer
            self._send(self._ack(answer))
            if status < 300:
                self._agree(answer.body)
            else:
                self._end()
        elif answer.method == "BYE":
            self._end()

    def _agree(self, body: str) -> None:
        port, kinds = described(body)
        self.media = Media(port, next(kind for kind in kinds if kind in self._codecs))

    def _end(self) -> None:
        if not self.ended:
            self.ended_at = time.monotonic()
        self.ended = True

    def _ack(self, answer: Message) -> Message:
        """Of a 2xx a request of its own; of a refusal part of the INVITE (RFC 3261, 17.1.1.3)."""
        assert self.invite is not None
        refused = (answer.status or 0) >= 300
        target = self.invite.start.split()[1] if refused else answer.target
        via = self.invite["Via"] if refused else self._via()
        return Message(
            f"ACK {target} SIP/2.0",
            (
                ("Via", via),
                ("Max-Forwards", "70"),
                ("From", self.invite["From"]),
                ("To", answer["To"]),
                ("Call-ID", self.invite["Call-ID"]),
                ("CSeq", f"{answer.cseq} ACK"),
            ),
        )

    def _within_call(self, method: str) -> Message:
        """A request in the call: From and To as they stand when we called, swapped when we were called."""
        assert self.invite is not None
        self._sequence += 1
        if self.final is not None:
            target, ours, theirs = self.final.target, self.invite["From"], self.final["To"]
        else:
            target, ours, theirs = (
                self.invite.target,
                f"{self.invite['To']};tag={self._tag}",
                self.invite["From"],
            )
        return Message(
            f"{method} {target} SIP/2.0",
            (
                ("Via", self._via()),
                ("Max-Forwards", "70"),
                ("From", ours),
                ("To", theirs),
                ("Call-ID", self.invite["Call-ID"]),
                ("CSeq", f"{self._sequence} {method}"),
            ),
        )

    def _via(self) -> str:
        return f"SIP/2.0/UDP {self._told_address}:{self.port};rport;branch=z9hG4bK{uuid.uuid4().hex}"

    def _contact(self) -> Header:
        return ("Contact", f"<sip:{self.number}@{self._told_address}:{self.port}>")

    def _describe(self) -> str:
        return describe(self._media_port, self._codecs, KEYS, address=self._told_address)

    def _send(self, message: Message) -> None:
        self._socket.sendto(pack(message), self._remote)
