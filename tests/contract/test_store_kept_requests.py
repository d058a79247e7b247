"""Requests that may come twice (ports.KeptRequests)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest

from personsvar.mailbox.errors import UnknownSubscriberError
from personsvar.mailbox.model.kept_request import KeptAnswer, KeptRequest
from personsvar.mailbox.ports.store import Store
from tests.contract.stores import CALLER, KARI, NOON, OpenStore, Shop

ASKED = KeptRequest("key:1", "order-4711", "digest", NOON)
ANSWER = KeptAnswer(201, (("content-type", "application/json"), ("etag", '"x"')), b'{"a": "\xc3\xa6"}')
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def _begun(store: Store, request: KeptRequest) -> KeptRequest | None:
    with store.begin() as work:
        found = work.kept_requests.begin(
            request, forgotten_before=request.begun_at - DAY, given_up_before=request.begun_at - 2 * MINUTE
        )
        work.commit()
    return found


def _finished(store: Store, request: KeptRequest) -> None:
    with store.begin() as work:
        work.kept_requests.finish(request)
        work.commit()


def test_the_first_is_the_asker_s_and_the_second_finds_it_and_then_its_answer(store: OpenStore) -> None:
    assert _begun(store, ASKED) is None
    assert _begun(store, ASKED) == ASKED
    later = replace(ASKED, begun_at=NOON + MINUTE, digest="another")
    assert _begun(store, later) == ASKED
    answered = replace(ASKED, answer=ANSWER, mailbox=KARI)
    _finished(store, answered)
    assert _begun(store, later) == answered


def test_each_holder_has_keys_of_his_own(store: OpenStore) -> None:
    _begun(store, ASKED)
    for other in (replace(ASKED, holder="key:2", digest="b"), replace(ASKED, key="order-4712", digest="c")):
        assert _begun(store, other) is None


def test_one_that_was_given_up_or_is_a_day_old_is_begun_anew(store: OpenStore) -> None:
    _begun(store, ASKED)
    anew = replace(ASKED, begun_at=NOON + 3 * MINUTE)
    assert _begun(store, anew) is None
    _finished(store, replace(anew, answer=ANSWER))
    much_later = replace(ASKED, begun_at=NOON + DAY)
    found = _begun(store, much_later)
    assert found is not None
    assert found.answer == ANSWER
    a_day_later = replace(ASKED, begun_at=NOON + DAY + 4 * MINUTE)
    assert _begun(store, a_day_later) is None


def test_a_forgotten_one_may_be_asked_again(store: OpenStore) -> None:
    _begun(store, ASKED)
    with store.begin() as work:
        work.kept_requests.forget(ASKED)
        work.commit()
    again = replace(ASKED, begun_at=NOON + MINUTE)
    assert _begun(store, again) is None


def test_an_answer_about_nobody_is_not_kept(store: OpenStore) -> None:
    _begun(store, ASKED)
    with pytest.raises(UnknownSubscriberError):
        _finished(store, replace(ASKED, answer=ANSWER, mailbox=CALLER))


def test_of_many_that_begin_at_once_one_is_the_first(sql_shop: Shop) -> None:
    at_once = 8
    stores, together = [sql_shop.store() for _ in range(at_once)], Barrier(at_once)

    def ask(number: int) -> bool:
        mine = replace(ASKED, digest=f"asked-{number}")
        together.wait()
        return _begun(stores[number], mine) is None

    with ThreadPoolExecutor(at_once) as pool:
        assert sum(pool.map(ask, range(at_once))) == 1


def test_old_ones_are_removed_a_few_at_a_time(store: OpenStore) -> None:
    for key in ("a", "b", "c"):
        _begun(store, replace(ASKED, key=key))
    _begun(store, replace(ASKED, key="young", begun_at=NOON + DAY))
    with store.begin() as work:
        gone = [work.kept_requests.purge(before=NOON + MINUTE, limit=2) for _ in range(3)]
        work.commit()
    assert gone == [2, 1, 0]
