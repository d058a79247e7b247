"""PINs between their making and their sending: encrypted in their row (Fernet: AES-128 and HMAC-SHA256)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from personsvar.mailbox.errors import SealBrokenError
from personsvar.mailbox.model.ids import Sealed

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


@dataclass(frozen=True)
class FernetVault:
    key: str = field(repr=False)

    def seal(self, secret: str) -> Sealed:
        return Sealed(self._fernet.encrypt(secret.encode()))

    def open(self, sealed: Sealed) -> str:
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 - see _fernet

        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken as wrong:
            raise SealBrokenError("sealed with another PERSONSVAR_SECRET_KEY") from wrong

    @cached_property
    def _fernet(self) -> Fernet:
        # imported when the first PIN is sealed: most calls never need it
        from cryptography.fernet import Fernet  # noqa: PLC0415

        return Fernet(self.key)


def new_key() -> str:
    from cryptography.fernet import Fernet  # noqa: PLC0415 - see FernetVault

    return Fernet.generate_key().decode()
