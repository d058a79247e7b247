"""E-mail copies that could not be delivered: the owner hears of each once, in the main menu."""

from __future__ import annotations

from personsvar.mailbox.model import Channel, Subscriber
from personsvar.mailbox.services import Services


def failed_copies(services: Services, owner: Subscriber) -> int:
    """How many failed that the owner has not heard of; none for who has no copies any more."""
    if owner.email is None:
        return 0
    with services.store.look() as uow:
        return uow.outbox.untold_failures(owner.number, Channel.EMAIL)


def told_of_failed_copies(services: Services, owner: Subscriber) -> None:
    with services.store.begin() as uow:
        uow.outbox.mark_told(owner.number, Channel.EMAIL)
        uow.commit()
