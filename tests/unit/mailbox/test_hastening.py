"""A clock that was a year ahead is set right: who was to be told then is told now, and nobody twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from personsvar.encryption.vault import FernetVault, new_key
from personsvar.mailbox.hastening import Hastening
from personsvar.mailbox.model.ids import NoticeId, Number
from personsvar.mailbox.model.ledger import Settlement
from personsvar.mailbox.model.notice import Channel, Facts, NewNotice, Notice, NoticeKind, NoticeStatus
from personsvar.mailbox.model.subscriber import QuietHours, Subscriber
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.storage import SqlStore
from personsvar.world import RealChance
from tests.beside import store_beside
from tests.fakes.bank_holidays import NamedBankHolidays
from tests.migrated import migrated_sqlite
from tests.phone import SimulatedClock

KARI, OLA = Number("+4790000001"), Number("+4790000002")
NIGHT = datetime(2026, 3, 2, 22, 0, tzinfo=UTC)
"""23 o'clock in Norway."""
MORNING = datetime(2026, 3, 3, 6, 0, tzinfo=UTC)
YEAR = timedelta(days=365)


@dataclass
class ClockSetRight:
    store: SqlStore
    clock: SimulatedClock
    hastening: Hastening

    def post(self, key: str, *, ahead: timedelta, to: Number = KARI, urgent: bool = False) -> NoticeId:
        made, facts = NIGHT + ahead, Facts(urgent=urgent)
        with self.store.begin() as uow:
            new = uow.outbox.add(NewNotice(to, NoticeKind.NEW_MESSAGE, Channel.SMS, key, made, facts))
            uow.commit()
        assert new is not None
        return new

    def taken(self, *, now: datetime = NIGHT) -> list[Notice]:
        with self.store.begin() as uow:
            claimed = uow.outbox.claim(channels=[Channel.SMS], now=now, lease_seconds=60, limit=10)
            uow.commit()
        return list(claimed)


@pytest.fixture
def after(tmp_path: Path) -> Iterator[ClockSetRight]:
    store = store_beside(migrated_sqlite(tmp_path / "personsvar.db"))
    with store.begin() as uow:
        uow.subscribers.add(Subscriber(number=KARI))
        uow.subscribers.add(Subscriber(number=OLA, quiet=QuietHours(time(22), time(7))))
        uow.commit()
    clock = SimulatedClock(NIGHT)
    services = Services(store, clock, RealChance(), FernetVault(new_key()), Rules(), NamedBankHolidays())
    yield ClockSetRight(store, clock, Hastening(services))
    store.close()


def test_what_was_to_be_told_in_a_year_is_told_now(after: ClockSetRight) -> None:
    ahead = after.post("ahead", ahead=YEAR)
    assert after.taken() == []
    assert after.hastening.once() == 1
    assert [it.id for it in after.taken()] == [ahead]
    assert after.hastening.once() == 0


def test_at_night_it_waits_until_the_owners_quiet_hours_are_over_unless_it_is_urgent(
    after: ClockSetRight,
) -> None:
    quiet = after.post("quiet", ahead=YEAR, to=OLA)
    urgent = after.post("urgent", ahead=YEAR, to=OLA, urgent=True)
    after.hastening.once()
    assert [it.id for it in after.taken()] == [urgent]
    assert quiet in {it.id for it in after.taken(now=MORNING)}


def test_a_lease_is_ended_when_its_worker_has_had_its_time(after: ClockSetRight) -> None:
    after.post("leased", ahead=timedelta())
    (held,) = after.taken(now=NIGHT + YEAR)
    assert after.hastening.once() == 0  # it may be on its way out just now
    assert after.taken() == []
    assert after.hastening.once() == 1
    assert [it.id for it in after.taken()] == [held.id]


def test_one_that_is_written_back_meanwhile_is_not_told_again(after: ClockSetRight) -> None:
    after.post("leased", ahead=timedelta())
    (held,) = after.taken(now=NIGHT + YEAR)
    after.hastening.once()
    assert held.lease is not None
    with after.store.begin() as uow:
        uow.outbox.settle([Settlement(held.id, held.lease, NoticeStatus.SENT)], now=NIGHT)
        uow.commit()
    assert after.hastening.once() == 0
    assert after.taken() == []


def test_a_clock_that_went_back_tells_at_once_what_it_would_tell_in_a_year(after: ClockSetRight) -> None:
    now = after.post("now", ahead=timedelta())
    after.clock.pass_seconds(-YEAR.total_seconds())
    assert after.hastening.once() == 1
    assert [it.id for it in after.taken(now=NIGHT - YEAR)] == [now]
