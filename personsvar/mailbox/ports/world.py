"""What the domain asks of the world around it: the time, bank holidays, chance, a vault, changes."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from typing import Protocol

from personsvar.mailbox.model.ids import Number, Sealed


class Clock(Protocol):
    def now(self) -> datetime:
        """The time, aware, in UTC."""
        ...


class Chance(Protocol):
    def digits(self, count: int) -> str:
        """So many random decimal digits, fit for a secret."""
        ...


class Vault(Protocol):
    """Keeps a PIN encrypted between its making and its sending."""

    def seal(self, secret: str) -> Sealed: ...

    def open(self, sealed: Sealed) -> str:
        """Raise SealBrokenError when it was sealed with another key, or is damaged."""
        ...


class BankHolidays(Protocol):
    def is_bank_holiday(self, day: date) -> bool: ...


class MailboxChanges(Protocol):
    """Hears which mailboxes changed, in this process or another, within a second.

    Messages, greetings, and that their visual voicemail account is in use now.
    """

    def start(self, changed: Callable[[AbstractSet[Number] | None], None]) -> None:
        """Call `changed`, which must not block, from a thread of its own. None: look at all of them."""
        ...

    def stop(self) -> None:
        """The listener is silent when this returns."""
        ...
