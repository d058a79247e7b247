"""Subscribers are found by a number, a part of one, or words of the name, the same on every database."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.store import Store
from personsvar.mailbox.ports.subscriber_search import CAPITALS, SMALL, SubscribersWanted, in_small_letters
from tests.contract.stores import OpenStore

NAMES = ("Åse Ødegård", "ola NORDMANN", "", "100 % Østfold_æ", "Ola \\ Đorđe Šimić")
NUMBERS = [Number(f"+479000050{one}") for one in range(len(NAMES))]


@pytest.fixture
def known(store: OpenStore) -> OpenStore:
    with store.begin() as work:
        for number, name in zip(NUMBERS, NAMES, strict=True):
            work.subscribers.add(Subscriber(number, name=name))
        work.subscribers.add(Subscriber(Number("+4640000501")))
        work.commit()
    return store


def found(store: Store, wanted: SubscribersWanted) -> Sequence[int]:
    """Which of NUMBERS."""
    with store.look() as work:
        every = [it.number for it in work.subscribers.search(wanted)]
    assert every == sorted(every)
    return [NUMBERS.index(number) for number in every if number in NUMBERS]


@pytest.mark.parametrize(
    ("wanted", "which"),
    [
        (SubscribersWanted(), [0, 1, 2, 3, 4]),
        (SubscribersWanted(number=NUMBERS[2]), [2]),
        (SubscribersWanted(number=Number("+4790000599")), []),
        (SubscribersWanted(part="0501"), [1]),
        (SubscribersWanted(part="+47900005"), [0, 1, 2, 3, 4]),
        (SubscribersWanted(part="+900005"), []),
        (SubscribersWanted(words=("ola",)), [1, 4]),
        (SubscribersWanted(words=("nordmann", "ola")), [1]),
        (SubscribersWanted(words=("åse",)), [0]),
        (SubscribersWanted(words=("ødegård", "å")), [0]),
        (SubscribersWanted(words=("ode",)), []),
        (SubscribersWanted(words=("%",)), [3]),
        (SubscribersWanted(words=("d_æ",)), [3]),
        (SubscribersWanted(words=("_",)), [3]),
        (SubscribersWanted(words=("\\",)), [4]),
        (SubscribersWanted(words=("đorđe", "šimić")), [4]),
        (SubscribersWanted(words=("\x00", "\ud800")), []),
        (SubscribersWanted(number=NUMBERS[0], part="0501", words=("østfold_æ",)), [0, 1, 3]),
    ],
)
def test_who_fits(known: OpenStore, wanted: SubscribersWanted, which: list[int]) -> None:
    assert found(known, wanted) == which


def test_large_letters_are_small_ones_on_every_database(store: OpenStore) -> None:
    assert in_small_letters(CAPITALS) == SMALL == CAPITALS.lower()
    with store.begin() as work:
        work.subscribers.add(Subscriber(NUMBERS[0], name=CAPITALS))
        work.commit()
    assert found(store, SubscribersWanted(words=(SMALL,))) == [0]


def test_page_by_page(known: OpenStore) -> None:
    wanted, seen, after = SubscribersWanted(part="+47900005"), list[Number](), None
    while True:
        with known.look() as work:
            page = work.subscribers.search(wanted, after=after, limit=2)
        if not page:
            break
        seen += [it.number for it in page]
        after = page[-1].number
    assert seen == NUMBERS
