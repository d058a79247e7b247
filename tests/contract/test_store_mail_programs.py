"""What mail programs need of a store: lists without sounds, marks, greetings' versions, recordings as AMR."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from personsvar.mailbox.errors import UnknownSubscriberError
from personsvar.mailbox.model.greeting import Greeting, GreetingKind, GreetingVersion
from personsvar.mailbox.model.ids import GreetingId, SoundId
from personsvar.mailbox.model.message import ListedMessage, Marks, Message, Sound, State
from tests.contract.stores import CALLER, KARI, NOON, OLA, SOUND, OpenStore, change, leave, message, turned

PERSONAL, ABSENCE = GreetingKind.PERSONAL, GreetingKind.ABSENCE
AMR, OTHER_AMR = b"#!AMR\n first", b"#!AMR\n second"
MARKS = Marks(frozenset({"\\Deleted", "$Mine"}), hidden=True, downloaded_at=NOON + timedelta(minutes=5))


def hidden(what: Message, state: State) -> Message:
    return replace(turned(what, state), marks=Marks(hidden=True))


def record(store: OpenStore, kind: GreetingKind = PERSONAL, *, in_use: bool = True) -> Greeting:
    with store.begin() as work:
        made = work.greetings.add(KARI, kind, work.sounds.add(SOUND, of=KARI), NOON, in_use=in_use)
        work.commit()
    return made


def versions(store: OpenStore, *kinds: GreetingKind) -> list[tuple[GreetingId, bool]]:
    with store.look() as work:
        return [(it.greeting.id, it.in_use) for it in work.greetings.listed(KARI, kinds or (PERSONAL,))]


def amr_of(store: OpenStore, sound: SoundId) -> bytes | None:
    with store.look() as work:
        return work.renditions.read(sound)


def encode(store: OpenStore, sound: SoundId, amr: bytes = AMR) -> bytes:
    with store.begin() as work:
        kept = work.renditions.keep(sound, amr)
        work.commit()
    return kept


# ---- messages


def test_a_message_begins_without_marks_and_keeps_those_it_gets(store: OpenStore) -> None:
    kept = leave(store, message())
    assert kept.marks == Marks()
    change(store, replace(kept, marks=MARKS))
    with store.look() as work:
        assert work.messages.get(kept.id) == replace(kept, marks=MARKS)
        assert work.messages.list(KARI) == [replace(kept, marks=MARKS)]


def test_a_list_tells_of_each_message_what_a_mail_program_needs(store: OpenStore) -> None:
    kept = leave(store, message(urgent=True))
    change(store, replace(turned(kept, State.DELETED), marks=Marks(frozenset({"\\Flagged"}))))
    encode(store, kept.sound.id)
    with store.look() as work:
        assert work.messages.listed(KARI, (State.DELETED,)) == [
            ListedMessage(
                id=kept.id,
                caller=CALLER,
                received_at=NOON,
                seconds=kept.sound.seconds,
                urgent=True,
                sound=kept.sound.id,
                state=State.DELETED,
                state_before=State.NEW,
                flags=frozenset({"\\Flagged"}),
                amr_bytes=len(AMR),
                text_octets=0,
            )
        ]


def test_a_list_is_of_one_mailbox_by_id_and_without_the_hidden(store: OpenStore) -> None:
    later, earlier = leave(store, message("a", minutes=9)), leave(store, message("b"))
    leave(store, message("c", mailbox=OLA))
    gone, saved = leave(store, message("d")), leave(store, message("e"))
    change(store, hidden(gone, State.SAVED), turned(saved, State.SAVED))
    with store.look() as work:
        assert [it.id for it in work.messages.listed(KARI, (State.SAVED, State.NEW))] == [
            later.id,
            earlier.id,
            saved.id,
        ]
        assert work.messages.listed(KARI, ()) == []
        assert {it.amr_bytes for it in work.messages.listed(KARI, tuple(State))} == {None}


def test_the_oldest_hidden_one_is_a_saved_one(store: OpenStore) -> None:
    with store.look() as work:
        assert work.messages.oldest_hidden(KARI) is None
    messages = [leave(store, message(f"m{n}", minutes=-n)) for n in range(4)]
    change(
        store,
        hidden(messages[0], State.SAVED),
        hidden(messages[1], State.SAVED),
        turned(messages[2], State.SAVED),
        hidden(messages[3], State.DELETED),
    )
    with store.look() as work:
        assert work.messages.oldest_hidden(KARI) == hidden(messages[1], State.SAVED)
        assert work.messages.oldest_hidden(OLA) is None


def test_the_latest_id_counts_the_deleted_and_the_hidden(store: OpenStore) -> None:
    with store.look() as work:
        assert work.messages.latest(KARI) is None
    leave(store, message("a"))
    last = leave(store, message("b"))
    leave(store, message("c", mailbox=OLA))
    change(store, hidden(last, State.DELETED))
    with store.look() as work:
        assert work.messages.latest(KARI) == last.id


# ---- greetings


def test_every_version_is_listed_by_id_and_one_of_a_kind_is_in_use(store: OpenStore) -> None:
    first, absence, second = record(store), record(store, ABSENCE), record(store)
    encode(store, first.sound.id)
    with store.look() as work:
        assert work.greetings.listed(KARI, (PERSONAL, ABSENCE)) == [
            GreetingVersion(first, in_use=False, amr_bytes=len(AMR)),
            GreetingVersion(absence, in_use=True),
            GreetingVersion(second, in_use=True),
        ]
        assert work.greetings.listed(OLA, (PERSONAL,)) == []


def test_one_added_out_of_use_changes_nothing_for_callers(store: OpenStore) -> None:
    heard, other = record(store), record(store, in_use=False)
    assert versions(store) == [(heard.id, True), (other.id, False)]
    with store.look() as work:
        assert work.greetings.current(KARI, PERSONAL) == heard


def test_an_earlier_version_put_in_use_is_what_callers_hear(store: OpenStore) -> None:
    first, second, absence = record(store), record(store), record(store, ABSENCE)
    with store.begin() as work:
        work.greetings.use(first)
        work.commit()
    assert versions(store, PERSONAL, ABSENCE) == [(first.id, True), (second.id, False), (absence.id, True)]
    with store.look() as work:
        assert work.greetings.current(KARI, PERSONAL) == first


def test_what_is_said_of_a_greeting_stays_with_it(store: OpenStore) -> None:
    first, second = record(store), record(store)
    with store.begin() as work:
        work.greetings.mark(first, frozenset({"\\Seen", "\\Deleted"}))
        work.commit()
    with store.look() as work:
        flags = [set(it.flags) for it in work.greetings.listed(KARI, (PERSONAL,))]
    assert flags == [{"\\Seen", "\\Deleted"}, set()]
    assert versions(store) == [(first.id, False), (second.id, True)]


def test_a_version_removed_is_gone_with_its_sound(store: OpenStore) -> None:
    first, second = record(store), record(store)
    encode(store, second.sound.id)
    with store.begin() as work:
        work.greetings.remove(second)
        work.greetings.remove(second)
        work.commit()
    assert versions(store) == [(first.id, False)]
    assert amr_of(store, second.sound.id) is None
    with store.look() as work:
        assert work.greetings.current(KARI, PERSONAL) is None
        assert work.sounds.read(first.sound.id) == SOUND
        with pytest.raises(KeyError):
            work.sounds.read(second.sound.id)
    assert record(store).id > second.id


# ---- recordings as AMR


def test_the_first_encoding_is_what_stays(store: OpenStore) -> None:
    sound = leave(store, message()).sound.id
    assert amr_of(store, sound) is None
    assert encode(store, sound, AMR) == AMR
    assert encode(store, sound, OTHER_AMR) == AMR
    assert amr_of(store, sound) == AMR


def test_an_encoding_goes_with_its_sound(store: OpenStore) -> None:
    lengthened, removed = leave(store, message("a")), leave(store, message("b"))
    for each in (lengthened, removed):
        encode(store, each.sound.id)
    with store.begin() as work:
        work.messages.put(replace(lengthened, sound=work.sounds.add(SOUND + SOUND, of=KARI)))
        work.messages.remove(removed.id)
        work.commit()
    assert amr_of(store, lengthened.sound.id) is None
    assert amr_of(store, removed.sound.id) is None
    with store.look() as work:
        assert [it.amr_bytes for it in work.messages.listed(KARI, tuple(State))] == [None]


def test_a_sound_that_is_gone_keeps_no_encoding(store: OpenStore) -> None:
    gone = Sound(SoundId(4711), 1.0)
    with store.begin() as work, pytest.raises(UnknownSubscriberError):
        work.renditions.keep(gone.id, AMR)
    assert amr_of(store, gone.id) is None
