"""The sound side of one call: RTP out every 20 ms, all that comes in kept, and keys by RFC 4733.

One thread. Every 20 ms it sends the key that is down, else the sound it was given to say, else silence.
"""

from __future__ import annotations

import random
import select
import socket
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Condition, Thread

from tests.real.rtp import FRAME, G722, KEYS, PCMA, Packet, key_event, pack, unpack

TICK = 0.020
SILENT_FRAME = {PCMA: b"\xd5" * FRAME, G722: b"\xfa" * FRAME}
_LAST_PACKETS = 3
"""The end of a key is told three times (RFC 4733, 2.5.1.4)."""


@dataclass(frozen=True, slots=True)
class Frame:
    """20 ms of what was heard, and when it came (time.monotonic)."""

    at: float
    payload: bytes


@dataclass(slots=True)
class KeyPress:
    """One key; `ticks` down and `gap` behind it in frames of 20 ms. The times are set as it is sent."""

    key: str
    ticks: int
    gap: int
    down_at: float = 0.0
    up_at: float = 0.0


class Line:
    def __init__(self, *, address: str = "127.0.0.1") -> None:
        self.codec = PCMA
        self.frames: list[Frame] = []
        self.presses: list[KeyPress] = []
        self.changed = Condition()
        """Told of every frame heard, every key sent, and when there is nothing more to say."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((address, 0))
        self.port: int = self._socket.getsockname()[1]
        self._peer: tuple[str, int] | None = None
        self._keys: deque[KeyPress] = deque()
        self._saying: deque[bytes] = deque()
        self._muted = False
        self._closed = False
        self._sequence = random.randrange(2**15)
        self._time = random.randrange(2**31)
        self._source = random.randrange(2**32)
        self._thread = Thread(target=self._run, name=f"line-{self.port}", daemon=True)

    # ---- what a phone asks of it --------------------------------------------------------------------------

    def open(self, peer: tuple[str, int], codec: int) -> None:
        """Talk to that address and port from now on."""
        self.codec = codec
        first = self._peer is None
        self._peer = peer
        if first:
            self._thread.start()

    def press(self, keys: str, *, on_ms: int, gap_ms: int) -> None:
        """Press one after the other; returns at once."""
        presses = [KeyPress(key, max(1, round(on_ms / 20)), round(gap_ms / 20)) for key in keys]
        with self.changed:
            self._keys.extend(presses)

    def say(self, sound: bytes) -> None:
        """Say it, in the line's codec, behind what is still being said; returns at once."""
        frames = [sound[start : start + FRAME] for start in range(0, len(sound), FRAME)]
        with self.changed:
            self._saying.extend(frames)

    def mute(self, muted: bool = True) -> None:
        """Send nothing at all any more, as a phone in a tunnel."""
        self._muted = muted

    @property
    def busy(self) -> bool:
        """Something is still being said, or a key is down."""
        return bool(self._saying or self._keys)

    def close(self) -> None:
        self._closed = True
        if self._peer is not None:
            self._thread.join(2)
        self._socket.close()

    # ---- the thread ---------------------------------------------------------------------------------------

    def _run(self) -> None:
        due = time.monotonic()
        for packets in self._sound():
            self._listen(until=due)
            if self._closed:
                return
            for packet in () if self._muted else packets:
                self._socket.sendto(self._closed_up(packet), self._peer or ("", 0))
            due += TICK

    def _listen(self, *, until: float) -> None:
        while not self._closed:
            left = max(0.0, until - time.monotonic())
            if not select.select([self._socket], [], [], left)[0]:
                return
            data, sender = self._socket.recvfrom(2048)
            packet = self._opened(data)
            if packet is not None and packet.kind == self.codec and sender == self._peer:
                self._tell(Frame(time.monotonic(), packet.payload))

    def _closed_up(self, packet: bytes) -> bytes:
        """As it goes out: in clear."""
        return packet

    def _opened(self, data: bytes) -> Packet | None:
        return unpack(data)

    def _tell(self, frame: Frame) -> None:
        with self.changed:
            self.frames.append(frame)
            self.changed.notify_all()

    def _sound(self) -> Iterator[list[bytes]]:
        """What goes out, 20 ms at a time, for ever."""
        while True:
            if self._keys:
                yield from self._key(self._keys[0])
                self._key_done()
            else:
                yield [self._audio(self._next_frame())]

    def _next_frame(self) -> bytes:
        silent = SILENT_FRAME[self.codec]
        with self.changed:
            if not self._saying:
                return silent
            frame = self._saying.popleft()
            if not self._saying:
                self.changed.notify_all()
        return frame + silent[len(frame) :]

    def _key(self, press: KeyPress) -> Iterator[list[bytes]]:
        """A key: growing lengths under one time stamp, its end three times, then the gap."""
        began = self._time
        press.down_at = time.monotonic()
        self.presses.append(press)
        for tick in range(1, press.ticks + 1):
            event = [self._event(press.key, tick * FRAME, began, first=tick == 1)]
            last = tick == press.ticks
            yield event + [self._event(press.key, tick * FRAME, began, end=True)] * _LAST_PACKETS * last
        press.up_at = time.monotonic()
        for _ in range(press.gap):
            yield [self._audio(SILENT_FRAME[self.codec])]

    def _key_done(self) -> None:
        with self.changed:
            self._keys.popleft()
            self.changed.notify_all()

    def _audio(self, payload: bytes) -> bytes:
        packet = self._next_packet(self.codec, self._time, payload)
        self._time += FRAME
        return packet

    def _event(self, key: str, ticks: int, began: int, *, first: bool = False, end: bool = False) -> bytes:
        if not end:
            self._time += FRAME
        return self._next_packet(KEYS, began, key_event(key, ticks, end=end), marked=first)

    def _next_packet(self, kind: int, at: int, payload: bytes, *, marked: bool = False) -> bytes:
        self._sequence += 1
        return pack(Packet(kind, self._sequence, at, self._source, payload, marked=marked))
