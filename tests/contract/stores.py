"""The stores a contract is held against, and the words the store's tests are written in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection

from personsvar.mailbox.model.ids import MessageId, Number, SoundId, SpoolId
from personsvar.mailbox.model.message import Message, Sound, State
from personsvar.mailbox.model.notice import Channel, Facts, NewNotice, NoticeKind
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.store import Store
from personsvar.mailbox.waveform import waveform
from personsvar.storage import SqlStore, upgrade
from personsvar.storage.months import dividing
from personsvar.storage.one_at_a_time import alone
from personsvar.storage.tables import metadata
from tests.fakes.commits import CommitCounter
from tests.fakes.memory import MemoryStore
from tests.migrated import migrated_sqlite
from tests.postgres import PostgresCluster

KARI = Number("+4790000001")
OLA = Number("+4790000002")
CALLER = Number("+4790000099")
NOON = datetime(2025, 3, 3, 12, 0, tzinfo=UTC)
SOUND = bytes(range(256)) * 100


class OpenStore(Store, Protocol):
    @property
    def open_transactions(self) -> int: ...
    @property
    def open_in_this_thread(self) -> int: ...
    def close(self) -> None: ...


class Shop:
    """Where a test gets its stores: any number on the same data."""

    def __init__(self, url: str | None) -> None:
        self.url = url
        self.commits = CommitCounter()
        self._memory = MemoryStore(wait_seconds=0.3, after_commit=self.commits)
        self._opened: list[SqlStore] = []

    def store(self, *, wait_seconds: float = 10) -> OpenStore:
        if self.url is None:
            return self._memory
        store = SqlStore(self.url, wait_seconds=wait_seconds, after_commit=self.commits)
        self._opened.append(store)
        return store

    def kept_store(self) -> OpenStore:
        """The same store each time."""
        return self._opened[0] if self._opened else self.store()

    def close(self) -> None:
        for store in self._opened:
            store.close()


def sqlite_url(folder: Path) -> str:
    return migrated_sqlite(folder / "mailboxes.db")


@contextmanager
def postgres_url(cluster: PostgresCluster) -> Iterator[str]:
    """The same database each time, emptied after use."""
    name = cluster.prepared(upgrade)
    yield cluster.url(name)
    every = ", ".join(table.name for table in metadata.sorted_tables)
    cluster.tell(f"TRUNCATE {every} RESTART IDENTITY", database=name)


def without_months(connection: Connection) -> None:
    """The ledger of a new PostgreSQL is one table whose ids begin with 1, as before there were months."""
    dividing.make_whole(connection)
    connection.exec_driver_sql("ALTER SEQUENCE notices_id_seq RESTART WITH 1")


def new_without_months(cluster: PostgresCluster) -> str:
    """The address of a new database of this version, as `without_months` leaves it."""
    url = cluster.url(cluster.new_database())
    upgrade(url)
    with alone(url) as connection:
        without_months(connection)
    return url


def subscribe(store: Store, *numbers: Number) -> None:
    with store.begin() as work:
        for number in numbers:
            work.subscribers.add(Subscriber(number))
        work.commit()


def leave(store: Store, message: Message, alaw: bytes = SOUND) -> Message:
    """A message with a sound of its own and its waveform, committed."""
    with store.begin() as work:
        sound = work.sounds.add(alaw, of=message.mailbox, waveform=waveform(alaw))
        added = work.messages.add(replace(message, sound=sound))
        work.commit()
    return added


@contextmanager
def calls_meanwhile(
    store: Store, said: dict[SoundId, bytes], leave: Callable[[Message], Message], *, count: int
) -> Iterator[list[Message]]:
    """So many new messages come, an old one goes with each: `said` is of those that stay, the list is new."""

    def call(number: int) -> Message:
        kept = leave(message(f"new {number}", mailbox=(KARI, OLA)[number % 2]))
        with store.begin() as work:
            gone = work.messages.by_spool_id(SpoolId(f"old {number}"))
            assert gone is not None
            work.messages.remove(gone.id)
            work.commit()
        del said[gone.sound.id]
        return kept

    new: list[Message] = []
    with ThreadPoolExecutor(3) as calls:
        coming = [calls.submit(call, number) for number in range(count)]
        yield new
        new += [each.result() for each in coming]


def message(
    spool_id: str = "spool-1", *, mailbox: Number = KARI, minutes: float = 0, urgent: bool = False
) -> Message:
    """As intake makes one: new, without an id and a sound so far."""
    return Message(
        id=MessageId(0),
        mailbox=mailbox,
        spool_id=SpoolId(spool_id),
        caller=CALLER,
        received_at=NOON + timedelta(minutes=minutes),
        sound=Sound(SoundId(0), 0),
        urgent=urgent,
    )


def turned(what: Message, state: State, *, at: datetime = NOON) -> Message:
    return replace(what, state=state, state_before=what.state, changed_at=at)


def change(store: Store, *messages: Message) -> None:
    with store.begin() as work:
        for each in messages:
            work.messages.put(each)
        work.commit()


def notice(
    key: str = "message:spool-1:sms",
    *,
    to: Number = KARI,
    channel: Channel = Channel.SMS,
    seconds: float = 0,
    facts: Facts | None = None,
) -> NewNotice:
    created_at = NOON + timedelta(seconds=seconds)
    return NewNotice(to, NoticeKind.NEW_MESSAGE, channel, key, created_at, facts or Facts())
