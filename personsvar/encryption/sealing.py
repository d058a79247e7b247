"""Bytes under a key: AES-256-GCM, each time with a nonce of its own, and bound to what they are about.

The first byte says how they were sealed, so that another way can come beside this one. A nonce is 96 random
bits: a key may be used 2**32 times (NIST SP 800-38D, 8.3), and a mailbox has no four thousand million
recordings.
"""

from __future__ import annotations

import os

KEY_BYTES = 32
NONCE_BYTES, TAG_BYTES = 12, 16
_AES_256_GCM = b"\x01"
MORE_BYTES = len(_AES_256_GCM) + NONCE_BYTES + TAG_BYTES
"""So much longer is what is sealed."""


class UnsealError(Exception):
    """It is not what was sealed: of another key, about something else, changed, or cut short."""


def fresh_key() -> bytes:
    return os.urandom(KEY_BYTES)


def seal(key: bytes, content: bytes, *, about: bytes) -> bytes:
    """Only who has the key, and says the same `about`, has it back."""
    # imported when the first is sealed: most commands never need it
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    nonce = os.urandom(NONCE_BYTES)
    return b"".join((_AES_256_GCM, nonce, AESGCM(key).encrypt(nonce, content, _AES_256_GCM + about)))


def unseal(key: bytes, sealed: bytes, *, about: bytes) -> bytes:
    """Raise UnsealError."""
    from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - see above
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

    how, nonce = sealed[:1], sealed[1 : 1 + NONCE_BYTES]
    if how != _AES_256_GCM or len(sealed) < MORE_BYTES:
        raise UnsealError("it is not sealed in a way that is known here")
    try:
        return AESGCM(key).decrypt(nonce, memoryview(sealed)[1 + NONCE_BYTES :], how + about)
    except InvalidTag as wrong:
        raise UnsealError("it is not what was sealed, or of another key") from wrong
