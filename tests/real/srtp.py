"""Encrypted sound (RFC 3711), as SDES agrees on it (RFC 4568): one direction of a call.

Both switches encrypt by a library of others' making: this one can't be wrong in the same way as theirs.
"""

from __future__ import annotations

import hmac
import re
import struct
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from secrets import token_bytes

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

SUITE = "AES_CM_128_HMAC_SHA1_80"
KEY_BYTES, SALT_BYTES, TAG_BYTES = 16, 14, 10
_AUTHENTICATION_BYTES = 20
_HEAD = 12
"""Of RTP, with no source but one: of both switches, and of ours."""
_CIPHER, _AUTHENTICATION, _SALT = range(3)
_HALF = 2**15


@dataclass(frozen=True)
class Secret:
    """What one end encrypts with, told the other in its session description: key and salt."""

    value: bytes = field(default_factory=lambda: token_bytes(KEY_BYTES + SALT_BYTES))

    def line(self) -> str:
        return f"a=crypto:1 {SUITE} inline:{b64encode(self.value).decode()}\r\n"


def secret_in(description: str) -> Secret | None:
    """None: the sound is in clear."""
    told = re.search(rf"^a=crypto:\d+ {SUITE} inline:([A-Za-z0-9+/=]+)", description, re.MULTILINE)
    return None if told is None else Secret(b64decode(told[1]))


class EncryptedSound:
    """One direction: RTP packets become SRTP, or the other way round."""

    def __init__(self, secret: Secret) -> None:
        self._master = secret.value
        self._key = self._derived(_CIPHER, KEY_BYTES)
        self._authentication = self._derived(_AUTHENTICATION, _AUTHENTICATION_BYTES)
        self._salt = self._derived(_SALT, SALT_BYTES)
        self._rounds, self._latest = 0, -1
        """How often the sequence numbers began anew, and the highest since."""

    def closed(self, packet: bytes) -> bytes:
        rounds = self._rounds_at(packet)
        said = packet[:_HEAD] + self._turned(packet, rounds)
        self._remember(packet, rounds)
        return said + self._tag(said, rounds)

    def opened(self, data: bytes) -> bytes | None:
        """None: it is not of who has the secret."""
        packet, tag = data[:-TAG_BYTES], data[-TAG_BYTES:]
        if len(packet) < _HEAD:
            return None
        rounds = self._rounds_at(packet)
        if not hmac.compare_digest(self._tag(packet, rounds), tag):
            return None
        self._remember(packet, rounds)
        return packet[:_HEAD] + self._turned(packet, rounds)

    def _turned(self, packet: bytes, rounds: int) -> bytes:
        """Its payload, encrypted or back."""
        (sequence,), (source,) = struct.unpack("!H", packet[2:4]), struct.unpack("!I", packet[8:12])
        salt = int.from_bytes(self._salt, "big")
        begin = salt << 16 ^ source << 64 ^ (rounds << 16 | sequence) << 16
        return _keystream(self._key, begin, packet[_HEAD:])

    def _tag(self, packet: bytes, rounds: int) -> bytes:
        return hmac.digest(self._authentication, packet + struct.pack("!I", rounds % 2**32), "sha1")[
            :TAG_BYTES
        ]

    def _derived(self, label: int, length: int) -> bytes:
        salt = int.from_bytes(self._master[KEY_BYTES:], "big")
        return _keystream(self._master[:KEY_BYTES], (salt ^ label << 48) << 16, bytes(length))

    def _rounds_at(self, packet: bytes) -> int:
        (sequence,) = struct.unpack("!H", packet[2:4])
        if self._latest < 0 or abs(sequence - self._latest) < _HALF:
            return self._rounds
        return self._rounds + (1 if sequence < self._latest else -1)

    def _remember(self, packet: bytes, rounds: int) -> None:
        (sequence,) = struct.unpack("!H", packet[2:4])
        self._rounds, self._latest = max((self._rounds, self._latest), (rounds, sequence))


def _keystream(key: bytes, begin: int, over: bytes) -> bytes:
    """`over`, with the stream that counts up from `begin` laid on it."""
    return Cipher(AES(key), CTR(begin.to_bytes(16, "big"))).encryptor().update(over)
