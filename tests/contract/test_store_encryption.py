"""Recordings encrypted where they lie: each opens for its own mailbox, with its own key, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Column, Connection, delete, select, update

from personsvar.mailbox.errors import MasterKeyError, SoundBrokenError, UnknownSubscriberError
from personsvar.mailbox.model.availability import Absence
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import AbsenceId, Number, SoundId
from personsvar.mailbox.model.message import Sound, State
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.store import Store
from personsvar.mailbox.waveform import waveform
from personsvar.storage import SqlStore, encrypting
from personsvar.storage.keys import InstallationKeys
from personsvar.storage.tables import (
    installation_keys,
    mailbox_keys,
    messages,
    renditions,
    sounds,
    transcripts,
)
from tests.contract.stores import KARI, NOON, OLA, SOUND, Shop, leave, message, subscribe
from tests.contract.test_store_transcripts import SAID, made
from tests.fakes.keys import KeyInHand

AMR = b"#!AMR\n" + bytes(range(200))


@pytest.fixture
def master() -> KeyInHand:
    return KeyInHand()


@pytest.fixture
def store(sql_shop: Shop, master: KeyInHand) -> Iterator[SqlStore]:
    """Kari and Ola, and encryption turned on."""
    with closing(opened(sql_shop, master)) as store:
        subscribe(store, KARI, OLA)
        assert encrypting.turn_on(store)
        yield store


def opened(shop: Shop, master: KeyInHand) -> SqlStore:
    assert shop.url is not None
    return SqlStore(shop.url, keys=InstallationKeys(master))


def heard(store: Store, sound: SoundId) -> bytes:
    with store.look() as work:
        return work.sounds.read(sound)


def amr(store: Store, sound: SoundId) -> bytes | None:
    with store.look() as work:
        return work.renditions.read(sound)


def lies(connection: Connection, column: Column[bytes], sound: SoundId) -> bytes:
    """What is in the database of it."""
    which = renditions.c.sound_id if column.table is renditions else sounds.c.id
    content = select(column).where(which == sound)
    return bytes(connection.execute(content).scalar_one())


def key_of(connection: Connection, mailbox: Number) -> int:
    mine = select(mailbox_keys.c.id).where(mailbox_keys.c.mailbox == mailbox)
    return int(connection.execute(mine).scalar_one())


def test_what_lies_in_the_database_is_not_what_was_said(store: SqlStore) -> None:
    kept = leave(store, message())
    with store.begin() as work:
        assert work.renditions.keep(kept.sound.id, AMR) == AMR
        work.commit()
    assert kept.sound.seconds == len(SOUND) / 8000
    assert (heard(store, kept.sound.id), amr(store, kept.sound.id)) == (SOUND, AMR)
    with store.reading() as connection:
        said_in = {sounds.c.alaw: SOUND, renditions.c.amr: AMR, sounds.c.waveform: waveform(SOUND)}
        for column, said in said_in.items():
            found = lies(connection, column, kept.sound.id)
            assert not any(said[at : at + 16] in found for at in range(0, len(said) - 16, 16))


def test_a_transcript_is_sealed_as_its_recording_is_and_opens_for_no_other(store: SqlStore) -> None:
    one, other = leave(store, message("a")), leave(store, message("b"))
    with store.begin() as work:
        for each in (one, other):
            assert work.transcripts.put(made(each), of=each.sound.id)
        work.commit()
    mine = transcripts.c.sound_id == one.sound.id
    with store.writing() as connection:
        content = select(transcripts.c.content)
        lying = connection.execute(content.where(mine)).scalar_one()
        assert not any(word.text.encode() in lying for word in SAID.words)
        anothers = connection.execute(content.where(~mine)).scalar_one()
        with store.look() as work:
            assert work.transcripts.get(one.id) == made(one)
        connection.execute(update(transcripts).where(mine).values(content=anothers))
        connection.commit()
    with store.look() as work:
        assert work.transcripts.get(one.id) is None
        assert work.transcripts.of_mailbox(KARI) == [made(other)]


def test_each_kind_of_recording_is_encrypted(store: SqlStore) -> None:
    kept = leave(store, message())
    with store.begin() as work:
        for kind in GreetingKind:
            work.greetings.add(KARI, kind, work.sounds.add(SOUND, of=KARI), NOON)
        end, recording = NOON + timedelta(days=1), work.sounds.add(SOUND, of=KARI)
        work.absences.add(Absence(AbsenceId(0), KARI, NOON, end, recording=recording))
        work.messages.put(replace(kept, sound=work.sounds.add(SOUND * 2, of=KARI)))
        work.commit()
    now = encrypting.standing(store)
    assert (now.is_on, now.sealed, now.plain, now.mailbox_keys) == (True, 2 + len(GreetingKind), 0, 1)


def test_a_service_that_runs_sees_that_it_was_turned_on(sql_shop: Shop, master: KeyInHand) -> None:
    with closing(opened(sql_shop, master)) as calls, closing(opened(sql_shop, master)) as by_hand:
        subscribe(calls, KARI)
        plain = leave(calls, message("a"))
        assert encrypting.turn_on(by_hand)
        assert not encrypting.turn_on(by_hand)
        sealed = leave(calls, message("b"))
        with calls.reading() as connection:
            assert lies(connection, sounds.c.alaw, plain.sound.id) == SOUND
            assert lies(connection, sounds.c.alaw, sealed.sound.id) != SOUND
        assert [heard(calls, it.sound.id) for it in (plain, sealed)] == [SOUND, SOUND]


def test_the_master_key_is_asked_once_and_not_for_each_call(store: SqlStore, master: KeyInHand) -> None:
    encrypting.check_keys(store)
    asked = master.asked
    for number in range(10):
        kept = leave(store, message(f"call {number}", mailbox=(KARI, OLA)[number % 2]))
        heard(store, kept.sound.id)
    assert master.asked == asked


def test_rows_that_were_swapped_are_found(store: SqlStore, caplog: pytest.LogCaptureFixture) -> None:
    """Two of one mailbox, and two of different ones: the bytes, and the key's number with them."""
    one, other = leave(store, message("a")), leave(store, message("b"))
    olas = leave(store, message("c", mailbox=OLA))
    for taken in (other, olas):
        with store.writing() as connection:
            row = select(sounds.c.alaw, sounds.c.key_id).where(sounds.c.id == taken.sound.id)
            values = connection.execute(row).one()._asdict()
            connection.execute(update(sounds).where(sounds.c.id == one.sound.id).values(values))
            connection.commit()
        with pytest.raises(SoundBrokenError):
            heard(store, one.sound.id)
    assert "a recording can't be opened" in caplog.text


