"""Signed links to a recording, for e-mails that would be too large: they say which, and carry their time.

    https://voicemail.example.test/r/gAAAAABp…

A token is Fernet's (AES-128 and HMAC-SHA256): nobody makes one up, and it tells nothing to those who see it.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import get_args

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from personsvar.mailbox.model.ids import MessageId
from personsvar.mailbox.model.subscriber import Language

PATH = "/r"
_LABEL = b"personsvar: links to recordings"
_LONGEST_TOKEN = 200


class LinkBrokenError(Exception):
    """The link is none of ours, or not the whole of one."""


@dataclass(frozen=True, slots=True)
class SignedLink:
    url: str = field(repr=False)
    until: datetime


@dataclass(frozen=True, slots=True)
class LinkTarget:
    """What a link points at."""

    message: MessageId
    language: Language
    """Of the subscriber it was sent to: the page speaks it even when the message is gone."""
    expired: bool


@dataclass(frozen=True)
class SignedLinks:
    public_url: str
    key: str = field(repr=False)
    """From `signing_key`."""
    life: timedelta
    now: Callable[[], datetime]

    def to(self, message: MessageId, language: Language) -> SignedLink:
        now = self.now()
        token = Fernet(self.key).encrypt_at_time(f"{message} {language}".encode(), int(now.timestamp()))
        return SignedLink(f"{self.public_url.rstrip('/')}{PATH}/{token.decode()}", now + self.life)

    def read(self, token: str) -> LinkTarget:
        """Raise LinkBrokenError."""
        fernet = Fernet(self.key)
        try:
            content = fernet.decrypt(self._sized(token)).decode()
            made = datetime.fromtimestamp(fernet.extract_timestamp(token), UTC)
        except InvalidToken as wrong:
            raise LinkBrokenError("no link of ours") from wrong
        message, _, spoken = content.partition(" ")
        language = next(known for known in get_args(Language) if known == spoken)
        return LinkTarget(MessageId(int(message)), language, expired=self.now() >= made + self.life)

    @staticmethod
    def _sized(token: str) -> str:
        if len(token) > _LONGEST_TOKEN or not token.isascii():
            raise LinkBrokenError("no link of ours")
        return token


def signing_key(secret_key: str) -> str:
    """The links' own key, made of the service's (RFC 5869): the use of one never weakens the other."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=_LABEL).derive(secret_key.encode())
    return base64.urlsafe_b64encode(derived).decode()
