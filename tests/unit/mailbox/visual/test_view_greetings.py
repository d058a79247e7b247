"""The folder Greetings: the one that carries the keyword is the one callers hear."""

from __future__ import annotations

import pytest

from personsvar.mailbox.errors import MailboxError, UnknownSubscriberError
from personsvar.mailbox.greetings import BuiltIn, OwnGreeting, greeting_for
from personsvar.mailbox.model.availability import AVAILABLE
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.message import Sound
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.visual import view
from tests.contract.stores import OLA, SOUND, subscribe
from tests.unit.mailbox.use_cases import KARI, STRANGER
from tests.unit.mailbox.visual.mailbox import DELETED, GREETINGS, SEEN, Mailbox

ON, IPHONE = "$CNS-Greeting-On", "$AppleVM-ActiveGreeting"
PERSONAL, SIGNATURE = GreetingKind.PERSONAL, GreetingKind.SIGNATURE


@pytest.fixture
def box() -> Mailbox:
    return Mailbox()


def heard(box: Mailbox) -> bytes | None:
    """What a caller hears: the recording, or None for the built-in greeting."""
    with box.store.look() as uow:
        greeting = greeting_for(uow.greetings, Subscriber(KARI), STRANGER, AVAILABLE)
        return uow.sounds.read(greeting.sound.id) if isinstance(greeting, OwnGreeting) else None


def signature(box: Mailbox) -> Sound | None:
    with box.store.look() as uow:
        greeting = greeting_for(uow.greetings, Subscriber(KARI), STRANGER, AVAILABLE)
    assert isinstance(greeting, BuiltIn)
    return greeting.signature


def append(box: Mailbox, alaw: bytes = SOUND, kind: GreetingKind = PERSONAL, *, active: bool = True) -> int:
    return view.append_greeting(box.services, KARI, alaw=alaw, kind=kind, active=active, at=box.clock.now())


def test_what_the_phone_recorded_is_there_with_its_earlier_versions(box: Mailbox) -> None:
    earlier, current = box.records(), box.records()
    name = box.records(SIGNATURE)
    box.records(GreetingKind.ABSENCE)
    box.records(GreetingKind.INTERNATIONAL)
    assert box.shows(GREETINGS) == {earlier: set(), current: {ON, IPHONE}, name: {ON}}


def test_an_entry_tells_its_kind_and_when_it_was_recorded(box: Mailbox) -> None:
    uid = box.records(SIGNATURE)
    (entry,) = box.entries(GREETINGS)
    assert (entry.uid, entry.greeting, entry.internal_date) == (uid, SIGNATURE, box.clock.now())
    assert (entry.caller, entry.seconds, entry.urgent, entry.amr_bytes) == (None, 3.2, False, None)


def test_another_s_greetings_are_neither_seen_nor_touched(box: Mailbox) -> None:
    subscribe(box.store, OLA)
    box.records()
    (uid,) = box.shows(GREETINGS)
    assert view.entries(box.services, OLA, GREETINGS) == []
    assert view.add_flags(box.services, OLA, GREETINGS, [uid], [DELETED, ON]) == {}
    assert view.expunge(box.services, OLA, GREETINGS, [uid]) == []
    assert box.shows(GREETINGS) == {uid: {ON, IPHONE}}


@pytest.mark.parametrize("keyword", [ON, IPHONE, ON.lower()])
def test_the_keyword_set_puts_a_greeting_in_use_and_takes_it_off_the_one_before(
    box: Mailbox, keyword: str
) -> None:
    earlier, current = box.records(alaw=b"earlier"), box.records(alaw=b"current")
    assert box.adds([earlier], keyword, folder=GREETINGS) == {earlier: {ON, IPHONE}}
    assert box.shows(GREETINGS) == {earlier: {ON, IPHONE}, current: set()}
    assert heard(box) == b"earlier"


@pytest.mark.parametrize("keyword", [ON, IPHONE])
def test_the_keyword_taken_off_leaves_the_built_in_greeting(box: Mailbox, keyword: str) -> None:
    uid = box.records()
    assert box.takes_off([uid], keyword, folder=GREETINGS) == {uid: set()}
    assert heard(box) is None


def test_exactly_one_of_the_keywords_keeps_it_in_use(box: Mailbox) -> None:
    uid = box.records()
    assert box.stores({uid: {ON}}, GREETINGS) == {uid: {ON, IPHONE}}
    assert box.stores({uid: {SEEN}}, GREETINGS) == {uid: {SEEN}}
    assert heard(box) is None


