"""An old installation's recordings are encrypted while calls go on; keys are rotated; all is undone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select, update

from personsvar.encryption.master_key import MasterKeyFile, new_line
from personsvar.mailbox.errors import MasterKeyError
from personsvar.mailbox.model.ids import Number, SoundId
from personsvar.mailbox.waveform import waveform
from personsvar.storage import SqlStore, encrypting, recoding, versions
from personsvar.storage.keys import InstallationKeys
from personsvar.storage.tables import installation_keys, mailbox_keys, renditions, sounds, transcripts
from tests.contract.stores import KARI, OLA, SOUND, Shop, calls_meanwhile, leave, message, subscribe
from tests.contract.test_store_transcripts import SAID, made
from tests.migrated import to_before_encryption

MANY = 90
"""Several pages of them."""
AMR = b"#!AMR\n" + bytes(200)
IN_STEPS = """
import sys
from pathlib import Path
from personsvar.mailbox.waveform import waveform
from personsvar.encryption.master_key import MasterKeyFile
from personsvar.storage import SqlStore, encrypting, recoding
from personsvar.storage.keys import InstallationKeys
encrypting.KEYS_AT_ONCE = 5
url, file, what = sys.argv[1:]
store = SqlStore(url, keys=InstallationKeys(MasterKeyFile(Path(file))))
how = {
    "rotate": encrypting.rotate,
    "bring_over": lambda store: recoding.bring_over(store, lambda: None),
    "take_back": lambda store: recoding.take_back(store, lambda: None),
}
for count in how[what](store):
    print(count, flush=True)
    sys.stdin.readline()
"""
"""A command's work, which goes on each time it is told to."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "master.key"
    made.touch(mode=0o600)
    made.write_text(new_line())
    return made


@pytest.fixture
def store(sql_shop: Shop, file: Path) -> Iterator[SqlStore]:
    assert sql_shop.url is not None
    with closing(SqlStore(sql_shop.url, keys=InstallationKeys(MasterKeyFile(file)))) as store:
        subscribe(store, KARI, OLA)
        yield store


def old_installation(store: SqlStore, count: int = MANY) -> dict[SoundId, bytes]:
    """What was said, by the recordings' numbers: messages of two, each third as AMR as well."""
    said = {}
    for number in range(count):
        alaw = SOUND[number:] + SOUND[:number]
        kept = leave(store, message(f"old {number}", mailbox=(KARI, OLA)[number % 2]), alaw)
        said[kept.sound.id] = alaw
        if number % 3 == 0:
            with store.begin() as work:
                work.renditions.keep(kept.sound.id, AMR)
                assert work.transcripts.put(made(kept), of=kept.sound.id)
                work.commit()
    return said


def all_heard(store: SqlStore, said: dict[SoundId, bytes]) -> bool:
    with store.look() as work:
        heard = {sound: work.sounds.read(sound) for sound in said}
        assert [work.sounds.waveform(sound) for sound in said] == [waveform(alaw) for alaw in said.values()]
        amr = [work.renditions.read(sound) for sound in list(said)[::3]]
        words = [it.transcript for who in (KARI, OLA) for it in work.transcripts.of_mailbox(who)]
    return heard == said and amr == [AMR] * len(amr) and words == [SAID] * len(amr)


def plain_of(store: SqlStore) -> tuple[int, int]:
    """How many sounds, and how many renditions and transcripts, lie as they are."""
    with store.reading() as connection:
        alaw = connection.execute(select(sounds.c.id).where(sounds.c.key_id.is_(None))).all()
        made_of_it = [
            *connection.execute(select(renditions.c.sound_id).where(renditions.c.key_id.is_(None))),
            *connection.execute(select(transcripts.c.sound_id).where(transcripts.c.key_id.is_(None))),
        ]
    return len(alaw), len(made_of_it)


def at_once() -> None:
    """No pause."""


def test_all_there_is_is_encrypted_and_heard_as_before(store: SqlStore) -> None:
    said = old_installation(store)
    with store.begin() as work:
        unused = work.sounds.add(SOUND, of=KARI)
        work.commit()
    assert encrypting.turn_on(store)
    assert sum(recoding.bring_over(store, at_once)) == MANY
    assert plain_of(store) == (1, 0)  # nobody's: there is no key for it
    assert all_heard(store, said)
    assert heard_by(store, {unused.id: SOUND}) == {unused.id: SOUND}
    assert sum(recoding.bring_over(store, at_once)) == 0


