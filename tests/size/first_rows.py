"""The rows that all others of a filled database are made like: the program's own, one of each table."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from personsvar.mailbox.model.call_record import CallRecord, CameOf
from personsvar.mailbox.model.caller_name import CallerName
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import MessageId, Number, SpoolId
from personsvar.mailbox.model.ledger import Attempt, AttemptOutcome, Receipt, ReceiptState, Settlement
from personsvar.mailbox.model.message import Message
from personsvar.mailbox.model.notice import Channel, Facts, NewNotice, NoticeKind, NoticeStatus
from personsvar.mailbox.model.reckoning import WarningTerms
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.model.visual_account import VisualAccount, VisualDialect, VisualStatus
from personsvar.mailbox.ports.store import Store, UnitOfWork
from personsvar.mailbox.removal_reminder import terms_of
from personsvar.mailbox.rules import Rules

FULL_OWNER, CALLER = Number("+4730000001"), Number("+4730000002")
GATEWAY = "smsc.example.test:2775"
ALAW = bytes([0xD5]) * 160
"""As long as a packet: what stands in a sound is read by its id alone, however long it is."""


def begin(store: Store, *, full_messages: int) -> None:
    """One of each, and a mailbox that is full."""
    now = datetime.now(UTC)
    with store.begin() as work:
        for number in (FULL_OWNER, CALLER):
            work.subscribers.add(Subscriber(number, name="Kari", welcomed=True))
        _mailbox(work, now, full_messages)
        _ledger(work, now)
        _calls(work, now)
        # every mailbox has its time to be looked at, as where reminders have been sent for long
        work.upkeep.put_warning_terms(WarningTerms(terms_of(Rules()), now, settled=True))
        work.commit()


def _mailbox(work: UnitOfWork, now: datetime, many: int) -> None:
    sound = work.sounds.add(ALAW, of=FULL_OWNER)
    work.renditions.keep(sound.id, ALAW)
    work.greetings.add(FULL_OWNER, GreetingKind.PERSONAL, work.sounds.add(ALAW, of=FULL_OWNER), now)
    work.visual.put(VisualAccount(FULL_OWNER, VisualDialect.VVM3, VisualStatus.READY))
    work.caller_names.put(FULL_OWNER, [CallerName(CALLER, "Ola")])
    first = Message(MessageId(0), FULL_OWNER, SpoolId("full-0"), CALLER, now, sound)
    for n in range(many):
        at = now - timedelta(minutes=n)
        work.messages.add(replace(first, spool_id=SpoolId(f"full-{n}"), received_at=at))


def _ledger(work: UnitOfWork, now: datetime) -> None:
    facts = Facts(at=now, seconds=20.0, new_count=1, caller=CALLER)
    work.outbox.add(NewNotice(FULL_OWNER, NoticeKind.NEW_MESSAGE, Channel.SMS, "first", now, facts))
    (held,) = work.outbox.claim(channels=(Channel.SMS,), now=now, lease_seconds=60, limit=1)
    attempt = Attempt(1, now, AttemptOutcome.ACCEPTED, GATEWAY, ("first",))
    work.outbox.settle([Settlement(held.id, held.lease or "", NoticeStatus.SENT, attempt)], now=now)
    work.outbox.receive([Receipt(GATEWAY, "first", ReceiptState.DELIVERED, now, "")])


def _calls(work: UnitOfWork, now: datetime) -> None:
    work.call_log.add(CallRecord(SpoolId("first"), now, CALLER, FULL_OWNER, CameOf.MESSAGE, 20.0))
    work.call_backs.answered(work.call_backs.add(FULL_OWNER, CALLER, at=now, price_ore=300))
