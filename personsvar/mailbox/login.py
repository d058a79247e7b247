"""Logging in with a PIN (docs/call-flow.md, 7): one entry judged, counted and told.

From elsewhere an entry counts for the mailbox, for the calling number and for the whole service; on
the own phone only for the own phone. The same time passes whatever is wrong: two hashes are always
made (of the PIN and of the spare one), before any transaction begins. What was seen before the
hashing is looked at again behind it, so that guesses made at the same moment don't slip past a lock.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from personsvar.mailbox import audit, lockout
from personsvar.mailbox.model.audit import Actor, AuditAction
from personsvar.mailbox.model.ids import Number, PinHash
from personsvar.mailbox.model.lock import Lock, LockScope
from personsvar.mailbox.model.notice import Facts, NoticeKind
from personsvar.mailbox.model.subscriber import ElsewhereLogin, Subscriber
from personsvar.mailbox.new_pin import change_pin, ensure_pin, request_pin, reset_pin
from personsvar.mailbox.notice_writer import NoticeWriter
from personsvar.mailbox.pin import LONGEST, pin_matches, waste_time
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.services import Services

__all__ = [
    "LoginResult",
    "acknowledge_log_in",
    "change_pin",
    "ensure_pin",
    "request_pin",
    "reset_pin",
    "try_pin",
    "unlock",
]
"""The use cases of the PIN under one name; those that make a new one are in `new_pin`."""

log = logging.getLogger(__name__)


class LoginResult(StrEnum):
    OK = "ok"
    WRONG = "wrong"
    CLOSED = "closed"
    """This way in is closed; from elsewhere that is said in the words of WRONG."""


@dataclass(frozen=True, slots=True)
class _Entry:
    number: Number | None
    caller: Number | None
    own_phone: bool
    pin: str = field(repr=False)

    def ways_in(self, subscriber: Subscriber | None) -> Sequence[tuple[LockScope, str]]:
        """Whose counters this entry touches. An unknown number has none, or guessing would fill the store."""
        mailbox = "" if subscriber is None else subscriber.number
        if self.own_phone:
            return [(LockScope.OWN_PHONE, mailbox)] if mailbox else []
        without_number, service = lockout.shared_keys(self.pin)
        ways = [(LockScope.CALLER, self.caller or without_number), (LockScope.SERVICE, service)]
        return [(LockScope.MAILBOX, mailbox), *ways] if mailbox else ways


def try_pin(
    services: Services, number: Number | None, pin: str, *, caller: Number | None, own_phone: bool
) -> LoginResult:
    """Judge one entry for the mailbox `number` (None: what was typed is no number).

    `caller` is vouched for and not withheld (`arrival.calling_number`), else None. `own_phone`:
    the owner row of the arrival, with "always ask for PIN".
    """
    entry = _Entry(number, caller, own_phone, pin)
    with services.store.look() as uow:
        subscriber = _subscriber(uow, number)
    matched = _match(subscriber, pin, services.clock.now())
    with services.store.begin() as uow:
        result = _settle(uow, services, entry, matched)
        uow.commit()
    return result


def acknowledge_log_in(services: Services, number: Number) -> None:
    """The owner has heard of the last log-in from elsewhere; it is told once."""
    with services.store.begin() as uow:
        subscriber = uow.subscribers.get(number, for_change=True)
        if subscriber is not None and subscriber.elsewhere_login is not None:
            login = replace(subscriber.elsewhere_login, acknowledged=True)
            uow.subscribers.put(replace(subscriber, elsewhere_login=login))
            uow.commit()


def unlock(services: Services, number: Number, *, by: Actor) -> None:
    """The operator opens a mailbox's ways in again."""
    now = services.clock.now()
    with services.store.begin() as uow:
        audit.note(uow, now, by, AuditAction.UNLOCKED, mailbox=uow.subscribers.need(number).number)
        for scope in (LockScope.MAILBOX, LockScope.OWN_PHONE, LockScope.CALLER):
            uow.locks.put(lockout.after_right_pin(uow.locks.get(scope, number, for_change=True), now))
        uow.commit()


def locks_of(services: Services, number: Number) -> list[Lock]:
    """The counters of wrong PINs of a mailbox's own ways in: from elsewhere, and on the own phone."""
    with services.store.look() as uow:
        return [uow.locks.get(scope, number) for scope in (LockScope.MAILBOX, LockScope.OWN_PHONE)]


def _match(subscriber: Subscriber | None, pin: str, now: datetime) -> PinHash | None:
    """The kept PIN that was entered. Two hashes, always; an entry too long holds no PIN."""
    matched = None
    for kept in _kept(subscriber, now):
        if kept is None or len(pin) > LONGEST:
            waste_time()
        elif pin_matches(pin, kept):
            matched = matched or kept
    return matched


