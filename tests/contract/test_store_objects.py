"""Recordings in an object store: written before the database tells of them, gone after it, none forgotten.

The object store is a real one (`tests.seaweed`); what breaks off is killed.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from personsvar.backup.backup_folder import BackupFolder
from personsvar.backup.backup_making import BackupMaker
from personsvar.backup.progress import silent
from personsvar.backup.restoring import BackupRestorer
from personsvar.encryption.master_key import MasterKeyFile, new_line
from personsvar.mailbox.errors import (
    RecordingsAwayError,
    SoundBrokenError,
    StoreUnavailableError,
    UnknownSubscriberError,
)
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import Number, SoundId
from personsvar.mailbox.model.message import Message, NewSound
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.object_store import S3Objects
from personsvar.storage import SqlStore, encrypting, moving, recoding, upgrade
from personsvar.storage.keys import InstallationKeys
from personsvar.storage.loose_objects import write_down
from personsvar.storage.removing import Removal
from personsvar.storage.tables import loose_objects, renditions, sounds
from personsvar.storage.versions import WrongVersionError
from tests.contract.stores import (
    KARI,
    NOON,
    OLA,
    SOUND,
    Shop,
    calls_meanwhile,
    leave,
    message,
    sqlite_url,
    subscribe,
)
from tests.migrated import to_before_objects
from tests.seaweed import Seaweed

NO_TIME = timedelta(0)
AMR = b"#!AMR\n" + bytes(200)


@dataclass
class ObjectGround:
    """A store whose recordings go to an empty bucket, encrypted."""

    url: str
    server: Seaweed
    key_file: Path
    store: SqlStore

    def open(self, *, keeps: bool = True, seconds: float = 30.0) -> SqlStore:
        objects = S3Objects(self.server.place(seconds=seconds))
        keys = InstallationKeys(MasterKeyFile(self.key_file))
        return SqlStore(self.url, keys=keys, objects=objects, keeps_in_objects=keeps)

    @property
    def objects(self) -> list[str]:
        return self.server.names()

    @property
    def named(self) -> list[str]:
        """By recordings."""
        with self.store.reading() as connection:
            rows = connection.execute(select(sounds.c.object_name).where(sounds.c.object_name.is_not(None)))
            return sorted(rows.scalars())

    @property
    def loose(self) -> int:
        with self.store.reading() as connection:
            return int(connection.execute(select(func.count()).select_from(loose_objects)).scalar_one())

    def make_old(self) -> None:
        """What is loose has been so for long."""
        with self.store.writing() as connection:
            connection.execute(update(loose_objects).values(since=NOON))
            connection.commit()

    def tidied(self) -> list[str]:
        removal = Removal(self.store, NO_TIME)
        while removal.once():
            pass
        return self.objects


@pytest.fixture
def ground(sql_shop: Shop, seaweed: Seaweed, tmp_path: Path) -> Iterator[ObjectGround]:
    assert sql_shop.url is not None
    seaweed.emptied_bucket()
    file = tmp_path / "master.key"
    file.touch(mode=0o600)
    file.write_text(new_line())
    made = ObjectGround(sql_shop.url, seaweed, file, SqlStore(sql_shop.url))
    with closing(made.store), closing(made.open()) as store:
        made.store = store
        subscribe(store, KARI, OLA)
        encrypting.turn_on(store)
        yield made


def left(store: SqlStore, new: Message, alaw: bytes = SOUND) -> Message:
    """As a use case does it."""
    with store.begin(bringing=NewSound(alaw, new.mailbox)) as work:
        added = work.messages.add(replace(new, sound=work.sounds.add(alaw, of=new.mailbox)))
        work.commit()
    return added


def removed(store: SqlStore, which: Message) -> None:
    with store.begin() as work:
        work.messages.remove(which.id)
        work.commit()


def heard(store: SqlStore, *of: Message) -> list[bytes]:
    return [store.sound(it.sound.id) for it in of]


def test_it_is_there_sealed_and_the_database_has_no_word_of_it(ground: ObjectGround) -> None:
    kept = left(ground.store, message())
    assert heard(ground.store, kept) == [SOUND]
    with ground.store.look() as work:
        assert work.sounds.read(kept.sound.id) == SOUND
    assert kept.sound.seconds == len(SOUND) / 8000
    assert ground.named == ground.objects
    assert ground.loose == 0
    with ground.store.reading() as connection:
        assert connection.execute(select(sounds.c.alaw)).scalar_one() == b""
    (name,) = ground.objects
    lying = ground.store.objects.read(name)
    assert lying is not None
    assert SOUND[:64] not in lying
    assert len(lying) > len(SOUND)
    with ground.store.begin() as work:
        assert work.renditions.keep(kept.sound.id, AMR) == AMR
        work.commit()
    another, again = (
        left(ground.store, message("b", mailbox=OLA), b"b"),
        left(ground.store, message("c"), b"c"),
    )
    assert heard(ground.store, another, again) == [b"b", b"c"]
    assert len({kept.sound.id, another.sound.id, again.sound.id}) == 3


def test_what_was_not_kept_is_taken_away_at_once(ground: ObjectGround) -> None:
    with ground.store.begin(bringing=NewSound(SOUND, KARI)) as work:
        work.sounds.add(SOUND, of=KARI)  # and no commit
    with ground.store.begin(bringing=NewSound(SOUND, KARI)) as work:
        work.commit()  # nobody asked for it
    nobody = Number("+4790000077")
    with ground.store.begin(bringing=NewSound(SOUND, nobody)) as work, pytest.raises(UnknownSubscriberError):
        work.sounds.add(SOUND, of=nobody)
    assert ground.objects == []
    assert ground.tidied() == []
    assert ground.loose == 0


def test_what_is_removed_goes_from_there_after_its_row(ground: ObjectGround) -> None:
    store = ground.store
    first, second = left(store, message("a")), left(store, message("b"))
    third = left(store, message("c", mailbox=OLA))
    with store.begin(bringing=NewSound(SOUND * 2, KARI)) as work:
        work.messages.put(replace(second, sound=work.sounds.add(SOUND * 2, of=KARI)))
        work.greetings.add(OLA, GreetingKind.PERSONAL, third.sound, NOON)
        work.commit()
    removed(store, first)
    assert len(ground.objects) == 4, "they stay a minute: somebody may be listening"
    assert Removal(store).once() == 0
    assert ground.loose == 2
    assert ground.tidied() == ground.named
    assert len(ground.named) == 2
    removed(store, third)
    assert ground.tidied() == ground.named
    assert len(ground.named) == 2, "a greeting uses it"
    with store.begin() as work:
        work.subscribers.remove(OLA)
        work.subscribers.remove(KARI)
        work.commit()
    assert ground.tidied() == []
    assert ground.loose == 0


def test_while_it_is_away_nothing_is_told_of_that_is_not_there(ground: ObjectGround) -> None:
    before = left(ground.store, message("before"))
    away = S3Objects(ground.server.place(url="http://127.0.0.1:9", seconds=0.5))
    with closing(SqlStore(ground.url, keys=ground.store.keys, objects=away, keeps_in_objects=True)) as store:
        with pytest.raises(RecordingsAwayError, match="asked to put: Connect"):
            left(store, message("meanwhile"))
        with pytest.raises(RecordingsAwayError, match="asked to read: Connect"):
            heard(store, before)
        with store.begin() as work:  # all else goes on
            assert work.messages.by_spool_id(message("meanwhile").spool_id) is None
            work.messages.remove(before.id)
            work.commit()
        with pytest.raises(RecordingsAwayError):
            Removal(store, NO_TIME).once()
    with closing(SqlStore(ground.url, keys=ground.store.keys)) as unaware:
        assert moving.any_in_objects(unaware) is False
        kept = left(ground.store, message("later"))
        with pytest.raises(RecordingsAwayError, match="none is named"):
            heard(unaware, kept)
    ground.make_old()
    assert ground.tidied() == ground.named
    assert ground.loose == 0


def test_one_that_is_gone_there_counts_as_gone(
    ground: ObjectGround, caplog: pytest.LogCaptureFixture
) -> None:
    kept = left(ground.store, message())
    ground.store.objects.remove(ground.objects[0])
    with pytest.raises(SoundBrokenError):
        heard(ground.store, kept)
    assert "a recording is gone from the object store" in caplog.messages
    list(moving.to_database(ground.store, at_once))
    assert moving.standing(ground.store) == moving.RecordingsStanding(0, 1)


@dataclass
class Watched(S3Objects):
    """Something is done as soon as the next object is there."""

    then: Callable[[], None] | None = None

    def put(self, name: str, content: bytes) -> None:
        super().put(name, content)
        if self.then is not None:
            then, self.then = self.then, None
            then()


def in_between(ground: ObjectGround, then: Callable[[], None]) -> SqlStore:
    """What is brought there has it happen before it gets its row."""
    objects = Watched(ground.server.place(), then=then)
    return SqlStore(ground.url, keys=ground.store.keys, objects=objects, keeps_in_objects=True)


def test_what_changes_on_the_way_there_is_found_out_and_it_comes_again(ground: ObjectGround) -> None:
    def taken_for_lost() -> None:
        ground.make_old()
        assert ground.tidied() == []

    with (
        closing(in_between(ground, taken_for_lost)) as store,
        pytest.raises(StoreUnavailableError, match="too long"),
    ):
        left(store, message())

    def another_subscriber() -> None:
        with ground.store.begin() as work:
            work.subscribers.remove(KARI)
            work.subscribers.add(Subscriber(KARI))
            work.commit()

    left(ground.store, message("key"))
    with (
        closing(in_between(ground, another_subscriber)) as store,
        pytest.raises(StoreUnavailableError, match="key became another"),
    ):
        left(store, message())
    kept = left(ground.store, message())
    assert heard(ground.store, kept) == [SOUND]
    assert ground.tidied() == ground.named
    assert ground.loose == 0


def dying(ground: ObjectGround, what: str, *points: str) -> None:
    """One process for each point; it is killed there."""
    place = ground.server.place()
    given = [ground.url, str(ground.key_file), place.url, place.bucket, place.key_id, place.secret, what]
    started = [subprocess.Popen([sys.executable, "-m", "tests.contract.dying", *given, it]) for it in points]
    assert [each.wait() for each in started] == [-9] * len(points)


def test_whoever_is_killed_at_whatever_point_leaves_nothing_half_done(ground: ObjectGround) -> None:
    dying(ground, "leave", "planned", "put", "given a row", "committed")
    with ground.store.look() as work:
        (whole,) = work.messages.list(KARI)
    assert whole.spool_id == "committed"
    assert heard(ground.store, whole) == [SOUND]
    assert len(ground.objects) == 3, "put, given a row, committed"
    assert ground.loose == 3, "planned, put, given a row"
    assert Removal(ground.store, NO_TIME).once() == 0, "they may be on their way"
    ground.make_old()
    assert ground.tidied() == ground.named
    removed(ground.store, whole)
    dying(ground, "tidy", "looked", "removed")
    assert ground.loose == 1
    assert ground.tidied() == []
    assert ground.loose == 0
    assert heard(ground.store, left(ground.store, message())) == [SOUND]


def in_database(ground: ObjectGround, many: int) -> dict[SoundId, bytes]:
    said = {}
    with closing(ground.open(keeps=False)) as store:
        for number in range(many):
            alaw = SOUND[number:] + SOUND[:number]
            kept = leave(store, message(f"old {number}", mailbox=(KARI, OLA)[number % 2]), alaw)
            said[kept.sound.id] = alaw
    return said


def all_heard(store: SqlStore, said: dict[SoundId, bytes]) -> bool:
    return {sound: store.sound(sound) for sound in said} == said


def test_all_there_is_is_brought_over_and_back_and_goes_on_where_it_was_killed(ground: ObjectGround) -> None:
    said = in_database(ground, 25)
    assert moving.standing(ground.store) == moving.RecordingsStanding(25, 0)
    dying(ground, "bring_over", "put 22")
    now = moving.standing(ground.store)
    assert 0 < now.in_objects < 25
    assert all_heard(ground.store, said)
    calls = left(ground.store, message("meanwhile"))
    assert sum(moving.to_objects(ground.store, at_once)) == now.in_database
    assert all_heard(ground.store, said)
    ground.make_old()
    assert ground.tidied() == ground.named
    assert len(ground.named) == 26

    dying(ground, "take_back", "read 22")
    assert 0 < moving.standing(ground.store).in_database < 26
    removed(ground.store, calls)
    with closing(ground.open(keeps=False)) as store:
        list(moving.to_database(store, at_once))
    assert moving.standing(ground.store) == moving.RecordingsStanding(25, 0)
    with pytest.raises(WrongVersionError, match="recordings take-back"):
        to_before_objects(ground.url)
    assert ground.tidied() == []
    assert all_heard(ground.store, said)
    to_before_objects(ground.url)
    upgrade(ground.url)
    assert all_heard(ground.store, said)


def test_calls_go_on_while_they_are_brought_over(ground: ObjectGround) -> None:
    said = in_database(ground, 40)

    with calls_meanwhile(ground.store, said, partial(left, ground.store), count=15) as new:
        assert list(moving.to_objects(ground.store, at_once))
    list(moving.to_objects(ground.store, at_once))
    assert moving.standing(ground.store) == moving.RecordingsStanding(0, len(said) + len(new))
    assert all_heard(ground.store, said)
    assert heard(ground.store, *new) == [SOUND] * len(new)
    assert ground.tidied() == ground.named
    assert ground.loose == 0


def test_what_is_there_is_encrypted_and_taken_back_as_in_the_database(ground: ObjectGround) -> None:
    encrypting.turn_off(ground.store)
    said = {it.sound.id: SOUND for it in (left(ground.store, message(str(n))) for n in range(3))}
    with ground.store.begin() as work:
        work.renditions.keep(min(said), AMR)
        work.commit()
    (name, *_) = ground.objects
    assert ground.store.objects.read(name) == SOUND, "as it is"
    in_clear = ground.objects
    encrypting.turn_on(ground.store)
    assert sum(recoding.bring_over(ground.store, at_once)) == 3
    assert encrypting.standing(ground.store).plain == 0
    assert all_heard(ground.store, said)
    assert not set(ground.tidied()) & set(in_clear)
    assert ground.objects == ground.named
    assert all(ground.store.objects.read(it) != SOUND for it in ground.named)
    in_objects = ground.objects
    with ground.store.writing() as connection:  # as a backup has it that was made before
        connection.execute(update(renditions).values(amr=AMR, key_id=None))
        connection.commit()
    assert sum(recoding.bring_over(ground.store, at_once)) == 1
    with ground.store.reading() as connection:
        assert connection.execute(select(renditions.c.key_id)).scalar_one() is not None
    assert ground.objects == in_objects
    encrypting.turn_off(ground.store)
    assert sum(recoding.take_back(ground.store, at_once)) == 3
    with closing(SqlStore(ground.url, objects=ground.store.objects)) as without_a_key:
        assert all_heard(without_a_key, said)
        with without_a_key.look() as work:
            assert work.renditions.read(min(said)) == AMR
    assert ground.tidied() == ground.named
    assert len(ground.named) == 3


def test_a_backup_has_them_and_puts_them_into_the_database(ground: ObjectGround, tmp_path: Path) -> None:
    kept = left(ground.store, message())
    with ground.store.writing() as connection:
        write_down(connection, ["recordings/aa/bb"])  # one is on its way, as the backup is made
        connection.commit()
    folder = BackupFolder(tmp_path / "backups")
    made = BackupMaker(ground.url, folder, lambda: NOON, silent, ground.store.objects).make(keep=1)
    assert made.copied == 1
    (tmp_path / "new").mkdir()
    new = sqlite_url(tmp_path / "new")
    BackupRestorer(new, folder, ground.store.keys, lambda: NOON, silent).restore(
        None, overwrite=False, skip=10, give_up=False
    )
    with closing(SqlStore(new, keys=ground.store.keys)) as store:
        assert moving.standing(store) == moving.RecordingsStanding(1, 0)
        assert heard(store, kept) == [SOUND]
        assert Removal(store).waiting() == 0
    away = S3Objects(ground.server.place(url="http://127.0.0.1:9", seconds=0.5))
    with pytest.raises(RecordingsAwayError):
        BackupMaker(ground.url, BackupFolder(tmp_path / "other"), lambda: NOON, silent, away).make(keep=1)


def at_once() -> None:
    """No pause."""
