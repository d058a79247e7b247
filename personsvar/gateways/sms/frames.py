"""PDUs cut from a stream of bytes: each says its own length first (SMPP 3.2).

    length (4)  command_id (4)  command_status (4)  sequence_number (4)  body

A length no PDU has means that the place in the stream is lost: nothing after it can be read, and the
connection is of no more use.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum

HEAD = struct.Struct(">LLLL")
LONGEST = 0x20000
"""A message_payload may be 64 kB; nothing needs twice as much."""
RESPONSE = 0x80000000


class Command(IntEnum):
    """The commands of a session (SMPP 5.1.2.1); with the highest bit, the response to it."""

    SUBMIT_SM = 0x04
    DELIVER_SM = 0x05
    UNBIND = 0x06
    BIND_TRANSCEIVER = 0x09
    ENQUIRE_LINK = 0x15
    ALERT_NOTIFICATION = 0x102
    DATA_SM = 0x103
    GENERIC_NACK = 0x80000000


class StreamBrokenError(Exception):
    """What came is no PDU."""


@dataclass(frozen=True, slots=True)
class Pdu:
    command: int
    status: int
    sequence: int
    body: bytes = field(default=b"", repr=False)

    @property
    def is_response(self) -> bool:
        return self.command >= RESPONSE

    def octets(self) -> bytes:
        return HEAD.pack(HEAD.size + len(self.body), self.command, self.status, self.sequence) + self.body

    def answer(self, status: int = 0, body: bytes = b"") -> Pdu:
        return Pdu(self.command | RESPONSE, status, self.sequence, body)


@dataclass(slots=True)
class Frames:
    """What has come of a stream and is not yet a whole PDU."""

    _rest: bytearray = field(default_factory=bytearray)

    def feed(self, octets: bytes) -> Iterator[Pdu]:
        """The PDUs that are whole now. Raise StreamBrokenError when what follows can't be one."""
        self._rest += octets
        while len(self._rest) >= HEAD.size:
            length, command, status, sequence = HEAD.unpack_from(self._rest)
            if not HEAD.size <= length <= LONGEST:
                raise StreamBrokenError(f"a PDU can't be {length} octets long")
            if len(self._rest) < length:
                return
            body = bytes(self._rest[HEAD.size : length])
            del self._rest[:length]
            yield Pdu(command, status, sequence, body)
