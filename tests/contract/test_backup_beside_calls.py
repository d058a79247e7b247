"""A backup while calls go on: whatever happens between its rows and its recordings, it is whole."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest

from personsvar.backup.backup_folder import BackupFolder
from personsvar.backup.backup_making import BackupMade, BackupMaker
from personsvar.backup.progress import BackupProgress
from personsvar.mailbox.model.availability import Absence
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import AbsenceId
from personsvar.mailbox.model.message import Message, State
from personsvar.storage import SqlStore, encrypting, recoding
from personsvar.storage.keys import InstallationKeys
from tests.contract.stores import KARI, NOON, OLA, SOUND, Shop, leave, message, subscribe
from tests.contract.test_backup_round_trip import restored
from tests.fakes.keys import KeyInHand

LONGER = SOUND * 2
MOST_CALLS = 150


@dataclass
class WhenRowsAreRead:
    """What happens as soon as the first recordings are copied: the snapshot is over by then."""

    do: Callable[[], None]
    done: bool = False

    def __call__(self, progress: BackupProgress) -> None:
        if progress.what == "recordings" and not self.done:
            self.done = True
            self.do()


@dataclass
class BackedUpTown:
    """Kari and Ola, each with so many messages, and an encrypted store."""

    url: str
    folder: Path
    master: KeyInHand = field(default_factory=KeyInHand)

    def store(self) -> SqlStore:
        return SqlStore(self.url, keys=InstallationKeys(self.master))

    def backed_up(self, meanwhile: Callable[[], None] = lambda: None) -> BackupMade:
        happens = WhenRowsAreRead(meanwhile)
        made = BackupMaker(self.url, BackupFolder(self.folder), lambda: datetime.now(UTC), happens).make(
            keep=7
        )
        assert happens.done
        return made

    def heard_of_backup(self, tmp_path: Path) -> dict[str, bytes]:
        """Restored elsewhere: each message there is, by its recording's id in the spool, with its sound."""
        url = f"sqlite:///{tmp_path / 'elsewhere.db'}"
        restored(url, self.folder, master=self.master)
        with closing(SqlStore(url, keys=InstallationKeys(self.master))) as store, store.look() as work:
            return {
                it.spool_id: work.sounds.read(it.sound.id)
                for mailbox in (KARI, OLA)
                for it in work.messages.list(mailbox, tuple(State))
            }


@pytest.fixture
def town(sql_shop: Shop, tmp_path: Path) -> BackedUpTown:
    assert sql_shop.url is not None
    return BackedUpTown(sql_shop.url, tmp_path / "backups")


@pytest.fixture
def store(town: BackedUpTown) -> Iterator[SqlStore]:
    with closing(town.store()) as store:
        subscribe(store, KARI, OLA)
        encrypting.turn_on(store)
        yield store


def leave_many(store: SqlStore, many: int = 40) -> list[Message]:
    return [leave(store, message(f"m{at:02}", mailbox=(KARI, OLA)[at % 2])) for at in range(many)]


def test_a_message_that_goes_before_its_turn_is_left_out_and_told_of(
    town: BackedUpTown, store: SqlStore, tmp_path: Path
) -> None:
    kept = leave_many(store)

    def last_ten_go() -> None:
        with store.begin() as work:
            for each in kept[-10:]:
                work.messages.remove(each.id)
            work.commit()

    made = town.backed_up(last_ten_go)
    assert made.manifest.left_out == 10
    assert made.manifest.rows_of("messages") == 30
    assert town.heard_of_backup(tmp_path) == {f"m{at:02}": SOUND for at in range(30)}


def test_a_message_whose_recording_became_longer_is_there_as_the_longer_one(
    town: BackedUpTown, store: SqlStore, tmp_path: Path
) -> None:
    kept = leave_many(store)

    def replaced() -> None:
        with store.begin() as work:
            longer = work.sounds.add(LONGER, of=kept[-1].mailbox)
            work.messages.put(replace(kept[-1], sound=longer))
            work.commit()

    made = town.backed_up(replaced)
    assert made.manifest.left_out == 0
    assert town.heard_of_backup(tmp_path) == {f"m{at:02}": SOUND for at in range(39)} | {"m39": LONGER}


