"""How long the text part of each message is that mail programs were told of: settled once, and no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from personsvar.mailbox.model.ids import MessageId, Number
from personsvar.mailbox.model.message import Message, State
from personsvar.mailbox.ports.store import Store
from tests.contract.stores import KARI, OLA, SOUND, OpenStore, change, leave, message, turned


def left(store: Store, call: str = "call", mailbox: Number = KARI, *, expected: bool = True) -> Message:
    kept = leave(store, message(call, mailbox=mailbox))
    if expected:
        with store.begin() as work:
            work.mail_texts.expect(kept.id)
            work.commit()
    return kept


def tell(store: Store, octets: Mapping[MessageId, int]) -> None:
    with store.begin() as work:
        work.mail_texts.tell(octets)
        work.commit()


def told(store: Store, *messages: Message, mailbox: Number = KARI) -> list[int | None]:
    with store.look() as work:
        found = work.mail_texts.told(mailbox, [it.id for it in messages])
        listed = {it.id: it.text_octets for it in work.messages.listed(mailbox, tuple(State))}
    assert {message: listed[message] for message in found} == found
    return [found[it.id] for it in messages if it.id in found]


def test_a_message_has_none_unless_one_is_expected(store: OpenStore) -> None:
    plain, expected = left(store, "a", expected=False), left(store, "b")
    assert told(store, plain, expected) == [0, None]


def test_what_was_told_once_stays(store: OpenStore) -> None:
    plain, first, second = left(store, "a", expected=False), left(store, "b"), left(store, "c")
    tell(store, {second.id: 0, plain.id: 9, first.id: 41, MessageId(99): 7})
    tell(store, {first.id: 12, second.id: 12})
    tell(store, {})
    assert told(store, plain, first, second) == [0, 41, 0]


def test_a_change_of_the_message_beside_it_does_not_touch_it(store: OpenStore) -> None:
    kept = left(store)
    tell(store, {kept.id: 41})
    change(store, turned(kept, State.HEARD))
    assert told(store, kept) == [41]


def test_of_one_that_was_lengthened_a_text_may_come_anew(store: OpenStore) -> None:
    kept = left(store)
    tell(store, {kept.id: 41})
    with store.begin() as work:
        work.messages.put(replace(kept, sound=work.sounds.add(SOUND * 2, of=KARI)))
        work.mail_texts.expect(kept.id)
        work.commit()
    assert told(store, kept) == [None]


def test_none_is_expected_any_more_in_one_mailbox(store: OpenStore) -> None:
    mine, there, olas = left(store, "a"), left(store, "b"), left(store, "c", OLA)
    tell(store, {there.id: 41})
    with store.begin() as work:
        work.mail_texts.expect_none(KARI)
        work.commit()
    assert told(store, mine, there) == [0, 41]
    assert told(store, olas, mailbox=OLA) == [None]


def test_another_s_message_is_not_told_of(store: OpenStore) -> None:
    olas = left(store, "a", OLA)
    assert told(store, olas) == []
    with store.look() as work:
        assert work.mail_texts.told(KARI, []) == {}


def test_what_is_expected_or_told_of_a_message_that_is_gone_is_nothing(store: OpenStore) -> None:
    gone = left(store)
    with store.begin() as work:
        work.messages.remove(gone.id)
        work.mail_texts.expect(gone.id)
        work.mail_texts.tell({gone.id: 3})
        work.commit()
    assert told(store, gone) == []


def test_mailboxes_do_not_change_by_it(store: OpenStore) -> None:
    """Nobody is told of it: no lamp, no page, and no phone that has just asked."""
    kept = left(store)
    with store.begin() as work:
        work.mail_texts.tell({kept.id: 3})
        work.mail_texts.expect(kept.id)
        work.mail_texts.expect_none(KARI)
        assert work.altered == work.changed_greetings == set()
        assert work.messages.written == []
        work.commit()
