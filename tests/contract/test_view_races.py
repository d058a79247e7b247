"""A mail program and the phone menu in the same mailbox in the same moment: nothing either did is undone."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.message import State
from personsvar.mailbox.model.subscriber import Wishes
from personsvar.mailbox.preferences import set_wishes
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.visual import view
from tests.contract.stores import SOUND, Shop
from tests.unit.mailbox.use_cases import KARI
from tests.unit.mailbox.visual.mailbox import DELETED, GREETINGS, INBOX, SEEN, TRASH, Mailbox
from tests.written import left, written

ROUNDS = 20
ON = "$CNS-Greeting-On"


def at_once(*jobs: Callable[[], object]) -> None:
    with ThreadPoolExecutor(len(jobs)) as threads:
        for job in [threads.submit(job) for job in jobs]:
            job.result()


def test_no_flag_and_no_state_is_lost(shop: Shop) -> None:
    box = Mailbox(shop.store())
    uid = box.leaves()

    def client() -> None:
        for n in range(ROUNDS):
            box.adds([uid], f"word{n}")

    def phone() -> None:
        for _ in range(ROUNDS):
            box.hears(uid)
            box.saves(uid)

    at_once(client, phone)
    assert box.state(uid) is State.SAVED
    assert box.shows() == {uid: {SEEN, *(f"word{n}" for n in range(ROUNDS))}}


def test_of_two_who_remove_the_same_one_of_them_did(shop: Shop) -> None:
    box = Mailbox(shop.store())
    uids = [box.leaves() for _ in range(ROUNDS)]
    box.adds(uids, DELETED)
    gone: list[list[int]] = []

    def client() -> None:
        gone.append(list(view.expunge(box.services, KARI, INBOX, uids)))

    at_once(client, client)
    assert sorted(gone[0] + gone[1]) == uids
    assert list(box.shows(TRASH)) == uids


def test_what_the_phone_saves_in_the_moment_in_which_it_is_removed_is_kept(shop: Shop) -> None:
    box = Mailbox(shop.store())
    uids = [box.leaves() for _ in range(ROUNDS)]
    box.adds(uids, DELETED)

    def client() -> None:
        for uid in uids:
            view.expunge(box.services, KARI, INBOX, [uid])

    def phone() -> None:
        for uid in reversed(uids):
            box.saves(uid)

    at_once(client, phone)
    assert [box.state(uid) for uid in uids] == [State.SAVED] * ROUNDS
    assert box.expunges() == []
    assert list(box.shows()) == uids


def test_what_a_program_was_told_a_message_says_it_is_told_again(shop: Shop) -> None:
    """Whether its words came a moment before or after."""
    box = Mailbox(shop.store(), Rules(visual=True, transcripts=True))
    set_wishes(box.services, KARI, Wishes(transcripts=True))
    uids = [left(box.services, KARI) for _ in range(ROUNDS)]
    said: list[dict[int, str]] = []

    def client() -> None:
        found: dict[int, str] = {}
        for uid in uids:
            found |= view.texts(box.services, KARI, {uid: None}, shown=True)
        said.append(found)

    def engine() -> None:
        for uid in uids:
            written(box.services, uid, "Hei")

    at_once(client, engine)
    client()
    assert said[0] == said[1]
    lengths = {uid: len(said[0].get(uid, "").encode()) for uid in uids}
    assert {it.uid: it.text_octets for it in box.entries()} == lengths


def test_two_who_each_put_a_greeting_in_use_leave_one(shop: Shop) -> None:
    box = Mailbox(shop.store())
    early = [box.records() for _ in range(3)]

    def client() -> None:
        for _ in range(ROUNDS):
            for uid in early:
                box.adds([uid], ON, folder=GREETINGS)

    def phone() -> None:
        for _ in range(ROUNDS):
            box.records(alaw=SOUND)

    at_once(client, phone)
    with box.store.look() as uow:
        in_use = [it for it in uow.greetings.listed(KARI, (GreetingKind.PERSONAL,)) if it.in_use]
        assert [it.greeting for it in in_use] == [uow.greetings.current(KARI, GreetingKind.PERSONAL)]
    box.adds([early[0]], ON, folder=GREETINGS)
    assert [uid for uid, flags in box.shows(GREETINGS).items() if ON in flags] == [early[0]]