def test_one_in_use_and_the_one_before_not_in_one_store(box: Mailbox) -> None:
    first, second = box.records(alaw=b"first"), box.records(alaw=b"second")
    box.stores({first: {ON}, second: set()}, GREETINGS)
    assert heard(box) == b"first"
    box.stores({first: set(), second: {ON}}, GREETINGS)
    assert heard(box) == b"second"


def test_an_iphone_sets_a_new_greeting(box: Mailbox) -> None:
    """APPEND, then the keyword off all others; it knows nothing of the voice signature."""
    old, name = box.records(alaw=b"old"), box.records(SIGNATURE)
    new = append(box, b"new")
    box.takes_off([old, name], IPHONE, folder=GREETINGS)
    assert box.shows(GREETINGS) == {old: set(), name: {ON}, new: {ON, IPHONE}}
    assert heard(box) == b"new"


def test_orange_s_client_sets_a_new_greeting(box: Mailbox) -> None:
    """APPEND without the keyword, then the keyword, then the one before removed."""
    old = box.records(alaw=b"old")
    new = append(box, b"new", active=False)
    assert heard(box) == b"old"
    box.adds([new], ON, folder=GREETINGS)
    box.adds([old], DELETED, folder=GREETINGS)
    assert box.expunges(GREETINGS) == [old]
    assert box.shows(GREETINGS) == {new: {ON, IPHONE}}
    assert heard(box) == b"new"


def test_the_one_in_use_removed_leaves_the_built_in_greeting(box: Mailbox) -> None:
    earlier, current = box.records(), box.records()
    box.adds([current], DELETED, folder=GREETINGS)
    assert heard(box) is not None
    assert box.expunges(GREETINGS) == [current]
    assert box.shows(GREETINGS) == {earlier: set()}
    assert heard(box) is None


def test_only_what_is_marked_is_removed(box: Mailbox) -> None:
    earlier, _ = box.records(), box.records()
    assert box.expunges(GREETINGS) == []
    box.adds([earlier], DELETED, folder=GREETINGS)
    box.takes_off([earlier], DELETED, folder=GREETINGS)
    assert box.expunges(GREETINGS) == []


def test_flags_of_a_greeting_stay_with_it(box: Mailbox) -> None:
    uid = append(box)
    box.adds([uid], SEEN, "$Mine", folder=GREETINGS)
    assert box.shows(GREETINGS) == {uid: {ON, IPHONE, SEEN, "$Mine"}}
    box.records()
    assert box.shows(GREETINGS)[uid] == {SEEN, "$Mine"}


def test_a_voice_signature_from_a_client_is_in_the_built_in_greeting(box: Mailbox) -> None:
    uid = append(box, kind=SIGNATURE)
    (entry,) = box.entries(GREETINGS)
    assert signature(box) == Sound(entry.sound, entry.seconds)
    box.takes_off([uid], ON, folder=GREETINGS)
    assert signature(box) is None


# ---- what is not taken


def test_a_greeting_may_be_as_long_as_on_the_phone(box: Mailbox) -> None:
    box.rules = Rules(max_greeting_seconds=2)
    append(box, bytes(16_000))
    with pytest.raises(view.GreetingTooLongError):
        append(box, bytes(16_001))
    with pytest.raises(view.GreetingTooLongError):
        append(box, bytes(16_001), SIGNATURE)
    assert len(box.shows(GREETINGS)) == 1


def test_nothing_and_other_kinds_are_not_taken(box: Mailbox) -> None:
    with pytest.raises(MailboxError, match="nothing"):
        append(box, b"")
    with pytest.raises(MailboxError, match="absence"):
        append(box, kind=GreetingKind.ABSENCE)


def test_one_who_is_no_subscriber_any_more_has_no_greetings(box: Mailbox) -> None:
    with box.store.begin() as uow:
        uow.subscribers.remove(KARI)
        uow.commit()
    with pytest.raises(MailboxError) as said:
        append(box)
    assert isinstance(said.value, UnknownSubscriberError)


def test_of_many_versions_the_oldest_that_nobody_hears_goes(box: Mailbox) -> None:
    heard_first = append(box, b"heard")
    others = [append(box, active=False) for _ in range(12)]
    assert list(box.shows(GREETINGS)) == [heard_first, *others[-9:]]
    assert heard(box) == b"heard"
    newest = append(box, b"newest")
    assert list(box.shows(GREETINGS)) == [*others[-9:], newest]
    assert box.records(SIGNATURE) in box.shows(GREETINGS)
