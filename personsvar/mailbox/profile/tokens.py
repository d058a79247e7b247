"""What a browser shows to be known again: made by the service, and kept only as a hash.

A token is as long as a password of visual voicemail, 129 bits: nobody guesses it, so one round of SHA-256 is
enough, and without a salt its row is found by it.
"""

from __future__ import annotations

import hashlib

from personsvar.mailbox.model.ids import TokenHash
from personsvar.mailbox.ports.world import Chance
from personsvar.mailbox.visual.password import new_password


def new_token(chance: Chance) -> str:
    return new_password(chance)


def hash_token(token: str) -> TokenHash:
    return TokenHash(hashlib.sha256(token.encode("utf-8", "replace")).hexdigest())


def form_token(token: str) -> str:
    """What each form of that browser holds, so that no other site can send one in its name (CSRF).

    It is made of the token and does not give it away.
    """
    return hashlib.sha256(f"form:{token}".encode("utf-8", "replace")).hexdigest()[:32]
