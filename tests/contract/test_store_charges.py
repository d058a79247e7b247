"""Charges page by page (ports.CallBacks.charges_page)."""

from __future__ import annotations

from datetime import timedelta

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
