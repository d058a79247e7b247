"""What a phone logs in with: made by the service, and no PIN.

22 letters and digits, 129 bits: nobody guesses them, so one round of SHA-256 with a salt is enough to keep
them by. They hold nothing that a client would have to quote.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from string import ascii_letters, digits

from personsvar.mailbox.model.ids import PasswordHash
from personsvar.mailbox.ports.world import Chance

LETTERS = digits + ascii_letters
LENGTH = 22
_DICE = 39
"""Decimal digits: as many as 22 letters hold."""
_KIND = "sha256"


def new_password(chance: Chance) -> str:
    number, letters = int(chance.digits(_DICE)), []
    for _ in range(LENGTH):
        number, rest = divmod(number, len(LETTERS))
        letters.append(LETTERS[rest])
    return "".join(letters)


def hash_password(password: str) -> PasswordHash:
    """`$sha256$salt$hash`. The salt is no secret and decides nothing, so it is not injected."""
    salt = secrets.token_hex(16)
    return PasswordHash(f"${_KIND}${salt}${_digest(password, salt)}")


def password_matches(password: str, kept: PasswordHash | None) -> bool:
    """In a time that tells nothing of how much of it was right, nor whether there is one."""
    _, kind, salt, digest = (kept or _NOBODYS).split("$")
    if kind != _KIND:
        raise ValueError(f"a password's hash of unknown kind {kind}")
    right = hmac.compare_digest(_digest(password, salt), digest)
    return right and kept is not None


def _digest(password: str, salt: str) -> str:
    return hashlib.sha256(f"{salt}{password}".encode("utf-8", "replace")).hexdigest()


_NOBODYS = PasswordHash(f"${_KIND}${'0' * 32}${'0' * 64}")
