"""The outbox between several: what two write in the same moment is not lost (ports.Outbox)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

from personsvar.mailbox.model.ledger import AttemptOutcome
from personsvar.mailbox.model.notice import Channel, Facts, NewNotice, Notice, NoticeKind, NoticeStatus
from tests.contract.outbox import add, claim, look, put, receipt, receive, send, settled, tried, write_back
from tests.contract.stores import CALLER, KARI, NOON, OpenStore

ROUNDS = 20
ACCEPTED = AttemptOutcome.ACCEPTED


def together(*steps: Callable[[], object]) -> None:
    """Each in a thread of its own, all starting in the same moment."""
    start = Barrier(len(steps))

    def step(do: Callable[[], object]) -> object:
        start.wait()
        return do()

    with ThreadPoolExecutor(len(steps)) as threads:
        list(threads.map(step, steps))


def test_a_receipt_and_its_submit_find_each_other(store: OpenStore) -> None:
    """Neither sees what the other has not committed: without a lock on the id, both would miss it."""
    for n in range(ROUNDS):
        added = add(store, f"n{n}")
        (held,) = claim(store)
        submit = settled(held, NoticeStatus.SENT, tried(ACCEPTED, f"id-{n}"))
        together(lambda: write_back(store, submit), lambda: receive(store, receipt(f"id-{n}")))  # noqa: B023 - they are over before the next round
        assert look(store, added).status is NoticeStatus.DELIVERED


def test_the_last_two_parts_in_the_same_moment_make_it_delivered(store: OpenStore) -> None:
    for n in range(ROUNDS):
        added = send(store, f"a{n}", f"b{n}", key=f"n{n}")
        together(lambda: receive(store, receipt(f"a{n}")), lambda: receive(store, receipt(f"b{n}")))  # noqa: B023 - see above
        assert look(store, added).status is NoticeStatus.DELIVERED


def test_batches_that_overlap_do_not_wait_for_each_other_for_ever(store: OpenStore) -> None:
    for n in range(ROUNDS):
        ids = [send(store, f"{n}-{part}", key=f"{n}-{part}") for part in range(4)]
        said = [receipt(f"{n}-{part}") for part in range(4)]
        together(lambda: receive(store, *said), lambda: receive(store, *said[::-1]))  # noqa: B023 - see above
        assert {look(store, each).status for each in ids} == {NoticeStatus.DELIVERED}


def test_a_call_is_counted_or_told_of_by_itself(store: OpenStore) -> None:
    """While a worker takes the notice, a second call joins it in time or is told that it is too late."""
    for n in range(ROUNDS):
        at = NOON + timedelta(seconds=n)
        facts = Facts(caller=CALLER, at=at)
        put(store, NewNotice(KARI, NoticeKind.MISSED_CALL, Channel.SMS, f"missed:{n}:sms", at, facts))
        told: list[Notice] = []
        joined: list[bool] = []
        together(
            lambda: joined.append(joins(store, f"missed:again-{n}", at)),  # noqa: B023 - both are over before the next round
            lambda: told.extend(claim(store, now=at)),  # noqa: B023 - see above
        )
        told.extend(claim(store, now=at))  # one that was being joined is passed by
        assert [each.facts.calls for each in told] == [2 if joined[0] else None]


def joins(store: OpenStore, cause: str, since: datetime) -> bool:
    at = since + timedelta(seconds=9)
    with store.begin() as work:
        joined = work.outbox.join_missed(to=KARI, caller=CALLER, cause=cause, at=at, since=since)
        work.commit()
    return joined


def test_a_lamp_renewed_while_it_is_written_back_goes_out_again_or_is_new(store: OpenStore) -> None:
    lamp = NewNotice(KARI, NoticeKind.MAILBOX_CHANGED, Channel.LAMP, "lamp", NOON, Facts(at=NOON))

    def renew() -> None:
        with store.begin() as work:
            work.outbox.renew(lamp)
            work.commit()

    for _ in range(ROUNDS):
        renew()
        (held,) = claim(store, channels=("lamp",))
        sent = settled(held, NoticeStatus.SENT, tried())
        together(renew, lambda: write_back(store, sent))  # noqa: B023 - it is over before the next round
        assert look(store, held.id).status is NoticeStatus.READY