def test_a_subscriber_who_goes_takes_messages_greetings_and_absences_along(
    town: BackedUpTown, store: SqlStore, tmp_path: Path
) -> None:
    leave_many(store)
    with store.begin() as work:
        work.greetings.add(KARI, GreetingKind.PERSONAL, work.sounds.add(SOUND, of=KARI), NOON)
        recording = work.sounds.add(SOUND, of=KARI)
        work.absences.add(Absence(AbsenceId(0), KARI, NOON, NOON.replace(year=2026), recording=recording))
        work.commit()

    def kari_goes() -> None:
        with store.begin() as work:
            work.subscribers.remove(KARI)
            work.commit()

    made = town.backed_up(kari_goes)
    assert made.manifest.rows_of("greetings") == made.manifest.rows_of("absences") == 0
    heard = town.heard_of_backup(tmp_path)
    assert {f"m{at:02}" for at in range(1, 40, 2)} <= heard.keys()
    assert set(heard.values()) == {SOUND}
    assert len(heard) == made.manifest.rows_of("messages") == 40 + 2 - made.manifest.left_out


def test_what_is_encrypted_meanwhile_has_its_key_and_what_is_taken_back_needs_none(
    town: BackedUpTown, store: SqlStore, tmp_path: Path
) -> None:
    encrypting.turn_off(store)
    kept = leave_many(store)
    assert encrypting.standing(store).plain == len(kept)

    def brought_over() -> None:
        encrypting.turn_on(store)
        assert sum(recoding.bring_over(store, lambda: None)) == len(kept)

    made = town.backed_up(brought_over)
    assert made.manifest.rows_of("mailbox_keys") == 2
    everything = {f"m{at:02}": SOUND for at in range(40)}
    assert town.heard_of_backup(tmp_path) == everything

    def taken_back() -> None:
        encrypting.turn_off(store)
        assert sum(recoding.take_back(store, lambda: None)) == len(kept)

    (tmp_path / "second").mkdir()
    made = town.backed_up(taken_back)
    assert town.heard_of_backup(tmp_path / "second") == everything


def test_a_rotation_meanwhile_leaves_all_keys_that_are_needed(
    town: BackedUpTown, store: SqlStore, tmp_path: Path
) -> None:
    leave_many(store)

    def rotated() -> None:
        assert sum(encrypting.rotate(store)) == 2
        leave(store, message("after"))

    town.backed_up(rotated)
    assert town.heard_of_backup(tmp_path) == {f"m{at:02}": SOUND for at in range(40)}


def test_beside_calls_that_come_and_go_each_message_has_its_own_sound(
    town: BackedUpTown, store: SqlStore, tmp_path: Path
) -> None:
    leave_many(store, 20)
    over, turns = threading.Event(), count()

    def calls() -> None:
        """Each leaves a message of its own sound; every third, one goes."""
        with closing(town.store()) as mine:
            while not over.is_set() and (turn := next(turns)) < MOST_CALLS:
                left = leave(mine, message(f"c{turn}"), f"c{turn}".encode() * 2000)
                if turn % 3 == 0:
                    with mine.begin() as work:
                        work.messages.remove(left.id)
                        work.commit()

    caller = threading.Thread(target=calls)
    caller.start()
    try:
        for _ in range(3):
            made = BackupMaker(
                town.url, BackupFolder(town.folder), lambda: datetime.now(UTC), lambda _: None
            ).make(keep=2)
    finally:
        over.set()
        caller.join()
    heard = town.heard_of_backup(tmp_path)
    assert len(heard) == made.manifest.rows_of("messages") >= 20
    assert {name: sound for name, sound in heard.items() if name[0] == "c"} == {
        name: name.encode() * 2000 for name in heard if name[0] == "c"
    }
    assert [name for name, sound in heard.items() if name[0] == "m" and sound != SOUND] == []
