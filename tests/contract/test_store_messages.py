"""Messages and their sounds (ports.Messages, ports.Sounds)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from sqlalchemy.exc import StatementError

from personsvar.mailbox.errors import MailboxError, UnknownSubscriberError
from personsvar.mailbox.model.ids import MessageId, Number, SoundId, SpoolId
from personsvar.mailbox.model.message import Counts, Message, Sound, State
from personsvar.mailbox.waveform import waveform
from tests.contract.stores import (
    CALLER,
    KARI,
    NOON,
    OLA,
    SOUND,
    OpenStore,
    Shop,
    change,
    leave,
    message,
    subscribe,
    turned,
)


def test_a_sound_comes_back_byte_for_byte(store: OpenStore) -> None:
    with store.begin() as work:
        sound = work.sounds.add(SOUND, of=KARI)
        work.commit()
    assert sound.seconds == len(SOUND) / 8000
    with store.look() as work:
        assert work.sounds.read(sound.id) == SOUND


def test_a_waveform_comes_back_for_a_sound_that_has_one(store: OpenStore) -> None:
    with store.begin() as work:
        drawn, undrawn = (work.sounds.add(SOUND, of=KARI, waveform=it) for it in (waveform(SOUND), None))
        work.commit()
    with store.look() as work:
        assert [work.sounds.waveform(it.id) for it in (drawn, undrawn)] == [waveform(SOUND), None]
        with pytest.raises(KeyError):
            work.sounds.waveform(SoundId(999_999))


def test_an_empty_sound_is_a_sound_and_a_missing_one_is_not(store: OpenStore) -> None:
    with store.begin() as work:
        assert work.sounds.read(work.sounds.add(b"", of=KARI).id) == b""
        for missing in (0, 999_999, 10**30):
            with pytest.raises(KeyError):
                work.sounds.read(SoundId(missing))


def test_a_message_comes_back_whole_by_id_and_by_spool_id(store: OpenStore) -> None:
    kept = leave(store, replace(message(urgent=True), caller=None))
    with store.look() as work:
        assert work.messages.get(kept.id) == kept
        assert work.messages.by_spool_id(SpoolId("spool-1")) == kept
        assert work.messages.list(KARI) == [kept]
        assert work.messages.by_spool_id(SpoolId("spool-2")) is None
        assert work.messages.get(MessageId(10**30)) is None


def test_a_time_comes_back_aware_in_utc_to_the_microsecond(sql_shop: Shop) -> None:
    store = sql_shop.store()
    subscribe(store, KARI)
    oslo = timezone(timedelta(hours=1))
    at = NOON.astimezone(oslo) + timedelta(microseconds=123_456)
    kept = leave(store, replace(message(), received_at=at))
    with store.look() as work:
        found = work.messages.get(kept.id)
    assert found is not None
    assert found.received_at == at
    assert found.received_at.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_no_time(sql_shop: Shop) -> None:
    store = sql_shop.store()
    subscribe(store, KARI)
    with pytest.raises(StatementError, match="zone"):
        leave(store, replace(message(), received_at=NOON.replace(tzinfo=None)))


def test_the_id_given_is_ignored_and_ids_are_never_used_again(store: OpenStore) -> None:
    first = leave(store, replace(message("a"), id=MessageId(77)))
    second = leave(store, message("b"))
    with store.begin() as work:
        work.messages.remove(second.id)
        work.messages.remove(first.id)
        work.commit()
    third = leave(store, message("c"))
    assert 77 not in (first.id, second.id)
    assert third.id not in (first.id, second.id)
    assert third.sound.id not in (first.sound.id, second.sound.id)


def test_one_recording_is_one_message(store: OpenStore) -> None:
    leave(store, message("a"))
    with pytest.raises(MailboxError):
        leave(store, message("a", mailbox=OLA))


def test_no_message_is_left_for_a_number_nobody_has(store: OpenStore) -> None:
    with pytest.raises(UnknownSubscriberError):
        leave(store, message(mailbox=CALLER))


def test_a_message_without_a_stored_sound_is_refused(store: OpenStore) -> None:
    with store.begin() as work, pytest.raises(MailboxError):
        work.messages.add(message())


def test_counts_by_state_with_the_urgent_among_the_new(store: OpenStore) -> None:
    with store.look() as work:
        assert work.messages.counts(KARI) == Counts()
    leave(store, message("n1"))
    leave(store, message("n2", urgent=True))
    leave(store, message("other", mailbox=OLA))
    change(store, turned(leave(store, message("h", urgent=True)), State.HEARD))
    change(store, turned(leave(store, message("s")), State.SAVED))
    for gone in ("d1", "d2"):
        change(store, turned(leave(store, message(gone)), State.DELETED))
    with store.look() as work:
        assert work.messages.counts(KARI) == Counts(new=2, heard=1, saved=1, deleted=2, urgent=1)
        assert work.messages.counts(CALLER) == Counts()


def filled(store: OpenStore) -> dict[str, Message]:
    """A mailbox with some of each; the names sort by age."""
    new = [leave(store, message(f"new-{n}", minutes=n)) for n in range(3)]
    urgent = [leave(store, message(f"urgent-{n}", minutes=10 + n, urgent=True)) for n in range(2)]
    heard = [leave(store, message(f"heard-{n}", minutes=20 + n, urgent=n == 1)) for n in range(2)]
    saved = leave(store, message("saved-0", minutes=-5))
    change(store, *(turned(each, State.HEARD) for each in heard), turned(saved, State.SAVED))
    return {each.spool_id: each for each in (*new, *urgent, *heard, saved)}


@pytest.mark.parametrize(
    ("states", "oldest_first", "order"),
    [
        ((State.NEW,), True, "urgent-0 urgent-1 new-0 new-1 new-2"),
        ((State.NEW,), False, "urgent-1 urgent-0 new-2 new-1 new-0"),
        (
            (State.NEW, State.HEARD, State.SAVED),
            True,
            "urgent-0 urgent-1 new-0 new-1 new-2 heard-0 heard-1 saved-0",
        ),
        ((State.SAVED, State.HEARD), False, "saved-0 heard-1 heard-0"),
        ((State.DELETED,), True, ""),
        ((), True, ""),
    ],
)
def test_the_order_to_be_heard(
    store: OpenStore, states: tuple[State, ...], oldest_first: bool, order: str
) -> None:
    known = filled(store)
    leave(store, message("other", mailbox=OLA))
    with store.look() as work:
        ids = work.messages.ids(KARI, states, oldest_first=oldest_first)
    assert list(ids) == [known[name].id for name in order.split()]


def test_messages_of_the_same_moment_keep_the_order_they_came_in(store: OpenStore) -> None:
    ids = [leave(store, message(f"same-{n}")).id for n in range(4)]
    with store.look() as work:
        assert work.messages.ids(KARI, (State.NEW,)) == ids
        assert work.messages.ids(KARI, (State.NEW,), oldest_first=False) == ids[::-1]
        assert [each.id for each in work.messages.list(KARI)] == ids


def test_the_list_is_oldest_first_and_only_the_states_asked_for(store: OpenStore) -> None:
    filled(store)
    with store.look() as work:
        every = [each.spool_id for each in work.messages.list(KARI)]
        some = [each.spool_id for each in work.messages.list(KARI, (State.HEARD, State.SAVED))]
    assert every == ["saved-0", "new-0", "new-1", "new-2", "urgent-0", "urgent-1", "heard-0", "heard-1"]
    assert some == ["saved-0", "heard-0", "heard-1"]


def test_put_replaces_the_whole_value_under_its_id(store: OpenStore) -> None:
    kept = leave(store, message())
    new = turned(replace(kept, urgent=True, caller=OLA, received_at=NOON + timedelta(days=1)), State.DELETED)
    change(store, new)
    with store.look() as work:
        assert work.messages.get(kept.id) == new
        assert work.sounds.read(new.sound.id) == SOUND


def test_a_longer_recording_takes_the_place_of_the_shorter_one(store: OpenStore) -> None:
    short = leave(store, message())
    with store.begin() as work:
        longer = replace(short, sound=work.sounds.add(SOUND * 2, of=KARI))
        work.messages.put(longer)
        work.commit()
    with store.look() as work:
        assert work.messages.get(short.id) == longer
        assert work.sounds.read(longer.sound.id) == SOUND * 2
        with pytest.raises(KeyError):
            work.sounds.read(short.sound.id)


def test_put_does_not_make_a_message(store: OpenStore) -> None:
    with store.begin() as work:
        sound = work.sounds.add(SOUND, of=KARI)
        with pytest.raises(MailboxError):
            work.messages.put(replace(message(), id=MessageId(4711), sound=sound))


def test_remove_takes_the_sound_with_it(store: OpenStore) -> None:
    gone, stays = leave(store, message("a")), leave(store, message("b"))
    with store.begin() as work:
        work.messages.remove(gone.id)
        work.messages.remove(MessageId(4711))
        work.commit()
    with store.look() as work:
        assert work.messages.list(KARI) == [stays]
        assert work.sounds.read(stays.sound.id) == SOUND
        with pytest.raises(KeyError):
            work.sounds.read(gone.sound.id)


def test_a_sound_that_something_else_uses_stays(store: OpenStore) -> None:
    first = leave(store, message("a"))
    with store.begin() as work:
        copy = work.messages.add(replace(message("b", mailbox=OLA), sound=first.sound))
        work.messages.remove(first.id)
        assert work.sounds.read(copy.sound.id) == SOUND
        work.messages.remove(copy.id)
        with pytest.raises(KeyError):
            work.sounds.read(copy.sound.id)


def test_the_oldest_heard_is_heard_not_saved_and_oldest_by_arrival(store: OpenStore) -> None:
    with store.look() as work:
        assert work.messages.oldest_heard(KARI) is None
    filled(store)
    change(store, turned(leave(store, message("others", mailbox=OLA, minutes=-99)), State.HEARD))
    with store.look() as work:
        oldest = work.messages.oldest_heard(KARI)
    assert oldest is not None
    assert oldest.spool_id == "heard-0"


def test_new_ones_expire_by_arrival_and_others_by_their_last_change(store: OpenStore) -> None:
    old = [leave(store, message(f"old-{n}", minutes=-n, mailbox=(KARI, OLA)[n % 2])) for n in range(1, 4)]
    leave(store, message("young"))
    heard = turned(leave(store, message("heard", minutes=-99)), State.HEARD, at=NOON + timedelta(minutes=1))
    change(store, heard)
    with store.begin() as work:
        assert work.messages.expired(State.NEW, before=NOON) == old[::-1]
        assert work.messages.expired(State.NEW, before=NOON, limit=2) == [old[2], old[1]]
        assert work.messages.expired(State.HEARD, before=NOON) == []
        assert work.messages.expired(State.HEARD, before=NOON + timedelta(minutes=2)) == [heard]


def test_one_made_new_again_expires_by_when_that_was(store: OpenStore) -> None:
    """By its arrival it might go in the hour in which its owner took it back."""
    kept = leave(store, message(minutes=-1))
    change(store, turned(turned(kept, State.DELETED), State.NEW, at=NOON + timedelta(days=1)))
    with store.begin() as work:
        assert work.messages.expired(State.NEW, before=NOON + timedelta(days=1)) == []
        late = work.messages.expired(State.NEW, before=NOON + timedelta(days=1, seconds=1))
        assert [each.id for each in late] == [kept.id]


def test_a_caller_and_a_mailbox_of_odd_numbers_find_nothing(store: OpenStore) -> None:
    with store.look() as work:
        for odd in ("", "'; DROP TABLE messages; --", "9" * 10_000, "\x00", "\ud800"):
            assert work.messages.list(Number(odd)) == []
            assert work.subscribers.get(Number(odd)) is None


def test_a_sound_belongs_to_its_message_only_by_reference(store: OpenStore) -> None:
    with store.begin() as work:
        sound = work.sounds.add(SOUND, of=KARI)
        kept = work.messages.add(replace(message(), sound=Sound(sound.id, 1.5)))
        assert work.messages.get(kept.id) == replace(message(), id=kept.id, sound=Sound(sound.id, 1.5))
