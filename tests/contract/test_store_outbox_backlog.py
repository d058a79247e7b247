"""The backlog of a dead gateway costs the other channels nothing: whatever is asked goes by an index."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from personsvar.mailbox.model.ids import NoticeId, Number
from personsvar.mailbox.model.ledger import AttemptOutcome
from personsvar.mailbox.model.notice import Channel, NoticeKind, NoticeStatus
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.storage.outbox import MOST_COUNTED
from tests.contract.outbox import add, receipt, settled, tried
from tests.contract.stores import CALLER, KARI, NOON, OpenStore, Shop, notice
from tests.contract.test_store_size import connection_of, overheard, plan

BACKLOG = 100_000
MAILBOXES = 200
LATER = NOON + timedelta(hours=1)
THROUGH = re.compile(r"\bSCAN (?!due\b|some\b)|Seq Scan on (?!notices_id_seq\b|pg_)")
"""How SQLite and PostgreSQL say that a table is read from end to end.

`due` is what a claim has picked, `some` what the figures count; a counter is a row, and PostgreSQL's own
tables are asked for the months.
"""
FILL = """
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {many})
    INSERT INTO notices
        (to_number, kind, channel, dedup_key, created_at, urgent, status, attempts, next_at, due_at)
    SELECT number, 'new-message', 'email', 'dead' || i, {at}, {no}, 'ready', 0, {at}, {at}
    FROM n JOIN subscribers ON number = '+479100' || (1000 + i - i / {mailboxes} * {mailboxes})
"""


@pytest.fixture
def backlog(sql_shop: Shop) -> OpenStore:
    """100,000 e-mails that nobody takes, due before the one SMS."""
    store = sql_shop.store()
    with store.begin() as work:
        for n in range(MAILBOXES):
            work.subscribers.add(Subscriber(mailbox(n)))
        work.subscribers.add(Subscriber(KARI))
        connection = connection_of(work)
        at, no = ("'2025-03-03 11:00:00.000000'", "0")
        if connection.dialect.name == "postgresql":
            at, no = "timestamptz '2025-03-03 11:00:00+00'", "false"
        connection.exec_driver_sql(FILL.format(many=BACKLOG, at=at, no=no, mailboxes=MAILBOXES))
        work.commit()
    with store.begin() as work:
        connection_of(work).exec_driver_sql("ANALYZE")
        work.commit()
    add(store)
    return store


def mailbox(n: int) -> Number:
    return Number(f"+479100{1000 + n}")


def settle_and_receive(work: UnitOfWork) -> object:
    """The one SMS goes out and arrives."""
    (held,) = work.outbox.claim(channels=("sms",), now=LATER, lease_seconds=60, limit=50)
    work.outbox.settle([settled(held, NoticeStatus.SENT, tried(AttemptOutcome.ACCEPTED, "1"))], now=LATER)
    return work.outbox.receive([receipt("1"), receipt("2")])


SOMEBODY = mailbox(7)
USES: dict[str, Callable[[UnitOfWork], object]] = {
    "claim": lambda work: work.outbox.claim(channels=("sms",), now=LATER, lease_seconds=60, limit=50),
    "settle and receive": settle_and_receive,
    "claim of the dead": lambda work: work.outbox.claim(
        channels=("email",), now=LATER, lease_seconds=60, limit=50
    ),
    "figures": lambda work: work.outbox.figures(now=LATER),
    "history": lambda work: work.outbox.history(NoticeId(1)),
    "list of a mailbox": lambda work: work.outbox.list(to=SOMEBODY),
    "list of a channel": lambda work: work.outbox.list(channel=Channel.MMS),
    "list of a kind": lambda work: work.outbox.list(kind=NoticeKind.LOCKED_OUT),
    "list of a status": lambda work: work.outbox.list(status=NoticeStatus.DEAD),
    "list of a day": lambda work: work.outbox.list(since=NOON - timedelta(days=9), until=NOON),
    "list, next page": lambda work: work.outbox.list(before_id=NoticeId(500), limit=50),
    "renew": lambda work: work.outbox.renew(notice()),
    "join": lambda work: work.outbox.join_missed(
        to=SOMEBODY, caller=CALLER, cause="missed:2", at=NOON, since=NOON
    ),
    "resend": lambda work: work.outbox.resend(NoticeId(1), now=NOON),
    "untold": lambda work: work.outbox.unacknowledged_failures(SOMEBODY, Channel.EMAIL),
    "told": lambda work: work.outbox.acknowledge_failures(SOMEBODY, Channel.EMAIL),
    "secrets": lambda work: work.outbox.expire_secrets(now=LATER),
    "receipts": lambda work: work.outbox.expire_receipts(now=LATER),
    "purge": lambda work: work.outbox.purge(before=NOON - timedelta(days=90), limit=500),
}


def plans_of(store: OpenStore, use: Callable[[UnitOfWork], object]) -> list[str]:
    with store.begin() as work:
        connection = connection_of(work)
        if connection.dialect.name == "postgresql":
            # the ledger's tables are empty: they are read through, if there is a choice
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        with overheard(connection) as said:
            use(work)
        explained = [each for each in said if not isinstance(each[1], list) and "advisory" not in each[0]]
        return [plan(connection, *each) for each in explained]


def test_whatever_is_asked_goes_by_an_index(backlog: OpenStore) -> None:
    plans = {use: plans_of(backlog, USES[use]) for use in USES}
    assert all(plans.values())
    read_through = {use: plans[use] for use in USES if any(THROUGH.search(each) for each in plans[use])}
    assert read_through == {}


def test_a_claim_looks_at_its_own_channel_only(backlog: OpenStore) -> None:
    with backlog.begin() as work:
        connection = connection_of(work)
        with overheard(connection) as said:
            held = work.outbox.claim(channels=("sms",), now=LATER, lease_seconds=60, limit=50)
        assert len(held) == 1
        ((statement, values),) = said
        found = plan(connection, statement, values)
    by_index = r"(INDEX|Index (Only )?Scan using) (ix_notices_waiting|notices_\w+_channel_due_at_id_idx)"
    assert re.search(by_index, found)
    assert re.search(r"\(?channel = |channel=\?", found)
    months_with_rows = re.sub(r"Seq Scan on \w+ \w+  \(cost=0\.00\.\.0\.00", "", found)
    assert not re.search(r"TEMP B-TREE|Seq Scan", months_with_rows)


def test_the_figures_count_what_waits_and_no_further_than_ten_thousand(backlog: OpenStore) -> None:
    with backlog.look() as work:
        told = {each.channel: each for each in work.outbox.figures(now=LATER)}
    assert (told[Channel.EMAIL].queued, told[Channel.EMAIL].oldest_seconds) == (MOST_COUNTED, 7200)
    assert (told[Channel.SMS].queued, told[Channel.SMS].oldest_seconds) == (1, 3600)
