from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from personsvar.mailbox.model.ids import NoticeId, Number
from personsvar.mailbox.model.notice import NewNotice, Notice
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.storage import SqlStore, upgrade
from personsvar.vault import FernetVault, new_key


@dataclass
class SetClock:
    """A clock that goes when it is told to."""

    time: datetime = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def go_on(self, **step: float) -> None:
        self.time += timedelta(**step)


@dataclass
class SeededChance:
    source: random.Random = field(default_factory=lambda: random.Random(7))

    def digits(self, count: int) -> str:
        return "".join(self.source.choices("0123456789", k=count))


@dataclass(frozen=True)
class Backend:
    """An office over a fresh SQLite, and short words for what the tests do with it."""

    services: Services
    clock: SetClock
    ola: Subscriber

    def post(self, notice: NewNotice) -> NoticeId:
        with self.services.store.begin() as uow:
            given = uow.outbox.add(notice)
            uow.commit()
        assert given is not None
        return given

    def notice(self, which: NoticeId) -> Notice:
        with self.services.store.look() as uow:
            found = uow.outbox.get(which)
        assert found is not None
        return found


@pytest.fixture
def backend(tmp_path: Path) -> Iterator[Backend]:
    url = f"sqlite:///{tmp_path}/personsvar.db"
    upgrade(url)
    store, clock = SqlStore(url), SetClock()
    services = Services(store, clock, SeededChance(), FernetVault(new_key()), Rules())
    ola = Subscriber(Number("+4790000001"), email="ola@example.test")
    with store.begin() as uow:
        uow.subscribers.add(ola)
        uow.commit()
    yield Backend(services, clock, ola)
    store.close()


@pytest.fixture
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of ours stands in the environment."""
    for name in list(os.environ):
        if name.startswith("PERSONSVAR_"):
            monkeypatch.delenv(name)
