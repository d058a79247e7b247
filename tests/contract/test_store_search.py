"""Messages are found across mailboxes: by mailbox, caller, state and time, newest first, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from personsvar.mailbox.model.ids import MessageId, Number
from personsvar.mailbox.model.message import Marks, Message, State
from personsvar.mailbox.ports.message_search import MessagePlace, MessagesWanted
from personsvar.mailbox.ports.store import Store
from tests.contract.stores import CALLER, KARI, NOON, OLA, OpenStore, change, leave, message, turned

EVERY = MessagesWanted()


def found(store: Store, only: MessagesWanted = EVERY) -> list[MessageId]:
    with store.look() as work:
        return [it.id for it in work.messages.search(only)]


@pytest.fixture
def left(store: OpenStore) -> Sequence[Message]:
    """Six of two mailboxes; a state each, some urgent, one of a caller who withheld the number."""
    messages = [
        leave(store, message("m0")),
        leave(store, message("m1", minutes=1, urgent=True)),
        leave(store, replace(message("m2", minutes=2), caller=OLA)),
        leave(store, message("m3", minutes=3, mailbox=OLA)),
        leave(store, replace(message("m4", minutes=4, mailbox=OLA), caller=None)),
        leave(store, message("m5", minutes=5, mailbox=OLA)),
    ]
    change(
        store,
        turned(messages[2], State.SAVED),
        turned(messages[4], State.DELETED),
        replace(turned(messages[5], State.SAVED), marks=Marks(hidden=True)),
    )
    return messages


@pytest.mark.parametrize(
    ("only", "which"),
    [
        (EVERY, (5, 4, 3, 2, 1, 0)),
        (MessagesWanted(mailbox=KARI), (2, 1, 0)),
        (MessagesWanted(mailbox=CALLER), ()),
        (MessagesWanted(caller=CALLER), (5, 3, 1, 0)),
        (MessagesWanted(caller=CALLER, mailbox=OLA), (5, 3)),
        (MessagesWanted(caller=Number("+4790000077")), ()),
        (MessagesWanted(states=(State.NEW,)), (3, 1, 0)),
        (MessagesWanted(states=(State.SAVED, State.DELETED)), (5, 4, 2)),
        (MessagesWanted(mailbox=KARI, states=(State.SAVED,)), (2,)),
        (MessagesWanted(caller=CALLER, states=(State.SAVED,)), (5,)),
        (MessagesWanted(states=()), ()),
        (MessagesWanted(since=NOON + timedelta(minutes=3)), (5, 4, 3)),
        (MessagesWanted(until=NOON + timedelta(minutes=1)), (0,)),
        (
            MessagesWanted(mailbox=OLA, since=NOON + timedelta(minutes=4), until=NOON + timedelta(minutes=5)),
            (4,),
        ),
    ],
)
def test_they_are_found_newest_first(
    store: OpenStore, left: Sequence[Message], only: MessagesWanted, which: tuple[int, ...]
) -> None:
    assert found(store, only) == [left[number].id for number in which]


def test_each_is_whole(store: OpenStore, left: Sequence[Message]) -> None:
    with store.look() as work:
        (newest,) = work.messages.search(EVERY, limit=1)
        assert newest == work.messages.get(left[5].id)


@pytest.mark.parametrize("only", [EVERY, MessagesWanted(mailbox=KARI), MessagesWanted(caller=CALLER)])
def test_pages_hold_each_message_once_also_those_of_one_moment(
    store: OpenStore, only: MessagesWanted
) -> None:
    messages = [leave(store, message(f"m{it}", minutes=it // 4, urgent=it % 2 == 0)) for it in range(10)]
    change(store, *(turned(it, State.HEARD) for it in messages[::3]))
    seen: list[MessageId] = []
    behind = None
    with store.look() as work:
        while page := work.messages.search(only, behind=behind, limit=3):
            seen += [it.id for it in page]
            behind = MessagePlace(page[-1].received_at, page[-1].id)
    assert seen == [it.id for it in reversed(messages)]
