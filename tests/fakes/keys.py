"""A master key that is kept in the test."""

from __future__ import annotations

from dataclasses import dataclass, field

from personsvar.encryption.sealing import UnsealError, fresh_key, seal, unseal
from personsvar.mailbox.errors import MasterKeyError


@dataclass
class KeyInHand:
    key: bytes = field(default_factory=fresh_key)
    asked: int = 0
    """How often something was unwrapped."""

    def wrap(self, key: bytes) -> bytes:
        return seal(self.key, key, about=b"in hand")

    def unwrap(self, wrapped: bytes) -> bytes:
        self.asked += 1
        try:
            return unseal(self.key, wrapped, about=b"in hand")
        except UnsealError as other:
            raise MasterKeyError("another key") from other
