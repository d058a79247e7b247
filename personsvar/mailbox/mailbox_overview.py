"""How it stands with a mailbox, for whoever looks after the service: what is in it and set for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from personsvar.mailbox.availability import availability
from personsvar.mailbox.lockout import is_closed
from personsvar.mailbox.login import locks_of
from personsvar.mailbox.model.availability import Availability
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.lock import Lock
from personsvar.mailbox.model.message import Counts
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.provision import find_subscriber
from personsvar.mailbox.services import Services
from personsvar.mailbox.subscriber_version import version_of


@dataclass(frozen=True, slots=True)
class MailboxOverview:
    owner: Subscriber
    version: str
    """Of the owner's settings: what is decided on them counts only as long as it is the same."""
    counts: Counts
    greetings: Sequence[GreetingKind]
    """Those in use."""
    availability: Availability
    locks: Sequence[Lock]
    """The owner's ways in: from elsewhere, and on the own phone."""
    is_locked: bool
    """One of them is closed."""


def mailbox_overview(services: Services, raw_number: str) -> MailboxOverview:
    """Raise MailboxError for what is no subscriber's number."""
    owner, now = find_subscriber(services, raw_number), services.clock.now()
    locks = locks_of(services, owner.number)
    with services.store.look() as uow:
        current = {kind: uow.greetings.current(owner.number, kind) for kind in GreetingKind}
        return MailboxOverview(
            owner=owner,
            version=version_of(owner, now),
            counts=uow.messages.counts(owner.number),
            greetings=[kind for kind, greeting in current.items() if greeting is not None],
            availability=availability(uow, owner, services.bank_holidays, now),
            locks=locks,
            is_locked=any(is_closed(lock, now) for lock in locks),
        )
