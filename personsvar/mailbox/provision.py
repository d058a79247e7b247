"""What an operator does with subscribers: add, set, remove, find, list.

Everything given is checked before anything is written, and every refusal says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from personsvar.mailbox import lookups
from personsvar.mailbox.details import Details, detailed
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.new_pin import change_pin, with_new_pin
from personsvar.mailbox.phone_numbers import parse_subscriber_number
from personsvar.mailbox.pin import check_pin, hash_pin, pin_matches
from personsvar.mailbox.services import Services

_PAGE = 500


def add_subscriber(services: Services, raw_number: str, details: Details) -> Subscriber:
    """Raise MailboxError when the number, the PIN or anything else will not do, or it is there already."""
    number = new_number(services, raw_number)
    subscriber = detailed(Subscriber(number, subscribed_at=services.clock.now()), details)
    if details.pin is not None:
        check_pin(details.pin, number)
        subscriber = with_new_pin(subscriber, hash_pin(details.pin), by_operator=True)
    with services.store.begin() as uow:
        uow.subscribers.add(subscriber)
        uow.commit()
    return subscriber


def set_subscriber(services: Services, raw_number: str, details: Details) -> Subscriber:
    """Change what is given and nothing else. A new PIN is told of, but not told, by SMS."""
    before = find_subscriber(services, raw_number)
    pin = _new_pin(before, details.pin)
    _put(services, before.number, details)
    if pin is not None:
        change_pin(services, before.number, pin, by_operator=True)
    return find_subscriber(services, before.number)


def remove_subscriber(services: Services, raw_number: str) -> Subscriber:
    """Purge the mailbox with all that is in it: numbers are used again."""
    subscriber = find_subscriber(services, raw_number)
    with services.store.begin() as uow:
        uow.subscribers.remove(subscriber.number)
        uow.commit()
    return subscriber


def find_subscriber(services: Services, raw_number: str) -> Subscriber:
    number = parse_subscriber_number(raw_number, region=services.rules.home_region)
    with services.store.look() as uow:
        return uow.subscribers.need(number)


def all_subscribers(services: Services) -> Iterator[Subscriber]:
    """By number, ascending; a page a transaction."""
    after: Number | None = None
    while page := _page(services, after):
        yield from page
        after = page[-1].number


def new_number(services: Services, raw: str) -> Number:
    """The number of a subscriber to be; raise MailboxError when none can have it."""
    number = parse_subscriber_number(raw, region=services.rules.home_region)
    if number == services.rules.access_number:
        raise MailboxError(f"{number} is the access number of the service")
    return number


def _new_pin(subscriber: Subscriber, pin: str | None) -> str | None:
    """The PIN to be set; None when there is none, or it is the one in use already."""
    if pin is None or (subscriber.pin is not None and pin_matches(pin, subscriber.pin)):
        return None
    check_pin(pin, subscriber.number, subscriber.previous_pins)
    return pin


def _put(services: Services, number: Number, details: Details) -> None:
    with services.store.begin() as uow:
        uow.subscribers.put(detailed(uow.subscribers.need(number, for_change=True), details))
        uow.commit()


def _page(services: Services, after: Number | None) -> Sequence[Subscriber]:
    with services.store.look() as uow:
        return uow.subscribers.list(after=after, limit=_PAGE)


def is_subscriber(services: Services, number: Number) -> bool:
    return lookups.subscriber(services, number) is not None
