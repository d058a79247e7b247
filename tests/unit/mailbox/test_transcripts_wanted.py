"""Which messages are written down, how it is asked for again, and what an e-mail does meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from personsvar.mailbox.deposit import take_in
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.listening import delete
from personsvar.mailbox.model.ids import MessageId, SpoolId
from personsvar.mailbox.model.notice import Channel, Notice, NoticeKind, NoticeStatus
from personsvar.mailbox.model.subscriber import Subscriber, Wishes
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.mailbox.transcription.giving_up import give_up_old
from personsvar.mailbox.transcription.wanted import redo
from tests.fakes.actors import ROOT
from tests.fakes.bank_holidays import NamedBankHolidays
from tests.fakes.clock_and_chance import SeededDice, SetClock
from tests.fakes.memory import MemoryStore
from tests.unit.mailbox.use_cases import KARI, MONDAY, OLA, STRANGER, GlassVault

SPEECH = b"\x55" * 8000 * 3
WITH_ENGINE = Rules(transcripts=True)


@pytest.fixture
def services() -> Services:
    """Kari wishes transcripts, and Ola does not."""
    store = MemoryStore()
    with store.begin() as uow:
        uow.subscribers.add(Subscriber(KARI, wishes=Wishes(transcripts=True)))
        uow.subscribers.add(Subscriber(OLA))
        uow.commit()
    return Services(store, SetClock(MONDAY), SeededDice(), GlassVault(), WITH_ENGINE, NamedBankHolidays())


def leave(services: Services, to: str = KARI, *, times: int = 1) -> MessageId:
    header = SpoolHeader(SpoolId(f"1.{to}"), Purpose.MESSAGE, to, STRANGER, MONDAY)  # type: ignore[arg-type] # a number of ours
    take_in(services, header, alaw=SPEECH * times)
    with services.store.look() as uow:
        message = uow.messages.by_spool_id(header.spool_id)
    assert message is not None
    return message.id


def rows(services: Services) -> list[Notice]:
    with services.store.look() as uow:
        return list(uow.outbox.list(channel=Channel.TRANSCRIPT))


def test_a_row_stands_with_the_message_of_who_wishes_it(services: Services) -> None:
    message = leave(services)
    leave(services, OLA)
    (row,) = rows(services)
    assert (row.to, row.kind, row.facts.message) == (KARI, NoticeKind.TRANSCRIPT_WANTED, message)


def test_where_no_engine_is_nothing_is_asked_for(services: Services) -> None:
    without = replace(services, rules=Rules())
    message = leave(without)
    leave(without, times=2)
    assert rows(without) == []
    with pytest.raises(MailboxError, match="PERSONSVAR_TRANSCRIBER"):
        redo(without, message, by=ROOT)


def test_it_is_written_with_the_message_in_one_transaction(services: Services) -> None:
    assert isinstance(services.store, MemoryStore)
    before = services.store.commits
    leave(services)
    assert services.store.commits == before + 1


def test_one_that_is_lengthened_is_due_again(services: Services) -> None:
    leave(services)
    assert give_up_old(services, hours=-1) == 1
    assert [it.status for it in rows(services)] == [NoticeStatus.DEAD]
    leave(services)  # as long as before
    assert [it.status for it in rows(services)] == [NoticeStatus.DEAD]
    leave(services, times=2)
    (row,) = rows(services)
    assert (row.status, row.facts.seconds) == (NoticeStatus.READY, 6)


def no_such(_: Services, message: MessageId) -> MessageId:
    return MessageId(message + 100)


def of_ola(services: Services, _: MessageId) -> MessageId:
    return leave(services, OLA)


def a_deleted_one(services: Services, message: MessageId) -> MessageId:
    delete(services, message)
    return message


def test_it_is_done_again_when_somebody_says_so(services: Services) -> None:
    message = leave(services)
    give_up_old(services, hours=-1)
    redo(services, message, by=ROOT)
    assert [it.status for it in rows(services)] == [NoticeStatus.READY]
    with services.store.look() as uow:
        (entry,) = uow.audit.list(limit=1)
    assert (entry.mailbox, entry.detail) == (KARI, f"transcript of message {message}")


@pytest.mark.parametrize(
    ("which", "why"), [(no_such, "no message"), (of_ola, "wishes no"), (a_deleted_one, "no message")]
)
def test_what_can_not_be_done_again_is_told(
    services: Services, which: Callable[[Services, MessageId], MessageId], why: str
) -> None:
    message = which(services, leave(services))
    with pytest.raises(MailboxError, match=why):
        redo(services, message, by=ROOT)


def test_what_waits_too_long_is_given_up_and_nothing_younger(services: Services) -> None:
    leave(services)
    assert isinstance(services.clock, SetClock)
    services.clock.go_on(hours=5)
    assert give_up_old(services, hours=6) == 0
    services.clock.go_on(hours=2)
    assert give_up_old(services, hours=6) == 1
    assert give_up_old(services, hours=6) == 0
    (row,) = rows(services)
    assert (row.status, row.error, row.attempts) == (NoticeStatus.DEAD, "too old", 0)
    assert row.finished_at == MONDAY + timedelta(hours=7)
