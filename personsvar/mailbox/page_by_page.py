"""A list that may be as long as there are subscribers: a page a transaction, and no more of it in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.services import Services

Item = TypeVar("Item")
Last = TypeVar("Last")

PAGE = 500


def page_by_page(
    services: Services,
    page: Callable[[UnitOfWork, Last | None, int], Sequence[Item]],
    last_of: Callable[[Item], Last],
    *,
    after: Last | None = None,
    most: int | None = None,
    may_be_late: bool = False,
) -> Iterator[Item]:
    """`page`: so many from behind the last one; `last_of`: what it is called there. None: all there are."""
    left = most
    while left is None or left > 0:
        wanted = PAGE if left is None else min(left, PAGE)
        with services.store.look(may_be_late=may_be_late) as uow:
            found = page(uow, after, wanted)
        yield from found
        if len(found) < wanted:
            return
        after, left = last_of(found[-1]), None if left is None else left - len(found)
