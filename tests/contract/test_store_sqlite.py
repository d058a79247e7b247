"""SQLite: on the disk when it says so, private, and never waiting for ever."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.storage import SqlStore, upgrade
from personsvar.storage.turns import turns_at
from personsvar.storage.unit_of_work import SqlUnitOfWork
from tests.contract.stores import KARI, OLA, leave, message, notice, subscribe

FULL, NORMAL = 2, 1
LOCK = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
for statement in sys.argv[2:]:
    held.execute(statement)
print("locked", flush=True)
sys.stdin.read()
"""


LEAVE = """
import sys
from tests.contract.stores import KARI, SOUND, leave, message
from personsvar.storage import SqlStore
store = SqlStore(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for number in range(20):
    leave(store, message(f"theirs-{number}"))
store.close()
"""
DIE = """
import sys
from tests.contract.stores import KARI, notice
from personsvar.storage import SqlStore
store = SqlStore(sys.argv[1])
with store.begin() as work:
    work.outbox.add(notice("committed"))
    work.commit()
    work.outbox.add(notice("half-way"))
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "state" / "personsvar.db"


@pytest.fixture
def url(file: Path) -> str:
    url = f"sqlite:///{file}"
    upgrade(url)
    return url


@contextmanager
def opened(url: str, *, durability: str = "full", wait_seconds: float = 0.2) -> Iterator[SqlStore]:
    store = SqlStore(
        url, durability="normal" if durability == "normal" else "full", wait_seconds=wait_seconds
    )
    try:
        yield store
    finally:
        store.close()


@contextmanager
def locked_by_another_process(file: Path, *statements: str) -> Iterator[None]:
    command = [sys.executable, "-c", LOCK, str(file), *statements]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"locked\n"
        yield
        holder.communicate()


@contextmanager
def another_process(script: str, url: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", script, url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield process


def pragma(work: UnitOfWork, name: str) -> object:
    assert isinstance(work, SqlUnitOfWork)
    return work._connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()


@pytest.mark.parametrize(("durability", "synchronous"), [("full", FULL), ("normal", NORMAL)])
def test_a_commit_is_on_the_disk_unless_the_store_was_made_for_less(
    url: str, durability: str, synchronous: int
) -> None:
    with opened(url, durability=durability) as store, store.begin() as work:
        assert pragma(work, "synchronous") == synchronous
        assert pragma(work, "journal_mode") == "wal"
        assert pragma(work, "foreign_keys") == 1


def test_full_is_what_one_gets_without_asking(url: str) -> None:
    store = SqlStore(url)
    with store.begin() as work:
        assert pragma(work, "synchronous") == FULL
    store.close()


def modes(file: Path) -> dict[str, int]:
    return {each.name: stat.S_IMODE(each.stat().st_mode) for each in file.parent.glob(f"{file.name}*")}


def test_no_file_of_the_database_is_readable_by_others(file: Path) -> None:
    before = os.umask(0)
    try:
        upgrade(f"sqlite:///{file}")
        with opened(f"sqlite:///{file}") as store:
            subscribe(store, KARI)
            with store.look():
                private = {"personsvar.db": 0o600, "personsvar.db-wal": 0o600, "personsvar.db-shm": 0o600}
                assert modes(file) == private
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_a_file_left_open_to_others_is_closed_to_them_and_stays_open_to_the_group(
    url: str, file: Path
) -> None:
    file.chmod(0o666)
    with opened(url) as store, store.look():
        assert modes(file)["personsvar.db"] == 0o660


def test_a_database_locked_by_another_process_is_unavailable_soon_and_can_still_be_read(
    url: str, file: Path
) -> None:
    with opened(url) as store:
        subscribe(store, KARI)
        with locked_by_another_process(file, "BEGIN EXCLUSIVE"):
            with pytest.raises(StoreUnavailableError, match="locked") as fault:
                subscribe(store, OLA)
            assert fault.value.__cause__ is not None
            with store.look() as work:
                assert work.subscribers.get(KARI) is not None
        subscribe(store, OLA)


def test_a_database_locked_to_readers_too_is_unavailable_to_them(url: str, file: Path) -> None:
    with opened(url) as store:
        with (
            locked_by_another_process(file, "PRAGMA locking_mode=EXCLUSIVE", "BEGIN IMMEDIATE"),
            pytest.raises(StoreUnavailableError),
            store.look() as work,
        ):
            work.subscribers.get(KARI)
        with store.look() as work:
            assert work.subscribers.get(KARI) is None


def test_two_processes_leaving_messages_at_once_lose_none(url: str) -> None:
    with opened(url, wait_seconds=30) as store:
        subscribe(store, KARI)
        with another_process(LEAVE, url) as theirs:
            assert theirs.stdin is not None
            theirs.stdin.write(b"go\n")
            theirs.stdin.flush()
            for number in range(20):
                leave(store, message(f"ours-{number}"))
            theirs.communicate()
        assert theirs.returncode == 0
        with store.look() as work:
            assert work.messages.counts(KARI).new == 40


def test_a_process_killed_half_way_leaves_what_it_committed_and_no_lock(url: str) -> None:
    with opened(url) as store:
        subscribe(store, KARI)
        with another_process(DIE, url) as theirs:
            with pytest.raises(StoreUnavailableError), store.begin():
                pass
            theirs.kill()
        leave(store, message())
        with store.look() as work:
            assert [each.dedup_key for each in work.outbox.list()] == ["committed"]


def test_a_place_where_no_database_can_be_made_is_told(file: Path) -> None:
    file.parent.write_text("a file where the folder should be")
    with pytest.raises(StoreUnavailableError, match=r"personsvar\.db"):
        upgrade(f"sqlite:///{file}")


def test_a_file_that_is_missing_is_not_made(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path}/none.db") as store:
        for way_in in (store.begin, store.look):
            with pytest.raises(StoreUnavailableError), way_in() as work:
                work.subscribers.get(KARI)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_unavailable(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"no database at all" * 1000)
    with opened(f"sqlite:///{file}") as store:
        for way_in in (store.begin, store.look):
            with pytest.raises(StoreUnavailableError, match="not a database"), way_in() as work:
                work.subscribers.get(KARI)
    with pytest.raises(StoreUnavailableError, match="not a database"):
        upgrade(f"sqlite:///{file}")


def test_a_full_disk_is_unavailable_and_nothing_is_half_committed(url: str) -> None:
    with opened(url) as store:
        subscribe(store, KARI)
        with store.begin() as work:
            full_at = pragma(work, "page_count")
            pragma(work, f"max_page_count={full_at}")
            work.outbox.add(notice())
            with pytest.raises(StoreUnavailableError, match="full"):
                work.sounds.add(bytes(1_000_000), of=KARI)
            with pytest.raises(StoreUnavailableError):
                work.commit()
        with store.look() as work:
            assert work.outbox.list() == []
        with store.begin() as work:
            pragma(work, "max_page_count=1000000")
        leave(store, message(), bytes(1_000_000))


def test_a_writer_that_waited_too_long_for_its_turn_is_told(url: str) -> None:
    with (
        opened(url) as store,
        store.begin(),
        pytest.raises(StoreUnavailableError, match="waiting"),
        store.begin(),
    ):
        pass


def test_two_stores_on_one_file_stand_in_one_queue(url: str, file: Path) -> None:
    queue = turns_at(file)
    with opened(url) as messages, opened(url, durability="normal") as outbox, messages.begin():
        with pytest.raises(StoreUnavailableError, match="waiting"), outbox.begin():
            pass
        assert not queue.take(seconds=0)


@pytest.mark.parametrize("odd", ["sqlite://", "sqlite:///:memory:", "mysql://x/y", "no address", ""])
def test_an_address_that_can_not_be_used_is_refused_at_once(odd: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        SqlStore(odd)


def test_the_password_of_a_bad_address_is_not_told() -> None:
    with pytest.raises(ValueError, match="postgresql") as fault:
        SqlStore("oracle://kari:hemmelig@db/x")
    assert "hemmelig" not in str(fault.value)


def test_a_path_with_odd_characters_is_a_path(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/å b#c/personsvar.db"
    upgrade(url)
    with opened(url) as store:
        subscribe(store, KARI)
    assert (tmp_path / "å b#c" / "personsvar.db").stat().st_size > 0


def test_an_old_subscriber_is_there_after_closing_and_opening(url: str) -> None:
    with opened(url) as store:
        subscribe(store, KARI)
    with opened(url) as store, store.look() as work:
        assert work.subscribers.list() == [Subscriber(KARI)]
