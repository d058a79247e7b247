"""How a subscriber comes to a PIN: given on the first call, asked for, changed, or reset by the operator.

Each use case hashes first and opens its one transaction afterwards. A PIN on its way by SMS is kept
sealed in the notice until it is sent; nothing else holds it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from personsvar.mailbox import audit
from personsvar.mailbox.local_time import local_day
from personsvar.mailbox.model.audit import Actor, AuditAction
from personsvar.mailbox.model.ids import Number, PinHash
from personsvar.mailbox.model.notice import Facts, NoticeKind
from personsvar.mailbox.model.subscriber import SparePin, Subscriber
from personsvar.mailbox.notice_writer import NoticeWriter
from personsvar.mailbox.pin import check_pin, hash_pin, random_pin
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.seen_versions import must_be_as_seen
from personsvar.mailbox.services import Services
from personsvar.mailbox.subscriber_version import version_of


def ensure_pin(services: Services, number: Number) -> Subscriber:
    """The first call: a subscriber without a PIN gets one by SMS; one with the operator's PIN is told
    how to change it. Once: when the call drops and the next one is first again, the PIN is the same.
    """
    with services.store.look() as uow:
        subscriber = uow.subscribers.need(number)
    if subscriber.welcomed and subscriber.pin is not None:
        return subscriber
    pin = random_pin(services.chance, number) if subscriber.pin is None else ""
    hashed = hash_pin(pin) if pin else None
    with services.store.begin() as uow:
        subscriber = _with_first_pin(uow, services, number, pin, hashed)
        uow.commit()
    return subscriber


def request_pin(services: Services, number: Number | None) -> None:
    """`*` at the PIN prompt: a spare PIN by SMS, a few a day; it lives 15 minutes, and the old one holds too.

    Says nothing of what it did: unknown numbers, and those who asked too often, take the same time.
    """
    pin = random_pin(services.chance, number)
    hashed, sealed = hash_pin(pin), services.vault.seal(pin)
    now = services.clock.now()
    until = now + timedelta(minutes=services.rules.requested_pin_minutes)
    with services.store.begin() as uow:
        subscriber = None if number is None else uow.subscribers.get(number, for_change=True)
        if subscriber is None or _asked_today(subscriber, now) >= services.rules.pin_requests_a_day:
            return
        uow.subscribers.put(_with_spare(subscriber, SparePin(hashed, until), now))
        facts = Facts(at=now, secret=sealed, secret_until=until)
        cause = f"requested-pin:{number}:{now.isoformat()}"
        NoticeWriter(uow, services.rules, now).post(subscriber, NoticeKind.REQUESTED_PIN, facts, cause=cause)
        uow.commit()


def change_pin(
    services: Services, number: Number, pin: str, *, by_operator: bool = False, by: Actor | None = None
) -> None:
    """Settings 4. `by`: who does it; None: the owner, by phone.

    Raise WeakPinError when the PIN may not be used.
    """
    with services.store.look() as uow:
        subscriber = uow.subscribers.need(number)
    check_pin(pin, number, _pins(subscriber))
    hashed, now, who = hash_pin(pin), services.clock.now(), by or audit.by_phone(number)
    with services.store.begin() as uow:
        subscriber = uow.subscribers.need(number, for_change=True)
        put_new_pin(uow, services.rules, now, subscriber, hashed, by=who, by_operator=by_operator)
        uow.commit()


def put_new_pin(
    uow: UnitOfWork,
    rules: Rules,
    now: datetime,
    subscriber: Subscriber,
    hashed: PinHash,
    *,
    by: Actor,
    by_operator: bool,
) -> Subscriber:
    """The new PIN holds from now; its owner is told that there is one, by SMS."""
    number, changed = subscriber.number, with_new_pin(subscriber, hashed, by_operator=by_operator)
    uow.subscribers.put(changed)
    audit.note(uow, now, by, AuditAction.PIN_CHANGED, mailbox=number)
    cause = f"pin-changed:{number}:{now.isoformat()}"
    NoticeWriter(uow, rules, now).post(subscriber, NoticeKind.PIN_CHANGED, Facts(at=now), cause=cause)
    return changed


def reset_pin(services: Services, number: Number, *, by: Actor, as_seen: str | None = None) -> None:
    """The operator gives a new PIN by SMS; the old one and a spare one no longer hold. Lifts no lock-out.

    `as_seen` is the `version_of` the subscriber that it was decided for. Raise StaleError when it is another
    one now: what is sent twice gives one PIN.
    """
    pin = random_pin(services.chance, number)
    hashed, now = hash_pin(pin), services.clock.now()
    with services.store.begin() as uow:
        subscriber = uow.subscribers.need(number, for_change=True)
        must_be_as_seen(version_of(subscriber, now), as_seen)
        uow.subscribers.put(with_new_pin(subscriber, hashed))
        audit.note(uow, now, by, AuditAction.PIN_RESET, mailbox=number)
        _post_pin(uow, services, subscriber, pin, cause=f"reset-pin:{number}:{now.isoformat()}")
        uow.commit()


def with_new_pin(subscriber: Subscriber, pin: PinHash, *, by_operator: bool = False) -> Subscriber:
    """The new PIN holds alone; of those before it the last two are remembered."""
    previous = _pins(subscriber)[:2]
    return replace(subscriber, pin=pin, previous_pins=previous, spare_pin=None, pin_by_operator=by_operator)


def _with_first_pin(
    uow: UnitOfWork, services: Services, number: Number, pin: str, hashed: PinHash | None
) -> Subscriber:
    subscriber = uow.subscribers.need(number, for_change=True)
    if subscriber.pin is None and hashed is not None:
        subscriber = with_new_pin(subscriber, hashed)
        uow.subscribers.put(subscriber)
        _post_pin(
            uow, services, subscriber, pin, cause=f"first-pin:{number}:{services.clock.now().isoformat()}"
        )
    elif subscriber.pin_by_operator:
        writer = NoticeWriter(uow, services.rules, services.clock.now())
        facts = Facts(at=writer.now)
        writer.post(subscriber, NoticeKind.FIRST_PIN, facts, cause=f"first-pin:{number}")
    return subscriber


def _post_pin(uow: UnitOfWork, services: Services, subscriber: Subscriber, pin: str, *, cause: str) -> None:
    now = services.clock.now()
    until = now + timedelta(days=services.rules.first_pin_days)
    facts = Facts(at=now, secret=services.vault.seal(pin), secret_until=until)
    NoticeWriter(uow, services.rules, now).post(subscriber, NoticeKind.FIRST_PIN, facts, cause=cause)


def _with_spare(subscriber: Subscriber, spare: SparePin, now: datetime) -> Subscriber:
    return replace(
        subscriber,
        spare_pin=spare,
        pin_requests_on=local_day(subscriber, now),
        pin_requests=_asked_today(subscriber, now) + 1,
    )


def _asked_today(subscriber: Subscriber, now: datetime) -> int:
    return subscriber.pin_requests if subscriber.pin_requests_on == local_day(subscriber, now) else 0


def _pins(subscriber: Subscriber) -> tuple[PinHash, ...]:
    current = () if subscriber.pin is None else (subscriber.pin,)
    return (*current, *subscriber.previous_pins)
