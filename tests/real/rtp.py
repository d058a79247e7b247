"""RTP packets (RFC 3550) and telephone events (RFC 4733): bytes in, values out."""

from __future__ import annotations

import struct
from dataclasses import dataclass

PCMA, G722 = 8, 9
"""Static payload types (RFC 3551); G.722's clock counts 8,000 too, by an old mistake kept."""
KEYS = 101
FRAME = 160
"""Both codecs: 20 ms are 160 bytes and 160 ticks."""
_EVENTS = "0123456789*#ABCD"
_VOLUME = 10


@dataclass(frozen=True, slots=True)
class Packet:
    kind: int
    sequence: int
    time: int
    source: int
    payload: bytes
    marked: bool = False


def pack(packet: Packet) -> bytes:
    second = packet.kind | (0x80 if packet.marked else 0)
    head = struct.pack(
        "!BBHII", 0x80, second, packet.sequence & 0xFFFF, packet.time & 0xFFFFFFFF, packet.source
    )
    return head + packet.payload


def unpack(data: bytes) -> Packet | None:
    """None: no RTP."""
    if len(data) < 12 or data[0] >> 6 != 2:
        return None
    first, second, sequence, time, source = struct.unpack("!BBHII", data[:12])
    start = 12 + 4 * (first & 15)
    end = len(data) - (data[-1] if first & 0x20 else 0)
    return Packet(second & 0x7F, sequence, time, source, data[start:end], marked=bool(second & 0x80))


def key_event(key: str, ticks: int, *, end: bool) -> bytes:
    """The payload of one telephone-event packet: how long `key` has been down."""
    return struct.pack("!BBH", _EVENTS.index(key), (0x80 if end else 0) | _VOLUME, min(ticks, 0xFFFF))
