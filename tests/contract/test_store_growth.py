"""What is asked of a store costs the same however many others are in it.

Measured in the blocks that PostgreSQL's statements touch (EXPLAIN ANALYZE BUFFERS), on N subscribers and on
four times as many: a plan without a "Seq Scan" may still go through all there is by an index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from personsvar.mailbox.model.ids import CallBackId, CallRecordId, Number
from personsvar.mailbox.model.ledger import Receipt, ReceiptState
from personsvar.mailbox.model.message import State
from personsvar.mailbox.model.notice import Channel, NoticeStatus
from personsvar.mailbox.ports.call_log import CallPlace, CallsWanted
from personsvar.mailbox.ports.reminder_search import Reminder, ReminderPlace
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.storage import outbox
from tests.contract.grown import NEWCOMER, GrownStore, blocks_read
from tests.contract.outbox import SMSC
from tests.contract.stores import KARI, NOON, Shop, postgres_url
from tests.postgres import PostgresCluster

pytestmark = pytest.mark.postgres
SMALL, LARGE = 2_000, 8_000
SPARE = 40
"""Blocks: a tree may be a level deeper, a page may be full."""
MIDDLE = Number("+4791000500")
SOON = NOON + timedelta(seconds=50)
LATER = NOON + timedelta(days=1)


def receipts(gateway: str) -> Callable[[UnitOfWork], object]:
    some = [
        Receipt(gateway, f"{gateway[0]}-{1 if gateway == NEWCOMER else 2}-{n}", ReceiptState.DELIVERED, NOON)
        for n in range(100, 120)
    ]
    return lambda work: work.outbox.receive(some)


USES: dict[str, Callable[[UnitOfWork], object]] = {
    "who is warned of messages that go soon": lambda work: work.subscribers.due(
        Reminder.REMOVALS, now=LATER, after=ReminderPlace(SOON, MIDDLE), limit=50
    ),
    "that nobody is warned now": lambda work: work.subscribers.due(Reminder.REMOVALS, now=NOON),
    "that nobody is reminded of an absence": lambda work: work.subscribers.due(Reminder.ABSENCE, now=LATER),
    "when a mailbox is looked at": lambda work: work.subscribers.look_at_removals(MIDDLE, NOON),
    "a page of all mailboxes": lambda work: work.subscribers.look_at_all_removals(
        now=NOON, states=(State.NEW, State.SAVED), after=MIDDLE, limit=50
    ),
    "receipts": receipts(SMSC),
    "receipts by a gateway that is new": receipts(NEWCOMER),
    "the ledger until a time": lambda work: work.outbox.list(until=SOON, limit=50),
    "the ledger of a time": lambda work: work.outbox.list(since=NOON, until=SOON, limit=50),
    "what a clock put off": lambda work: work.outbox.put_off_by_a_clock(
        made_after=LATER, due_after=LATER + timedelta(days=3), limit=50
    ),
    "what is over, of a time": lambda work: work.outbox.list(
        status=NoticeStatus.SENT, since=NOON, until=SOON, limit=50
    ),
    "what waits by a channel that nothing does": lambda work: work.outbox.list(
        channel=Channel.VISUAL, status=NoticeStatus.READY, limit=50
    ),
    "the ledger, what is over": lambda work: work.outbox.list(status=NoticeStatus.DEAD, limit=50),
    "the too old of a dead gateway": lambda work: work.outbox.claim(
        channels=["sms"], now=LATER, lease_seconds=9, limit=20, begun_before=NOON - timedelta(days=3)
    ),
    "what is due": lambda work: work.outbox.claim(channels=["sms"], now=LATER, lease_seconds=9, limit=20),
    "what is due, behind all that is too old": lambda work: work.outbox.claim(
        channels=["sms"], now=LATER, lease_seconds=9, limit=20, due_after=LATER - timedelta(seconds=1)
    ),
    "what fell due last": lambda work: work.outbox.claim(
        channels=["sms"], now=LATER, lease_seconds=9, limit=20, newest_first=True
    ),
    "figures": lambda work: work.outbox.figures(now=LATER),
    "messages that are over": lambda work: work.messages.expired(State.NEW, before=SOON, limit=10),
    "the newest of a large mailbox": lambda work: work.messages.latest(KARI),
    "the oldest heard one of a large mailbox": lambda work: work.messages.oldest_heard(KARI),
    "the oldest hidden one of a large mailbox": lambda work: work.messages.oldest_hidden(KARI),
    "a mailbox": lambda work: work.messages.listed(KARI, tuple(State)),
    "failures nobody was told of": lambda work: work.outbox.unacknowledged_failures(KARI, Channel.SMS),
    "secrets": lambda work: work.outbox.expire_secrets(now=NOON),
    "a page of subscribers": lambda work: work.subscribers.list(after=MIDDLE, limit=50),
    "a page of names": lambda work: work.caller_names.list(None, after=MIDDLE, limit=50),
    "a page of charges": lambda work: work.call_backs.charges_page(after=CallBackId(900), limit=50),
    "charges since a time": lambda work: work.call_backs.charges_page(since=SOON, limit=50),
    "charges of a mailbox": lambda work: work.call_backs.charges_page(mailbox=MIDDLE, limit=50),
    "a page of calls": lambda work: work.call_log.list(
        CallsWanted(), behind=CallPlace(SOON, CallRecordId(50)), limit=20
    ),
    "that no greeting is out of use": lambda work: work.greetings.mark_unused(now=LATER, limit=50),
    "greetings that are long out of use": lambda work: work.greetings.remove_unused(before=NOON, limit=50),
    "that all calls are counted": lambda work: work.tallies.is_behind(),
    "calls that are not counted": lambda work: work.tallies.count_up(limit=50),
    "call backs of a day": lambda work: work.call_backs.count_since(KARI, NOON),
}


@pytest.fixture(scope="module")
def grown(cluster: PostgresCluster) -> Iterator[tuple[dict[str, int], dict[str, int]]]:
    """The blocks of each use at both sizes."""
    with postgres_url(cluster) as url, pytest.MonkeyPatch.context() as patched:
        patched.setattr(outbox, "MOST_COUNTED", SMALL)  # a store that is larger still takes minutes to fill
        shop = Shop(url)
        growing = GrownStore(shop.store())
        growing.begin()
        counted = []
        for size in (SMALL, LARGE):
            growing.grow(size)
            counted.append({name: blocks_read(growing.store, use) for name, use in USES.items()})
        yield counted[0], counted[1]
        shop.close()


@pytest.mark.parametrize("name", USES)
def test_it_touches_no_more_of_a_store_that_is_four_times_as_large(
    grown: tuple[dict[str, int], dict[str, int]], name: str
) -> None:
    small, large = (counted[name] for counted in grown)
    assert large <= small * 4 / 3 + SPARE