def _kept(subscriber: Subscriber | None, now: datetime) -> tuple[PinHash | None, PinHash | None]:
    if subscriber is None:
        return None, None
    spare = subscriber.spare_pin
    return subscriber.pin, spare.hash if spare is not None and now <= spare.valid_until else None


def _settle(uow: UnitOfWork, services: Services, entry: _Entry, matched: PinHash | None) -> LoginResult:
    now = services.clock.now()
    subscriber = _subscriber(uow, entry.number, for_change=True)
    locks = [uow.locks.get(scope, key, for_change=True) for scope, key in entry.ways_in(subscriber)]
    if _is_closed(locks, now):
        return LoginResult.CLOSED
    writer = NoticeWriter(uow, services.rules, now)
    if subscriber is None or matched is None or matched not in _kept(subscriber, now):
        _count_wrong(writer, entry, subscriber, locks)
        return LoginResult.WRONG
    _let_in(writer, entry, subscriber, matched)
    _end_rows(uow, locks, now)
    return LoginResult.OK


def _is_closed(locks: Sequence[Lock], now: datetime) -> bool:
    """Closed for this very mailbox or caller; or for many, and the caller is not above suspicion."""
    closed = [lock for lock in locks if lockout.is_closed(lock, now)]
    return any(not lockout.is_shared(lock) for lock in closed) or (
        bool(closed) and not any(_is_above_suspicion(lock) for lock in locks)
    )


def _is_above_suspicion(lock: Lock) -> bool:
    """A vouched-for number that guessed nothing wrong."""
    return (
        lock.scope is LockScope.CALLER
        and not lockout.is_without_number(lock)
        and not lock.failures + lock.closures
    )


def _count_wrong(
    writer: NoticeWriter, entry: _Entry, subscriber: Subscriber | None, locks: Sequence[Lock]
) -> None:
    for before in locks:
        after = lockout.after_wrong_pin(before, writer.rules, writer.now)
        writer.uow.locks.put(after)
        if after.closures > before.closures and lockout.is_closed(after, writer.now):
            _tell_closed(writer, subscriber, after, entry)


def _tell_closed(writer: NoticeWriter, subscriber: Subscriber | None, lock: Lock, entry: _Entry) -> None:
    """The owner hears of a closed mailbox by SMS, the operator of the rest by the log, without any number."""
    log.warning("log-in closed", extra={"scope": lock.scope, "until": lock.closed_until})
    if subscriber is not None and lock.scope in {LockScope.MAILBOX, LockScope.OWN_PHONE}:
        facts = Facts(at=writer.now, caller=entry.caller)
        cause = f"locked-out:{subscriber.number}:{lock.scope}:{writer.now.isoformat()}"
        writer.post(subscriber, NoticeKind.LOCKED_OUT, facts, cause=cause)


def _let_in(writer: NoticeWriter, entry: _Entry, subscriber: Subscriber, matched: PinHash) -> None:
    if matched != subscriber.pin:
        subscriber = _with_spare_as_pin(subscriber, matched)
    if not entry.own_phone:
        login = ElsewhereLogin(at=writer.now, caller=entry.caller)
        subscriber = replace(subscriber, elsewhere_login=login)
        facts = Facts(at=login.at, caller=login.caller)
        cause = f"login-elsewhere:{subscriber.number}:{login.at.isoformat()}"
        writer.post(subscriber, NoticeKind.LOGIN_ELSEWHERE, facts, cause=cause)
    writer.uow.subscribers.put(subscriber)


def _with_spare_as_pin(subscriber: Subscriber, spare: PinHash) -> Subscriber:
    """A PIN sent on request takes effect at its first use."""
    before = [subscriber.pin] if subscriber.pin is not None else []
    previous = (*before, *subscriber.previous_pins)[:2]
    return replace(subscriber, pin=spare, previous_pins=previous, spare_pin=None, pin_by_operator=False)


def _end_rows(uow: UnitOfWork, locks: Sequence[Lock], now: datetime) -> None:
    wrong = sum(lock.failures for lock in locks if lock.scope is LockScope.MAILBOX)
    for lock in locks:
        if lock.scope is LockScope.CALLER and not lockout.is_shared(lock):
            uow.locks.put(lockout.forgiven(lock, wrong, now))
        elif not lockout.is_shared(lock):
            uow.locks.put(lockout.after_right_pin(lock, now))


def _subscriber(uow: UnitOfWork, number: Number | None, *, for_change: bool = False) -> Subscriber | None:
    return None if number is None else uow.subscribers.get(number, for_change=for_change)
