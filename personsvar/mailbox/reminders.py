"""What an owner is reminded of: messages soon removed by their age, and an absence greeting that is on.

Each mailbox has its time for each of the two. A round finds those that are due by an index, sees to each
in a transaction of its own, and sets the next time in the same one. So a round may come as often as it
likes, from several processes at once, and what was missed while all of them were down is told when one is up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from personsvar.mailbox.absence_reminder import due_for_absence, remind_of_absence
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.removal_reminder import WARNED, due_for_removal, remind_of_removal
from personsvar.mailbox.services import Services

_Due = Callable[[UnitOfWork, Number | None], Sequence[Subscriber]]


def remind_once(services: Services) -> int:
    """Send the reminders that are due; how many."""
    sent = sum(remind_of_absence(services, it) for it in _pages(services, due_for_absence(services)))
    for state in WARNED:
        due = _pages(services, due_for_removal(services, state))
        sent += sum(remind_of_removal(services, it) for it in due)
    return sent


def _pages(services: Services, due: _Due) -> Iterator[Number]:
    """By number, a page a transaction, which is over before any of them is reminded."""
    last: Number | None = None
    while page := _page(services, due, last):
        yield from page
        last = page[-1]


def _page(services: Services, due: _Due, after: Number | None) -> Sequence[Number]:
    with services.store.look() as uow:
        return [it.number for it in due(uow, after)]
