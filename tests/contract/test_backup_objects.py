"""Recordings in an object store are in a backup as all others are, and come back into the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from personsvar.backup.backup_folder import BackupFolder
from personsvar.backup.backup_making import BackupMade, BackupMaker
from personsvar.mailbox.errors import RecordingsAwayError
from personsvar.mailbox.model.message import State
from personsvar.storage import SqlStore, encrypting, moving
from personsvar.storage.keys import InstallationKeys
from personsvar.storage.tables import loose_objects
from tests.contract.stores import KARI, Shop, leave, message, subscribe
from tests.contract.test_backup_beside_calls import WhenRowsAreRead
from tests.contract.test_backup_round_trip import restored
from tests.fakes.keys import KeyInHand

MESSAGES = 40
SAID = {f"m{at:02}": f"m{at:02}".encode() * 2000 for at in range(MESSAGES)}


@dataclass
class ObjectsInHand:
    """Kept in the test."""

    content: dict[str, bytes] = field(default_factory=dict)
    is_away: bool = False

    def put(self, name: str, content: bytes) -> None:
        self.content[name] = content

    def read(self, name: str) -> bytes | None:
        if self.is_away:
            raise RecordingsAwayError("nobody answers")
        return self.content.get(name)

    def remove(self, name: str) -> None:
        self.content.pop(name, None)

    def look(self) -> None:
        """Nothing is wrong."""


@dataclass
class Kept:
    """Kari's messages, encrypted, all of them in the object store."""

    store: SqlStore
    url: str
    folder: Path
    objects: ObjectsInHand
    master: KeyInHand

    def backed_up(self, meanwhile: Callable[[], None] = lambda: None) -> BackupMade:
        happens = WhenRowsAreRead(meanwhile)
        maker = BackupMaker(
            self.url, BackupFolder(self.folder), lambda: datetime.now(UTC), happens, self.objects
        )
        return maker.make(keep=7)


@pytest.fixture
def kept(sql_shop: Shop, tmp_path: Path) -> Iterator[Kept]:
    assert sql_shop.url is not None
    objects, master = ObjectsInHand(), KeyInHand()
    with closing(SqlStore(sql_shop.url, keys=InstallationKeys(master), objects=objects)) as store:
        subscribe(store, KARI)
        encrypting.turn_on(store)
        for name, said in SAID.items():
            leave(store, message(name), said)
        assert sum(moving.to_objects(store, lambda: None)) == len(objects.content) == MESSAGES
        yield Kept(store, sql_shop.url, tmp_path / "backups", objects, master)


def heard(url: str, master: KeyInHand) -> dict[str, bytes]:
    with closing(SqlStore(url, keys=InstallationKeys(master))) as store, store.look() as work:
        found = work.messages.list(KARI, tuple(State))
        return {it.spool_id: work.sounds.read(it.sound.id) for it in found}


def test_they_are_copied_from_there_and_heard_without_it(kept: Kept, tmp_path: Path) -> None:
    made = kept.backed_up()
    assert made.copied == MESSAGES
    url = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    restored(url, kept.folder, master=kept.master)
    assert heard(url, kept.master) == SAID
    moved = sum(moving.to_database(kept.store, lambda: None))
    assert (moved, kept.backed_up().copied) == (MESSAGES, 0), "wherever they lie, they are the same"


def test_what_is_moved_meanwhile_is_found(kept: Kept, tmp_path: Path) -> None:
    def taken_back() -> None:
        assert sum(moving.to_database(kept.store, lambda: None)) == MESSAGES
        kept.objects.content.clear()

    assert kept.backed_up(taken_back).manifest.left_out == 0
    url = f"sqlite:///{tmp_path / 'elsewhere.db'}"
    restored(url, kept.folder, master=kept.master)
    assert heard(url, kept.master) == SAID


def test_with_the_object_store_away_no_backup_is_made(kept: Kept) -> None:
    kept.objects.is_away = True
    with pytest.raises(RecordingsAwayError):
        kept.backed_up()
    assert BackupFolder(kept.folder).kept() == []


def test_what_a_restore_removes_is_removed_from_the_object_store_too(kept: Kept) -> None:
    kept.backed_up()
    restored(kept.url, kept.folder, master=kept.master, overwrite=True)
    assert heard(kept.url, kept.master) == SAID
    with kept.store.reading() as connection:
        rows = connection.execute(select(loose_objects.c.name, loose_objects.c.doomed)).all()
    assert {row.name for row in rows if row.doomed} >= kept.objects.content.keys()
