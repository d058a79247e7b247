"""What every use case is given: the store and the world, and the rules."""

from __future__ import annotations

from dataclasses import dataclass

from personsvar.mailbox.ports.store import Store
from personsvar.mailbox.ports.world import BankHolidays, Chance, Clock, Vault
from personsvar.mailbox.rules import Rules


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a use case needs, wired once in bootstrap."""

    store: Store
    clock: Clock
    chance: Chance
    vault: Vault
    rules: Rules
    bank_holidays: BankHolidays
