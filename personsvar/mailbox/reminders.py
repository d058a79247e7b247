"""What an owner is reminded of: messages soon removed by their age, and an absence greeting that is on.

Each mailbox has its time for each of the two. A round finds those that are due by an index, sees to each
in a transaction of its own, and sets the next time in the same one. So a round may come as often as it
likes, from several processes at once, and what was missed while all of them were down is told when one is up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from personsvar.mailbox.absence_reminder import remind_of_absence
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.ports.reminder_search import Reminder, ReminderPlace
from personsvar.mailbox.removal_reminder import look_at_all, remind_of_removal
from personsvar.mailbox.services import Services


def remind_once(services: Services, rest: Callable[[], None] = lambda: None) -> int:
    """Send the reminders that are due; how many. `rest` is called between any two of them."""
    look_at_all(services, rest)
    sent = sum(remind_of_absence(services, owner) for owner in _due(services, Reminder.ABSENCE, rest))
    return sent + sum(remind_of_removal(services, owner) for owner in _due(services, Reminder.REMOVALS, rest))


def _due(services: Services, reminder: Reminder, rest: Callable[[], None]) -> Iterator[Number]:
    """Whose time has come; a page's transaction is over before any of them is reminded."""
    last: ReminderPlace | None = None
    while page := _page(services, reminder, last):
        for place in page:
            yield place.number
            rest()
        last = page[-1]


def _page(services: Services, reminder: Reminder, after: ReminderPlace | None) -> Sequence[ReminderPlace]:
    with services.store.look() as uow:
        return uow.subscribers.due(reminder, now=services.clock.now(), after=after)