def test_an_amr_in_the_place_of_its_sound_is_found(store: SqlStore) -> None:
    kept = leave(store, message())
    with store.begin() as work:
        work.renditions.keep(kept.sound.id, AMR)
        work.commit()
    with store.writing() as connection:
        found = lies(connection, renditions.c.amr, kept.sound.id)
        connection.execute(update(sounds).values(alaw=found))
        connection.commit()
    with pytest.raises(SoundBrokenError):
        heard(store, kept.sound.id)


def test_a_message_that_was_put_under_another_mailbox_is_not_heard_there(store: SqlStore) -> None:
    moved, named = leave(store, message("a")), leave(store, message("b"))
    mine = leave(store, message("c", mailbox=OLA))
    with store.writing() as connection:
        connection.execute(update(messages).where(messages.c.id == moved.id).values(mailbox=OLA))
        to_hers = {"sound_id": named.sound.id}
        connection.execute(update(messages).where(messages.c.id == mine.id).values(to_hers))
        connection.commit()
    for sound in (moved.sound.id, named.sound.id):
        with pytest.raises(SoundBrokenError):
            heard(store, sound)
        assert amr(store, sound) is None


@pytest.mark.parametrize("left", [0, 1, 28, len(SOUND)])
def test_what_was_cut_short_is_found(store: SqlStore, left: int) -> None:
    kept = leave(store, message())
    with store.writing() as connection:
        found = lies(connection, sounds.c.alaw, kept.sound.id)
        connection.execute(update(sounds).values(alaw=found[:left]))
        connection.commit()
    with pytest.raises(SoundBrokenError):
        heard(store, kept.sound.id)


