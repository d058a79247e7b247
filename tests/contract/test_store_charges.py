"""Charges page by page (ports.CallBacks.charges_page)."""

from __future__ import annotations

from datetime import timedelta

from personsvar.mailbox.model.ids import CallBackId
from tests.contract.stores import CALLER, KARI, NOON, OLA, OpenStore

HOUR = timedelta(hours=1)


def test_answered_ones_are_found_by_whose_and_when_from_behind_the_last(store: OpenStore) -> None:
    with store.begin() as work:
        made = [
            work.call_backs.add((KARI, OLA)[n % 2], CALLER, at=NOON + n * HOUR, price_ore=300)
            for n in range(5)
        ]
        for one in made[:4]:
            work.call_backs.answered(one)
        work.commit()
    with store.look() as work:
        found = {
            "all": work.call_backs.charges_page(),
            "page": work.call_backs.charges_page(after=made[0], limit=2),
            "mailbox": work.call_backs.charges_page(mailbox=OLA),
            "since": work.call_backs.charges_page(since=NOON + 2 * HOUR),
            "until": work.call_backs.charges_page(until=NOON + 2 * HOUR),
            "none": work.call_backs.charges_page(after=made[3]),
        }
    assert {asked: [one.id for one in charges] for asked, charges in found.items()} == {
        "all": made[:4],
        "page": made[1:3],
        "mailbox": [made[1], made[3]],
        "since": made[2:4],
        "until": made[:2],
        "none": [],
    }


def test_a_page_ends_by_time_though_a_clock_went_back(store: OpenStore) -> None:
    with store.begin() as work:
        made = [
            work.call_backs.add(KARI, CALLER, at=NOON + hours * HOUR, price_ore=300) for hours in (2, 0, 1, 1)
        ]
        for one in made:
            work.call_backs.answered(one)
        work.commit()
    in_order, found = [made[1], made[2], made[3], made[0]], list[CallBackId]()
    with store.look() as work:
        while page := work.call_backs.charges_page(after=found[-1] if found else None, limit=1):
            found += [one.id for one in page]
        assert found == in_order
        assert work.call_backs.charges_page(after=CallBackId(made[3] + 1000)) == []


def test_behind_one_that_was_removed_its_number_decides(store: OpenStore) -> None:
    with store.begin() as work:
        made = [work.call_backs.add(KARI, CALLER, at=NOON + n * HOUR, price_ore=300) for n in range(3)]
        for one in made[1:]:
            work.call_backs.answered(one)
        work.call_backs.purge(answered=False, before=NOON + HOUR, limit=9)
        work.commit()
    with store.look() as work:
        assert [one.id for one in work.call_backs.charges_page(after=made[0])] == made[1:]
