from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from personsvar.encryption.vault import FernetVault, new_key
from personsvar.mailbox.deposit import take_in
from personsvar.mailbox.model.ids import NoticeId, Number, SpoolId
from personsvar.mailbox.model.notice import Channel, Facts, NewNotice, Notice, NoticeKind
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.settings.loading import SettingsError, load
from personsvar.storage import SqlStore
from tests.fakes.bank_holidays import NamedBankHolidays
from tests.fakes.clock_and_chance import SeededDice, SetClock
from tests.migrated import migrated_sqlite

KARI = Number("+4790000002")
QUIET = bytes([0xD5]) * 8000 * 3


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

    def missed(self, call: str = "1", channel: Channel = Channel.SMS) -> NoticeId:
        facts = Facts(caller=KARI, at=self.clock.now())
        cause = f"missed:{call}:{channel}"
        return self.post(
            NewNotice(self.ola.number, NoticeKind.MISSED_CALL, channel, cause, self.clock.now(), facts)
        )

    def leave_message(self, caller: Number = KARI) -> None:
        spool_id, at = SpoolId("1700000000.1"), self.clock.now()
        header = SpoolHeader(spool_id, Purpose.MESSAGE, self.ola.number, caller, at)
        take_in(self.services, header, alaw=QUIET)

    def notice(self, which: NoticeId) -> Notice:
        with self.services.store.look() as uow:
            found = uow.outbox.get(which)
        assert found is not None
        return found


@pytest.fixture
def backend(tmp_path: Path) -> Iterator[Backend]:
    store, clock = SqlStore(migrated_sqlite(tmp_path / "personsvar.db")), SetClock()
    services = Services(store, clock, SeededDice(), FernetVault(new_key()), Rules(), NamedBankHolidays())
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


def setting_mistakes() -> tuple[str, ...]:
    with pytest.raises(SettingsError) as wrong:
        load()
    return wrong.value.lines
