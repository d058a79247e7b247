"""Answered call backs, as the operator bills them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from personsvar.mailbox.model.charge import CallBack
from personsvar.mailbox.model.ids import CallBackId, Number
from personsvar.mailbox.page_by_page import page_by_page
from personsvar.mailbox.services import Services


def all_charges(
    services: Services,
    *,
    mailbox: Number | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    after: CallBackId | None = None,
    most: int | None = None,
) -> Iterator[CallBack]:
    """Oldest first; a page a transaction: a month may be long."""
    return page_by_page(
        services,
        lambda uow, last, limit: uow.call_backs.charges_page(
            mailbox=mailbox, since=since, until=until, after=last, limit=limit
        ),
        lambda it: it.id,
        after=after,
        most=most,
        may_be_late=True,
    )