def test_a_rendition_that_can_not_be_opened_is_made_again(store: SqlStore) -> None:
    kept = leave(store, message())
    with store.begin() as work:
        work.renditions.keep(kept.sound.id, AMR)
        work.commit()
    with store.writing() as connection:
        connection.execute(update(renditions).values(amr=b"\x01" + bytes(300)))
        connection.commit()
    assert amr(store, kept.sound.id) is None
    with store.begin() as work:
        assert work.renditions.keep(kept.sound.id, AMR + b"!") == AMR + b"!"


def test_who_leaves_takes_the_key_along(store: SqlStore) -> None:
    """What a backup, or another's hands, still has of the recordings opens no more."""
    kept, olas = leave(store, message("a")), leave(store, message("b", mailbox=OLA))
    with store.reading() as connection:
        copy = lies(connection, sounds.c.alaw, kept.sound.id)
        key = key_of(connection, KARI)
    with store.begin() as work:
        work.subscribers.remove(KARI)
        work.subscribers.add(Subscriber(KARI))
        work.commit()
    again = leave(store, message("c"))
    with store.writing() as connection:
        assert connection.execute(select(mailbox_keys).where(mailbox_keys.c.id == key)).first() is None
        assert key_of(connection, KARI) > key
        values = {"alaw": copy, "key_id": key}
        connection.execute(update(sounds).where(sounds.c.id == again.sound.id).values(values))
        connection.commit()
    with pytest.raises(SoundBrokenError):
        heard(store, again.sound.id)
    assert heard(store, olas.sound.id) == SOUND


def test_with_a_wrong_key_or_none_nothing_is_stored_nor_lost(sql_shop: Shop, store: SqlStore) -> None:
    kept = leave(store, message("a"))
    assert sql_shop.url is not None
    for wrong in (opened(sql_shop, KeyInHand()), SqlStore(sql_shop.url)):
        with closing(wrong):
            with pytest.raises(MasterKeyError):
                encrypting.check_keys(wrong)
            with pytest.raises(MasterKeyError):
                leave(wrong, message("b"))
            with pytest.raises(MasterKeyError):
                heard(wrong, kept.sound.id)
            with pytest.raises(MasterKeyError):
                list(encrypting.rotate(wrong))
    assert heard(store, kept.sound.id) == SOUND
    with store.look() as work:
        assert [it.id for it in work.messages.list(KARI, (State.NEW,))] == [kept.id]


def test_a_recording_is_of_a_subscriber(store: SqlStore) -> None:
    with store.begin() as work, pytest.raises(UnknownSubscriberError):
        work.sounds.add(SOUND, of=Number("+4790000077"))


def test_a_key_that_was_damaged_or_put_under_another_mailbox_opens_nothing(store: SqlStore) -> None:
    kept, olas = leave(store, message("a")), leave(store, message("b", mailbox=OLA))
    with store.writing() as connection:
        of_ola = select(mailbox_keys.c.wrapped).where(mailbox_keys.c.mailbox == OLA).scalar_subquery()
        connection.execute(update(mailbox_keys).where(mailbox_keys.c.mailbox == KARI).values(wrapped=of_ola))
        connection.commit()
    with pytest.raises(SoundBrokenError):
        heard(store, kept.sound.id)
    with pytest.raises(MasterKeyError):
        leave(store, message("c"))
    assert heard(store, olas.sound.id) == SOUND


def test_the_installations_key_can_not_go_while_it_wraps_one(store: SqlStore) -> None:
    leave(store, message())
    with store.writing() as connection, pytest.raises(UnknownSubscriberError):
        connection.execute(delete(installation_keys))


def test_a_recording_undone_leaves_no_key_behind_that_seals_the_next(store: SqlStore) -> None:
    """SQLite gives the ids of what was undone again: what was made then must not be remembered."""
    with store.begin() as work:
        undone = work.sounds.add(SOUND, of=KARI)
    kept = leave(store, message())
    assert heard(store, kept.sound.id) == SOUND
    if undone.id != kept.sound.id:
        with pytest.raises(KeyError):
            heard(store, undone.id)
    assert kept.sound == Sound(kept.sound.id, len(SOUND) / 8000)
