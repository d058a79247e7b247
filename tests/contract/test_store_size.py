"""A mailbox of 5,000 messages is opened by the index: no table is ever read through."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert

from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import MessageId, Number, SoundId, SpoolId
from personsvar.mailbox.model.message import Counts, State
from personsvar.mailbox.ports.message_search import MessagePlace, MessagesWanted
from personsvar.mailbox.ports.store import Store, UnitOfWork
from personsvar.storage.tables import messages
from personsvar.storage.unit_of_work import SqlUnitOfWork
from tests.contract.stores import CALLER, KARI, NOON, OLA, SOUND, OpenStore, Shop, notice, subscribe

FULL_MAILBOX = 5_000
NEIGHBOURS = tuple(Number(f"+4790000{number}") for number in range(700, 730))
"""So that a full mailbox is not most of all there is: a planner that knows would read it all through."""
THROUGH = re.compile(r"\bSCAN (?!due\b|anon_\d)|Seq Scan")
"""How SQLite and PostgreSQL say that a table is read from end to end.

`due` is what a claim has picked, `anon` a page of a search.
"""
BEHIND = MessagePlace(NOON + timedelta(seconds=2_000), MessageId(2_000))
SAVED = MessagesWanted(states=(State.SAVED,))
USES: dict[str, Callable[[UnitOfWork], object]] = {
    "counts": lambda work: work.messages.counts(KARI),
    "ids": lambda work: work.messages.ids(KARI, (State.NEW, State.HEARD, State.SAVED)),
    "get": lambda work: work.messages.get(MessageId(1)),
    "by spool id": lambda work: work.messages.by_spool_id(SpoolId("call-1")),
    "oldest heard": lambda work: work.messages.oldest_heard(KARI),
    "oldest hidden": lambda work: work.messages.oldest_hidden(KARI),
    "listed": lambda work: work.messages.listed(KARI, (State.NEW, State.HEARD, State.SAVED)),
    "latest": lambda work: work.messages.latest(KARI),
    "texts that were told": lambda work: work.mail_texts.told(KARI, [MessageId(1), MessageId(7)]),
    "no text is expected": lambda work: work.mail_texts.expect_none(KARI),
    "a text is told": lambda work: work.mail_texts.tell({MessageId(1): 9}),
    "greetings": lambda work: work.greetings.listed(KARI, (GreetingKind.PERSONAL, GreetingKind.SIGNATURE)),
    "rendition": lambda work: work.renditions.read(SoundId(1)),
    "expired": lambda work: work.messages.expired(State.HEARD, before=NOON, limit=10),
    "remove a message": lambda work: work.messages.remove(MessageId(1)),
    "subscriber": lambda work: work.subscribers.get(KARI, for_change=True),
    "remove a subscriber": lambda work: work.subscribers.remove(OLA),
    "claim": lambda work: work.outbox.claim(channels=["sms"], now=NOON, lease_seconds=9, limit=5),
    "claim the newest": lambda work: work.outbox.claim(
        channels=["transcript"], now=NOON, lease_seconds=9, limit=1, newest_first=True
    ),
    "ledger": lambda work: work.outbox.list(to=KARI),
    "secrets": lambda work: work.outbox.expire_secrets(now=NOON),
    "absences": lambda work: work.absences.not_over(KARI, at=NOON),
    "absences that are over": lambda work: work.absences.purge(before=NOON, limit=9),
    "inbox": lambda work: work.messages.search(MessagesWanted(mailbox=KARI), behind=BEHIND, limit=50),
    "a state everywhere": lambda work: work.messages.search(SAVED, behind=BEHIND, limit=50),
    "a caller everywhere": lambda work: work.messages.search(MessagesWanted(caller=KARI), limit=50),
    "calendars": lambda work: work.calendars.of(KARI),
    "calendars that are due": lambda work: work.calendars.claim(now=NOON, lease_seconds=9, limit=5),
    "call backs": lambda work: work.call_backs.count_since(KARI, NOON),
}


def connection_of(work: UnitOfWork) -> Connection:
    assert isinstance(work, SqlUnitOfWork)
    return work._connection


def fill(store: Store) -> None:
    with store.begin() as work:
        sound = work.sounds.add(SOUND, of=KARI)
        rows = [row(n, sound.id) for n in range(FULL_MAILBOX)]
        rows += [
            row(n, sound.id) | {"mailbox": NEIGHBOURS[n % len(NEIGHBOURS)]}
            for n in range(FULL_MAILBOX, 4 * FULL_MAILBOX)
        ]
        connection_of(work).execute(insert(messages), rows)
        work.outbox.add(notice())
        work.commit()


def row(n: int, sound: int) -> dict[str, Any]:
    at = NOON + timedelta(seconds=n)
    return {
        "mailbox": KARI if n % 10 else OLA,
        "spool_id": f"call-{n}",
        "caller": CALLER,
        "received_at": at,
        "sound_id": sound,
        "seconds": 3.2,
        "urgent": n % 7 == 0,
        "state": tuple(State)[n % 4],
        "state_before": State.NEW,
        "changed_at": at,
        "since": at,
    }


@contextmanager
def overheard(connection: Connection) -> Iterator[list[tuple[str, Any]]]:
    """Every statement that is run meanwhile, with its values."""
    said: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        said.append((statement, values))

    event.listen(connection, "before_cursor_execute", hear)
    yield said
    event.remove(connection, "before_cursor_execute", hear)


def plan(connection: Connection, statement: str, values: Any) -> str:
    on_sqlite = connection.dialect.name == "sqlite"
    explain = "EXPLAIN QUERY PLAN " if on_sqlite else "EXPLAIN "
    rows = connection.exec_driver_sql(explain + statement, values).all()
    return "\n".join(str(each[-1]) for each in rows)


@pytest.fixture
def full(sql_shop: Shop) -> OpenStore:
    store = sql_shop.store()
    subscribe(store, KARI, OLA, *NEIGHBOURS)
    fill(store)
    with store.begin() as work:
        connection = connection_of(work)
        if connection.dialect.name == "postgresql":
            # its plans are those of a full table, and not of what a vacuum by itself saw of it on the way
            connection.exec_driver_sql("ANALYZE")
        work.commit()
    return store


def plans_of(store: Store, use: Callable[[UnitOfWork], object]) -> list[str]:
    with store.begin() as work:
        connection = connection_of(work)
        if connection.dialect.name == "postgresql":
            # so small a table is read through all the same, if there is a choice
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        with overheard(connection) as said:
            use(work)
        return [plan(connection, *each) for each in said if not each[0].startswith("INSERT")]


def test_everything_goes_by_an_index(full: OpenStore) -> None:
    plans = {use: plans_of(full, USES[use]) for use in USES}
    assert all(plans.values())
    read_through = [use for use in USES if any(THROUGH.search(each) for each in plans[use])]
    assert read_through == []


def test_counting_and_ordering_never_leave_the_index(full: OpenStore) -> None:
    for use in ("counts", "ids"):
        (found,) = plans_of(full, USES[use])
        assert re.search(
            r"(COVERING INDEX|Index Only Scan using|Bitmap Index Scan on) ix_messages_mailbox", found
        )


def test_a_page_of_a_search_sorts_no_more_than_it_shows(full: OpenStore) -> None:
    """Of each list it takes as many as are shown, in the order of an index."""
    lists = ((MessagesWanted(mailbox=KARI), "ix_messages_mailbox", 8), (SAVED, "ix_messages_state", 1))
    for only, index, many in lists:
        (found,) = plans_of(full, partial(searched, only=only))
        in_order = rf"(COVERING INDEX|Index Only Scan Backward using) {index}"
        assert len(re.findall(in_order, found)) == many, found
        assert len(re.findall("TEMP B-TREE|Sort Key", found)) <= 2, "that of the page, and of its rows"


def searched(work: UnitOfWork, *, only: MessagesWanted) -> object:
    return work.messages.search(only, behind=BEHIND, limit=50)


def test_opening_a_full_mailbox_takes_as_many_statements_as_an_empty_one(full: OpenStore) -> None:
    subscribe(full, CALLER)
    asked = [statements_to_open(full, mailbox) for mailbox in (KARI, CALLER)]
    assert asked == [3, 3]


def statements_to_open(store: Store, mailbox: Number) -> int:
    with store.look() as work, overheard(connection_of(work)) as said:
        work.subscribers.get(mailbox)
        counts = work.messages.counts(mailbox)
        ids = work.messages.ids(mailbox, tuple(State))
    assert sum((counts.new, counts.heard, counts.saved, counts.deleted)) == len(ids)
    assert counts != Counts() or not ids
    return len(said)


def test_a_mail_program_s_list_of_a_full_mailbox_is_one_statement_and_reads_no_sound(full: OpenStore) -> None:
    with full.look() as work, overheard(connection_of(work)) as said:
        listed = work.messages.listed(KARI, tuple(State))
    assert len(listed) == FULL_MAILBOX * 9 // 10
    ((statement, _),) = said
    assert "alaw" not in statement
    assert not re.search(r"\bamr\b", statement)