def test_messages_come_in_and_go_meanwhile(store: SqlStore) -> None:
    said = old_installation(store)
    encrypting.turn_on(store)

    with calls_meanwhile(store, said, partial(leave, store), count=30) as new:
        assert list(recoding.bring_over(store, at_once))
    list(recoding.bring_over(store, at_once))
    assert plain_of(store) == (0, 0)
    with store.look() as work:
        assert all(work.sounds.read(sound) == alaw for sound, alaw in said.items())
        assert all(work.sounds.read(it.sound.id) == SOUND for it in new)


@contextmanager
def in_steps(store_url: str, file: Path, what: str) -> Iterator[subprocess.Popen[str]]:
    running = subprocess.Popen(
        [sys.executable, "-c", IN_STEPS, store_url, str(file), what],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with running:
        yield running
        running.kill()


def killed(shop: Shop, file: Path, what: str, *, after: int) -> None:
    """It is told to go on once more, and killed in the middle of that."""
    assert shop.url is not None
    with in_steps(shop.url, file, what) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        for _ in range(after):
            assert running.stdout.readline().strip().isdecimal()
            running.stdin.write("\n")
            running.stdin.flush()
        running.kill()
        assert running.wait() == -9


def test_bringing_over_goes_on_where_it_was_killed(sql_shop: Shop, store: SqlStore, file: Path) -> None:
    said = old_installation(store)
    encrypting.turn_on(store)
    for after in (1, 2):
        killed(sql_shop, file, "bring_over", after=after)
        now = encrypting.standing(store)
        assert now.sealed > 0
        assert now.plain > 0
        assert all_heard(store, said)
    list(recoding.bring_over(store, at_once))
    assert plain_of(store) == (0, 0)
    assert all_heard(store, said)


def test_a_rotation_goes_on_where_it_was_killed(sql_shop: Shop, store: SqlStore, file: Path) -> None:
    many = [Number(f"+47900001{number:02}") for number in range(40)]
    subscribe(store, *many)
    encrypting.turn_on(store)
    kept = [leave(store, message(f"to {number}", mailbox=number)) for number in many]
    said = {it.sound.id: SOUND for it in kept}
    first = encrypting.standing(store)
    file.write_text(f"{new_line()}\n{file.read_text()}")
    killed(sql_shop, file, "rotate", after=2)
    broken_off = encrypting.standing(store)
    assert 0 < broken_off.behind < len(many)
    assert broken_off.wrapped != first.wrapped
    assert heard_by(store, said) == said
    new = leave(store, message("meanwhile"))
    assert sum(encrypting.rotate(store)) == broken_off.behind
    assert encrypting.standing(store).wrapped == broken_off.wrapped, "it was that rotation's end"
    file.write_text(file.read_text().split()[0])  # the old master key is no longer needed
    assert sql_shop.url is not None
    with closing(SqlStore(sql_shop.url, keys=InstallationKeys(MasterKeyFile(file)))) as started:
        assert encrypting.check_keys(started)
        assert heard_by(started, said | {new.sound.id: SOUND}) == said | {new.sound.id: SOUND}
        with started.reading() as connection:
            assert len(connection.execute(select(installation_keys)).all()) == 1


def test_a_damaged_key_does_not_stand_in_the_way_of_another_rotation(store: SqlStore) -> None:
    encrypting.turn_on(store)
    leave(store, message("damaged"))
    said = {leave(store, message("whole", mailbox=OLA)).sound.id: SOUND}
    with store.writing() as connection:
        mine = mailbox_keys.c.mailbox == KARI
        connection.execute(update(mailbox_keys).where(mine).values(wrapped=bytes(60)))
        connection.commit()
    keys = [encrypting.standing(store).wrapped]
    for _ in range(2):
        assert sum(encrypting.rotate(store)) == 1
        now = encrypting.standing(store)
        keys.append(now.wrapped)
        assert (now.behind, heard_by(store, said)) == (1, said)
    assert len(set(keys)) == 3


def heard_by(store: SqlStore, said: dict[SoundId, bytes]) -> dict[SoundId, bytes]:
    with store.look() as work:
        return {sound: work.sounds.read(sound) for sound in said}


def test_services_that_run_go_on_through_a_rotation(sql_shop: Shop, store: SqlStore, file: Path) -> None:
    """They have the master key file read again when they meet the new key."""
    encrypting.turn_on(store)
    kept = leave(store, message("before"))
    assert sql_shop.url is not None
    file.write_text(f"{new_line()}\n{file.read_text()}")
    with closing(SqlStore(sql_shop.url, keys=InstallationKeys(MasterKeyFile(file)))) as by_hand:
        assert sum(encrypting.rotate(by_hand)) == 1
        assert sum(encrypting.rotate(by_hand)) == 1, "each time another key"
    subscribed = leave(store, message("after", mailbox=OLA))
    said = {it.sound.id: SOUND for it in (kept, subscribed)}
    assert heard_by(store, said) == said


def test_where_nothing_is_encrypted_there_is_no_key_to_rotate(store: SqlStore) -> None:
    with pytest.raises(MasterKeyError, match="not encrypted"):
        list(encrypting.rotate(store))


def test_all_of_it_is_taken_back(sql_shop: Shop, store: SqlStore, file: Path) -> None:
    encrypting.turn_on(store)
    said = old_installation(store)
    encrypting.turn_off(store)
    killed(sql_shop, file, "take_back", after=2)
    assert all_heard(store, said)
    list(recoding.take_back(store, at_once))
    assert plain_of(store) == (MANY, 2 * MANY // 3)
    new = leave(store, message("new"))
    assert sql_shop.url is not None
    with closing(SqlStore(sql_shop.url)) as without_a_key:
        said |= {new.sound.id: SOUND}
        assert heard_by(without_a_key, said) == said
    assert encrypting.turn_on(store)
    list(recoding.bring_over(store, at_once))
    assert plain_of(store) == (0, 0)
    assert heard_by(store, said) == said


def made_of_it(store: SqlStore) -> list[dict[str, object]]:
    """The rows of AMR and transcripts as they lie, to be put back later."""
    with store.reading() as connection:
        return [
            dict(row) for it in (renditions, transcripts) for row in connection.execute(select(it)).mappings()
        ]


def put_back(store: SqlStore, rows: list[dict[str, object]]) -> None:
    """As a backup has them that was made while recordings were recoded: those came first, these before."""
    with store.writing() as connection:
        for row in rows:
            table = renditions if "amr" in row else transcripts
            connection.execute(update(table).where(table.c.sound_id == row["sound_id"]).values(row))
        connection.commit()


def test_what_is_made_of_recordings_follows_them_where_a_backup_has_it_as_it_was_before(
    store: SqlStore,
) -> None:
    said = old_installation(store)
    plain = made_of_it(store)
    encrypting.turn_on(store)
    list(recoding.bring_over(store, at_once))

    put_back(store, plain)
    assert plain_of(store) == (0, 2 * MANY // 3)
    assert sum(recoding.bring_over(store, at_once)) == MANY // 3
    assert plain_of(store) == (0, 0)
    assert all_heard(store, said)
    assert sum(recoding.bring_over(store, at_once)) == 0

    sealed = made_of_it(store)
    encrypting.turn_off(store)
    list(recoding.take_back(store, at_once))
    put_back(store, sealed)
    assert plain_of(store) == (MANY, 0)
    assert sum(recoding.take_back(store, at_once)) == MANY // 3
    assert plain_of(store) == (MANY, 2 * MANY // 3)
    assert all_heard(store, said)
    assert sum(recoding.take_back(store, at_once)) == 0


def test_what_can_not_be_opened_stays_as_it_is(store: SqlStore) -> None:
    encrypting.turn_on(store)
    said = old_installation(store, 3)
    broken, *whole = said
    with store.writing() as connection:
        connection.execute(update(sounds).where(sounds.c.id == broken).values(alaw=bytes(500)))
        connection.commit()
    encrypting.turn_off(store)
    assert sum(recoding.take_back(store, at_once)) == 2
    assert encrypting.standing(store).sealed == 1
    assert list(heard_by(store, {it: said[it] for it in whole})) == whole


def test_the_version_before_is_refused_while_something_is_encrypted(empty_url: str, file: Path) -> None:
    """It would take the keys along, and all recordings with them."""
    keys = InstallationKeys(MasterKeyFile(file))
    versions.upgrade(empty_url, lambda: keys)
    with closing(SqlStore(empty_url, keys=keys)) as store:
        subscribe(store, KARI)
        kept = leave(store, message())
        with pytest.raises(versions.WrongVersionError, match="take-back"):
            to_before_encryption(empty_url)
        assert heard_by(store, {kept.sound.id: SOUND}) == {kept.sound.id: SOUND}
        encrypting.turn_off(store)
        list(recoding.take_back(store, at_once))
    to_before_encryption(empty_url)
    versions.upgrade(empty_url, lambda: keys)  # an old one by now: nothing is turned on
    with closing(SqlStore(empty_url)) as store:
        assert not encrypting.standing(store).is_on
        assert heard_by(store, {kept.sound.id: SOUND}) == {kept.sound.id: SOUND}
