"""What an operator does with subscribers: add, set, remove, find, list.

Everything given is checked before anything is written, and every refusal says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields

from personsvar.mailbox import audit, lookups
from personsvar.mailbox.details import Details, detailed
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.audit import Actor, AuditAction
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.new_pin import put_new_pin, with_new_pin
from personsvar.mailbox.page_by_page import page_by_page
from personsvar.mailbox.phone_numbers import parse_subscriber_number
from personsvar.mailbox.pin import check_pin, hash_pin, pin_matches
from personsvar.mailbox.seen_versions import must_be_as_seen
from personsvar.mailbox.services import Services
from personsvar.mailbox.subscriber_version import version_of
from personsvar.mailbox.transcription.consent import consented, forget_unwished, noted_consent


def add_subscriber(services: Services, raw_number: str, details: Details, *, by: Actor) -> Subscriber:
    """Raise MailboxError when the number, the PIN or anything else will not do, or it is there already."""
    number, now = new_number(services, raw_number), services.clock.now()
    subscriber = _with(services, None, Subscriber(number, subscribed_at=now), details)
    if details.pin is not None:
        check_pin(details.pin, number)
        subscriber = with_new_pin(subscriber, hash_pin(details.pin), by_operator=True)
    with services.store.begin() as uow:
        uow.subscribers.add(subscriber)
        consent = noted_consent(subscriber) if subscriber.wishes.transcripts else ""
        audit.note(uow, now, by, AuditAction.SUBSCRIBER_ADDED, mailbox=number, detail=consent)
        uow.commit()
    return subscriber


def check_subscriber(services: Services, raw_number: str, details: Details) -> tuple[Number, bool]:
    """The number, and whether it would be added (else set). Raise what those would; nothing is changed."""
    number = new_number(services, raw_number)
    found = lookups.subscriber(services, number)
    _with(services, found, found or Subscriber(number), details)
    if found is not None:
        _new_pin(found, details.pin)
    elif details.pin is not None:
        check_pin(details.pin, number)
    return number, found is None


def set_subscriber(
    services: Services, raw_number: str, details: Details, *, by: Actor, as_seen: str | None = None
) -> Subscriber:
    """Change what is given and nothing else. A new PIN is told of, but not told, by SMS.

    `as_seen` is the `version_of` the subscriber that the change was made for. Raise StaleError when it is
    another one now.
    """
    before = find_subscriber(services, raw_number)
    pin = _new_pin(before, details.pin)
    hashed, now = None if pin is None else hash_pin(pin), services.clock.now()
    with services.store.begin() as uow:
        found = uow.subscribers.need(before.number, for_change=True)
        must_be_as_seen(version_of(found, now), as_seen)
        changed = _with(services, found, found, details)
        if changed != found:
            uow.subscribers.put(changed)
            forget_unwished(uow, found, changed, now)
            what = ", ".join(_changed_fields(found, changed))
            audit.note(uow, now, by, AuditAction.SUBSCRIBER_CHANGED, mailbox=found.number, detail=what)
        if hashed is not None:
            changed = put_new_pin(uow, services.rules, now, changed, hashed, by=by, by_operator=True)
        uow.commit()
    return changed


def remove_subscriber(
    services: Services, raw_number: str, *, by: Actor, as_seen: str | None = None
) -> Subscriber:
    """Purge the mailbox with all that is in it: numbers are used again.

    Raise StaleError as `set_subscriber` does.
    """
    number, now = find_subscriber(services, raw_number).number, services.clock.now()
    with services.store.begin() as uow:
        subscriber = uow.subscribers.need(number, for_change=True)
        must_be_as_seen(version_of(subscriber, now), as_seen)
        uow.subscribers.remove(number)
        audit.note(uow, now, by, AuditAction.SUBSCRIBER_REMOVED)
        uow.commit()
    return subscriber


def find_subscriber(services: Services, raw_number: str) -> Subscriber:
    number = parse_subscriber_number(raw_number, region=services.rules.home_region)
    with services.store.look() as uow:
        return uow.subscribers.need(number)


def all_subscribers(
    services: Services, *, after: Number | None = None, most: int | None = None
) -> Iterator[Subscriber]:
    """By number, ascending; a page a transaction."""
    return page_by_page(
        services,
        lambda uow, last, limit: uow.subscribers.list(after=last, limit=limit),
        lambda it: it.number,
        after=after,
        most=most,
    )


def some_subscribers(services: Services, *, after: Number | None, limit: int) -> Sequence[Subscriber]:
    """By number, ascending, from behind `after`."""
    with services.store.look() as uow:
        return uow.subscribers.list(after=after, limit=limit)


def new_number(services: Services, raw: str) -> Number:
    """The number of a subscriber to be; raise MailboxError when none can have it."""
    number = parse_subscriber_number(raw, region=services.rules.home_region)
    if number == services.rules.access_number:
        raise MailboxError(f"{number} is the access number of the service")
    return number


def _with(services: Services, before: Subscriber | None, them: Subscriber, details: Details) -> Subscriber:
    """`before`: None for a new one."""
    changed = detailed(them, details, services.clock.now())
    return consented(services.rules, before, changed, to=details.transcripts_consented_to)


def _new_pin(subscriber: Subscriber, pin: str | None) -> str | None:
    """The PIN to be set; None when there is none, or it is the one in use already."""
    if pin is None or (subscriber.pin is not None and pin_matches(pin, subscriber.pin)):
        return None
    check_pin(pin, subscriber.number, subscriber.previous_pins)
    return pin


def _changed_fields(before: Subscriber, after: Subscriber) -> Iterator[str]:
    """Their names, as `subscriber show` has them."""
    for value, changed in ((before, after), (before.wishes, after.wishes)):
        for one in fields(value):
            if one.name != "wishes" and getattr(value, one.name) != getattr(changed, one.name):
                is_consent = one.name == "transcripts_consented_to" and after.wishes.transcripts
                yield noted_consent(after) if is_consent else one.name


def is_subscriber(services: Services, number: Number) -> bool:
    return lookups.subscriber(services, number) is not None
