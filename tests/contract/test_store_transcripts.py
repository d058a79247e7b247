"""Transcripts: of a message's recording, in place of the one before, and gone with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from personsvar.mailbox.model.ids import MessageId, SoundId
from personsvar.mailbox.model.message import Message
from personsvar.mailbox.model.subscriber import Subscriber, Wishes
from personsvar.mailbox.model.transcript import (
    MessageTranscript,
    SpokenWord,
    Transcript,
    Understanding,
)
from personsvar.mailbox.ports.store import Store
from tests.contract.stores import KARI, NOON, OLA, SOUND, OpenStore, leave, message

SAID = Transcript(
    (SpokenWord("Hei,", 0.25, 0.5, 0.99), SpokenWord("“Åse”\n🎙", 0.5, 1.125, 0.25)),
    "nb",
    "faster-whisper 1.2.1",
    "nb-whisper-base",
    7.5,
)
DAY = date(2025, 3, 3)


def made(of: Message, said: Transcript = SAID) -> MessageTranscript:
    return MessageTranscript(of.id, said, Understanding.UNSURE, NOON)


def keep(store: Store, it: MessageTranscript, sound: SoundId) -> bool:
    with store.begin() as work:
        kept = work.transcripts.put(it, of=sound)
        work.commit()
    return kept


def kept(store: Store, which: MessageId) -> MessageTranscript | None:
    with store.look() as work:
        return work.transcripts.get(which)


def test_it_comes_back_as_it_was_kept(store: OpenStore) -> None:
    left = leave(store, message())
    assert kept(store, left.id) is None
    assert keep(store, made(left), left.sound.id)
    assert kept(store, left.id) == made(left)
    assert made(left).text == "Hei, “Åse”\n🎙"


def test_one_that_was_not_understood_has_no_words(store: OpenStore) -> None:
    left = leave(store, message())
    nothing = replace(
        made(left, Transcript((), "en", "http speech.example.test", "whisper-1")),
        understanding=Understanding.NOT_UNDERSTOOD,
    )
    assert keep(store, nothing, left.sound.id)
    assert kept(store, left.id) == nothing
    assert nothing.text == ""


def test_another_takes_its_place(store: OpenStore) -> None:
    left = leave(store, message())
    again = replace(made(left), understanding=Understanding.TEXT, made_at=NOON + timedelta(hours=1))
    for each in (made(left), again):
        assert keep(store, each, left.sound.id)
    assert kept(store, left.id) == again


def test_those_of_a_mailbox_come_oldest_first(store: OpenStore) -> None:
    mine = [leave(store, message(f"a {number}")) for number in range(3)]
    olas = leave(store, message("b", mailbox=OLA))
    for each in (mine[2], olas, mine[0]):
        keep(store, made(each), each.sound.id)
    with store.begin() as work:
        assert [it.message for it in work.transcripts.of_mailbox(KARI)] == [mine[0].id, mine[2].id]
        assert work.transcripts.remove_all(KARI) == 2
        assert work.transcripts.remove_all(KARI) == 0
        work.commit()
    assert kept(store, mine[0].id) is None
    assert kept(store, olas.id) == made(olas)


def test_those_of_some_messages_are_read_at_once(store: OpenStore) -> None:
    mine = [leave(store, message(f"a {number}")) for number in range(3)]
    for each in mine[:2]:
        keep(store, made(each), each.sound.id)
    ids = [mine[1].id, mine[2].id, MessageId(99)]
    with store.look() as work:
        assert work.transcripts.some(ids) == {mine[1].id: made(mine[1])}
        assert work.transcripts.understood(ids) == {mine[1].id: Understanding.UNSURE}
        assert work.transcripts.some([]) == {}
        assert work.transcripts.understood([]) == {}


def test_a_message_that_was_lengthened_has_none_and_takes_none_of_the_shorter(store: OpenStore) -> None:
    left = leave(store, message())
    keep(store, made(left), left.sound.id)
    with store.begin() as work:
        longer = replace(left, sound=work.sounds.add(SOUND * 2, of=KARI))
        work.messages.put(longer)
        work.commit()
    assert kept(store, left.id) is None
    assert not keep(store, made(left), left.sound.id)
    assert keep(store, made(left), longer.sound.id)


def test_it_goes_with_its_message_and_with_its_owner(store: OpenStore) -> None:
    gone, olas = leave(store, message("a")), leave(store, message("b", mailbox=OLA))
    for each in (gone, olas):
        keep(store, made(each), each.sound.id)
    with store.begin() as work:
        work.messages.remove(gone.id)
        work.subscribers.remove(OLA)
        work.commit()
    for each in (gone, olas):
        assert kept(store, each.id) is None
        assert not keep(store, made(each), each.sound.id)
    with store.look() as work:
        assert not [*work.transcripts.of_mailbox(KARI), *work.transcripts.of_mailbox(OLA)]


def test_what_the_engine_was_given_is_counted_by_day(store: OpenStore) -> None:
    with store.begin() as work:
        assert work.transcripts.seconds_on(DAY) == 0
        for seconds in (12.5, 30.0):
            work.transcripts.add_seconds(DAY, seconds)
        work.transcripts.add_seconds(DAY + timedelta(days=1), 1.0)
        work.commit()
    with store.look() as work:
        assert [work.transcripts.seconds_on(DAY + timedelta(days=days)) for days in range(3)] == [42.5, 1, 0]


def test_the_wishes_are_kept_and_the_place_agreed_to(store: OpenStore) -> None:
    with store.look() as work:
        assert work.subscribers.need(OLA).wishes == Wishes(transcripts=False, transcript_sms=False)
        assert work.subscribers.need(OLA).transcripts_consented_to is None
    for place in ("speech.example.test", "", None):
        wishes = Wishes(transcripts=True, transcript_sms=True)
        wished = Subscriber(OLA, wishes=wishes, transcripts_consented_to=place)
        with store.begin() as work:
            work.subscribers.put(wished)
            work.commit()
        with store.look() as work:
            assert work.subscribers.need(OLA) == wished
