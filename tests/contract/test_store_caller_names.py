"""What callers are called (ports.caller_names): each subscriber's list, and the operator's for everybody."""

from __future__ import annotations

import pytest

from personsvar.mailbox.errors import UnknownSubscriberError
from personsvar.mailbox.model.caller_name import CallerName
from personsvar.mailbox.model.ids import Number
from tests.contract.stores import CALLER, KARI, OLA, OpenStore

OTHER = Number("+4790000098")
WHOSE = pytest.mark.parametrize("owner", [KARI, None], ids=["own", "operator's"])


def name_them(store: OpenStore, owner: Number | None, *names: tuple[Number, str]) -> None:
    with store.begin() as work:
        work.caller_names.put(owner, [CallerName(*each) for each in names])
        work.commit()


@WHOSE
def test_a_name_is_added_changed_found_and_removed(store: OpenStore, owner: Number | None) -> None:
    name_them(store, owner, (CALLER, "Per"), (OTHER, "Åse & <b>"))
    name_them(store, owner, (CALLER, "Pål"))
    name_them(store, owner)
    with store.begin() as work:
        assert work.caller_names.get(owner, CALLER) == CallerName(CALLER, "Pål")
        assert work.caller_names.get(owner, OLA) is None
        assert work.caller_names.count(owner) == 2
        assert work.caller_names.remove(owner, CALLER)
        assert not work.caller_names.remove(owner, CALLER)
        assert work.caller_names.list(owner) == [CallerName(OTHER, "Åse & <b>")]
        assert work.caller_names.clear(owner) == 1
        assert work.caller_names.clear(owner) == 0
        work.commit()
    with store.look() as work:
        assert work.caller_names.count(owner) == 0


@WHOSE
def test_pages_go_by_number(store: OpenStore, owner: Number | None) -> None:
    numbers = [Number(f"+47900001{place:02d}") for place in range(5)]
    name_them(store, owner, *((number, f"n{number}") for number in reversed(numbers)))
    with store.look() as work:
        first = work.caller_names.list(owner, limit=2)
        assert [it.number for it in first] == numbers[:2]
        assert [it.number for it in work.caller_names.list(owner, after=numbers[1])] == numbers[2:]


def test_the_own_list_goes_before_the_operators_and_nobody_sees_anothers(store: OpenStore) -> None:
    name_them(store, None, (CALLER, "Company"), (OTHER, "Taxi"))
    name_them(store, KARI, (CALLER, "Mum"))
    with store.look() as work:
        assert work.caller_names.known(KARI, {CALLER, OTHER, OLA}) == {CALLER: "Mum", OTHER: "Taxi"}
        assert work.caller_names.known(OLA, {CALLER}) == {CALLER: "Company"}
        assert work.caller_names.known(KARI, set()) == {}
        assert work.caller_names.known(None, {CALLER, OTHER}) == {
            it.number: it.name for it in work.caller_names.list(None) if it.number in (CALLER, OTHER)
        }
        assert work.caller_names.known(None, {CALLER}) == {CALLER: "Company"}
        assert work.caller_names.list(OLA) == []
        assert work.caller_names.get(OLA, CALLER) is None


def test_only_its_own_list_is_changed(store: OpenStore) -> None:
    for owner in (None, KARI, OLA):
        name_them(store, owner, (CALLER, "Per"))
    with store.begin() as work:
        assert work.caller_names.remove(KARI, CALLER)
        assert work.caller_names.clear(None) == 1
        work.commit()
    with store.look() as work:
        assert [work.caller_names.count(owner) for owner in (None, KARI, OLA)] == [0, 0, 1]


def test_nobody_without_a_mailbox_has_a_list(store: OpenStore) -> None:
    with store.begin() as work, pytest.raises(UnknownSubscriberError):
        work.caller_names.put(CALLER, [CallerName(KARI, "Kari")])


def test_a_list_goes_with_its_subscriber_and_the_operators_stays(store: OpenStore) -> None:
    for owner in (None, KARI, OLA):
        name_them(store, owner, (CALLER, "Per"))
    with store.begin() as work:
        work.subscribers.remove(KARI)
        work.commit()
    with store.look() as work:
        assert [work.caller_names.count(owner) for owner in (None, KARI, OLA)] == [1, 0, 1]
