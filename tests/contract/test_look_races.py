"""When a mailbox is looked at for messages that go soon is set while others change it (PostgreSQL)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from personsvar.mailbox import listening
from personsvar.mailbox.deposit import take_in
from personsvar.mailbox.model.ids import SpoolId
from personsvar.mailbox.model.message import Message, State
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
from personsvar.mailbox.removal_reminder import RemovalLooks, remind_of_removal
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.storage import SqlStore
from tests.contract.rows_held import meet
from tests.contract.stores import CALLER, KARI, NOON, SOUND, leave, message, postgres_url, subscribe
from tests.fakes.bank_holidays import NamedBankHolidays
from tests.fakes.clock_and_chance import SeededDice, SetClock
from tests.postgres import PostgresCluster
from tests.unit.mailbox.use_cases import GlassVault

pytestmark = pytest.mark.postgres
RULES = Rules(max_messages=1)
SAVED_IS_WARNED_OF = NOON + timedelta(days=RULES.keep_saved_days - RULES.soon_deleted_days)


@dataclass(frozen=True)
class Flat:
    """Kari's mailbox: full, with one heard message."""

    services: Services
    store: SqlStore
    url: str
    heard: Message

    def save(self) -> object:
        return listening.save(self.services, self.heard.id)

    def both(self, first: Callable[[], object], statement: str, second: Callable[[], object]) -> None:
        """The first stops before the statement, the second comes as far as it can; then both end."""
        meet(self.store, self.url, first, statement, second)

    def states(self) -> list[State]:
        with self.store.look() as work:
            return [it.state for it in work.messages.list(KARI)]


@pytest.fixture
def flat(cluster: PostgresCluster) -> Iterator[Flat]:
    with postgres_url(cluster) as url:
        store = SqlStore(url, before_commit=RemovalLooks(RULES))
        services = Services(store, SetClock(NOON), SeededDice(), GlassVault(), RULES, NamedBankHolidays())
        subscribe(store, KARI)
        heard = leave(store, replace(message(minutes=-60), state=State.HEARD))
        yield Flat(services, store, url, heard)
        store.close()


def test_what_is_saved_in_the_moment_of_a_look_has_its_own_in_its_time(flat: Flat) -> None:
    """The look sees no saved message, and nobody would look again."""
    with flat.store.begin() as work:
        work.subscribers.look_at_removals(KARI, NOON - timedelta(minutes=1))
        work.commit()
    flat.both(lambda: remind_of_removal(flat.services, KARI), "UPDATE subscribers ", flat.save)
    with flat.store.look() as work:
        look_at = work.subscribers.need(KARI).removals_look_at
    assert look_at is not None
    assert SAVED_IS_WARNED_OF - timedelta(days=1) < look_at <= SAVED_IS_WARNED_OF


def test_what_is_saved_as_a_message_wants_its_room_stays(flat: Flat) -> None:
    """Each would wait for the other: the one for the owner's row, the other for the message's."""
    header = SpoolHeader(SpoolId("call-2"), Purpose.MESSAGE, KARI, CALLER, NOON)
    flat.both(flat.save, "UPDATE subscribers ", lambda: take_in(flat.services, header, alaw=SOUND))
    assert flat.states() == [State.SAVED]
