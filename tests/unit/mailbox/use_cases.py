"""An office for the use cases: the store in memory, a clock that is set, dice, a glass vault."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime

from personsvar.mailbox.model.ids import Number, Sealed
from personsvar.mailbox.model.lock import Lock, LockScope
from personsvar.mailbox.model.notice import Notice
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.removal_reminder import RemovalLooks
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from tests.fakes.bank_holidays import NamedBankHolidays
from tests.fakes.clock_and_chance import SeededDice, SetClock
from tests.fakes.commits import CommitCounter
from tests.fakes.memory import MemoryStore

KARI, OLA, STRANGER = Number("+4790000001"), Number("+4790000002"), Number("+4790000009")
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


class GlassVault:
    def seal(self, secret: str) -> Sealed:
        return Sealed(b"sealed " + secret.encode())

    def open(self, sealed: Sealed) -> str:
        return sealed.removeprefix(b"sealed ").decode()


class UseCases:
    """The office, and what a test asks of it."""

    def __init__(self) -> None:
        self.commits = CommitCounter()
        self.store = MemoryStore(before_commit=self._before_commit, after_commit=self.commits)
        self.clock = SetClock(MONDAY)
        self.vault = GlassVault()
        self.services = Services(
            self.store, self.clock, SeededDice(), self.vault, Rules(), NamedBankHolidays()
        )
        self.hashes = 0
        self.while_hashing: Callable[[], None] = lambda: None

    def _before_commit(self, uow: UnitOfWork, changed: AbstractSet[Number]) -> None:
        RemovalLooks(self.services.rules)(uow, changed)

    def add(self, subscriber: Subscriber) -> None:
        with self.store.begin() as uow:
            uow.subscribers.add(subscriber)
            uow.commit()

    def put(self, subscriber: Subscriber) -> None:
        with self.store.begin() as uow:
            uow.subscribers.put(subscriber)
            uow.commit()

    def get(self, number: Number) -> Subscriber:
        with self.store.look() as uow:
            subscriber = uow.subscribers.get(number)
        assert subscriber is not None
        return subscriber

    def lock(self, scope: LockScope, key: str) -> Lock:
        with self.store.look() as uow:
            return uow.locks.get(scope, key)

    def notices(self) -> list[Notice]:
        """Oldest first."""
        with self.store.look() as uow:
            return list(reversed(uow.outbox.list()))

    def secret(self, notice: Notice) -> str:
        assert notice.facts.secret is not None
        return self.vault.open(notice.facts.secret)


_scrypt = hashlib.scrypt


def quick_scrypt(app: UseCases) -> Callable[..., bytes]:
    """The library's hash at a small cost: it counts, and no transaction may be open while it works."""

    def scrypt(pin: bytes, *, salt: bytes, n: int, r: int, p: int, maxmem: int, dklen: int) -> bytes:
        assert app.store.open_in_this_thread == 0, "hashing in an open transaction"
        assert n >= 2**14
        app.hashes += 1
        app.while_hashing()
        return _scrypt(pin, salt=salt, n=2, r=r, p=p, maxmem=maxmem, dklen=dklen)

    return scrypt
