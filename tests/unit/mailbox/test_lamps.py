"""Message-waiting lamps: what makes a mailbox's row due, and how all of them are told again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from personsvar.mailbox import listening
from personsvar.mailbox.deposit import take_in
from personsvar.mailbox.lamps import LampRows, lamp_notice, light_all
from personsvar.mailbox.model.ids import MessageId, Number, SpoolId
from personsvar.mailbox.model.message import State
from personsvar.mailbox.model.notice import Channel, Notice, NoticeKind, NoticeStatus
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from tests.fakes.bank_holidays import NamedBankHolidays
from tests.fakes.clock_and_chance import SeededDice, SetClock
from tests.fakes.commits import CommitCounter
from tests.fakes.memory import MemoryStore
from tests.unit.mailbox.use_cases import KARI, MONDAY, OLA, GlassVault
from tests.upkeep import purge_once

SPEECH = b"\x55" * 8000 * 3


@pytest.fixture
def commits() -> CommitCounter:
    return CommitCounter()


@pytest.fixture
def services(commits: CommitCounter) -> Services:
    clock = SetClock(MONDAY)
    store = MemoryStore(before_commit=LampRows(clock), after_commit=commits)
    with store.begin() as uow:
        for number in (KARI, OLA):
            uow.subscribers.add(Subscriber(number))
        uow.commit()
    return Services(store, clock, SeededDice(), GlassVault(), Rules(lamps=True), NamedBankHolidays())


def leave(services: Services, to: Number = KARI, spool_id: str = "1.1") -> MessageId:
    take_in(
        services, SpoolHeader(SpoolId(spool_id), Purpose.MESSAGE, to, None, services.clock.now()), alaw=SPEECH
    )
    with services.store.look() as uow:
        message = uow.messages.by_spool_id(SpoolId(spool_id))
    assert message is not None
    return message.id


def lamps(services: Services) -> list[Notice]:
    with services.store.look() as uow:
        return [notice for notice in uow.outbox.list() if notice.channel is Channel.LAMP]


def take_due(services: Services) -> list[Number]:
    """The lamps that are due now, as a worker takes them."""
    with services.store.begin() as uow:
        now = services.clock.now()
        due = uow.outbox.claim(channels=[Channel.LAMP], now=now, lease_seconds=60, limit=1000)
        uow.commit()
    return [notice.to for notice in due]


def test_a_message_makes_its_mailbox_s_lamp_due(services: Services) -> None:
    leave(services)
    (row,) = lamps(services)
    assert (row.to, row.kind, row.status) == (KARI, NoticeKind.MAILBOX_CHANGED, NoticeStatus.READY)
    assert row.dedup_key == f"lamp:{KARI}"
    assert take_due(services) == [KARI]


def test_hearing_saving_deleting_and_taking_back_do_so_too_in_one_row(services: Services) -> None:
    message = leave(services)
    for change in (listening.heard, listening.save, listening.delete, listening.take_back):
        assert take_due(services) == [KARI]
        change(services, message)
    assert take_due(services) == [KARI]
    assert len(lamps(services)) == 1


def test_what_changes_nothing_tells_nothing(services: Services) -> None:
    message = leave(services)
    listening.heard(services, message)
    assert take_due(services) == [KARI]
    listening.heard(services, message)
    listening.leave_off(services, KARI, None)
    assert take_due(services) == []


def test_messages_past_their_time_put_the_lamp_out(services: Services) -> None:
    leave(services, KARI, "1.1")
    leave(services, OLA, "1.2")
    assert take_due(services) == [KARI, OLA]
    assert isinstance(services.clock, SetClock)
    services.clock.go_on(days=31)
    assert purge_once(services) == 2
    assert sorted(take_due(services)) == [KARI, OLA]


def test_a_change_while_the_lamp_is_being_told_is_told_again(services: Services) -> None:
    message = leave(services)
    (told,) = take_due(services)
    assert told == KARI
    (leased,) = lamps(services)
    listening.delete(services, message)
    (again,) = lamps(services)
    assert leased.status is NoticeStatus.LEASED
    assert (again.id, again.status, again.lease) == (leased.id, NoticeStatus.READY, None)


def test_every_lamp_is_told_again_in_pages(services: Services, commits: CommitCounter) -> None:
    with services.store.begin() as uow:
        for last in range(250):
            uow.subscribers.add(Subscriber(Number(f"+4791000{last:03}")))
        uow.commit()
    leave(services)
    take_due(services)
    before = commits.count
    assert light_all(services) == 252
    assert len(take_due(services)) == 252
    assert commits.count == before + 3


def test_nobody_there_is_nobody_to_tell() -> None:
    clock = SetClock(MONDAY)
    assert (
        light_all(Services(MemoryStore(), clock, SeededDice(), GlassVault(), Rules(), NamedBankHolidays()))
        == 0
    )


def test_the_row_says_nothing_of_what_is_in_the_mailbox() -> None:
    facts = lamp_notice(KARI, MONDAY).facts
    assert replace(facts) == type(facts)()
    assert State.NEW not in lamp_notice(KARI, MONDAY).dedup_key
