"""Logging in on the page: a number, then a code by SMS to that number.

A code has six digits, holds for five minutes and bears three tries, in the browser that asked for it: who
asks in a subscriber's name makes no code of the subscriber's own useless, and learns nothing. Five an hour
are sent to a number. So whoever guesses has 15 tries an hour at one mailbox, and its owner is told of each
three by an SMS: one guesser in 66,000 is in within an hour. Addresses are limited beside that, in `http`.

An unknown number is answered as a known one: the same words after the same work, two hashes in all. As with
PINs, nothing is hashed while a transaction is open, and what was seen before the hashing is looked at again
behind it, so that guesses made at the same moment count one by one.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from personsvar.mailbox.model.ids import Number, TokenHash, WebSessionId
from personsvar.mailbox.model.notice import Facts, NoticeKind
from personsvar.mailbox.model.web_access import LoginCode, Role, WebSession
from personsvar.mailbox.notice_writer import NoticeWriter
from personsvar.mailbox.pin import hash_pin, pin_matches, waste_time
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.profile.tokens import hash_token, new_token
from personsvar.mailbox.services import Services

DIGITS = 6
LIFE = timedelta(minutes=5)
TRIES = 3
AN_HOUR = 5
"""So many codes are sent to one number within an hour."""
HOUR = timedelta(hours=1)


def send_code(services: Services, visit: str, number: Number | None) -> None:
    """Send one to the subscriber with that number, for the browser that holds the token `visit`.

    Say nothing of what was done: for an unknown number, or one that had its five, it is nothing.
    """
    code, now = services.chance.digits(DIGITS), services.clock.now()
    hashed, sealed = hash_pin(code), services.vault.seal(code)
    with services.store.begin() as uow:
        owner = None if number is None else uow.subscribers.get(number, for_change=True)
        if owner is None or uow.login_codes.count_since(owner.number, now - HOUR) >= AN_HOUR:
            return
        sent = LoginCode(hash_token(visit), owner.number, hashed, now, now + LIFE)
        uow.login_codes.add(sent)
        facts = Facts(at=now, secret=sealed, secret_until=sent.valid_until)
        NoticeWriter(uow, services.rules, now).post(
            owner, NoticeKind.LOGIN_CODE, facts, cause=f"login-code:{sent.visit}"
        )
        uow.commit()


def enter_code(services: Services, visit: str, entered: str, *, device: str) -> str | None:
    """Judge an entry. The right one begins a session, and its token is returned; None: it was no use.

    Why it was none is not told: a number we do not know has no code, and would be known by that.
    """
    which = hash_token(visit)
    with services.store.look() as uow:
        seen = uow.login_codes.get(which)
    matched = _matches(seen, entered)
    token = new_token(services.chance)
    with services.store.begin() as uow:
        now = services.clock.now()
        owner = _settle(uow, which, now, matched=matched)
        if owner is not None:
            uow.web_sessions.add(_session(uow, owner, token, device, now))
        uow.commit()
    return None if owner is None else token


def expire_codes(uow: UnitOfWork, now: datetime) -> int:
    """Remove those that count for nothing any more; how many."""
    return uow.login_codes.purge(before=now - HOUR)


def _matches(code: LoginCode | None, entered: str) -> bool:
    if code is None or not (entered.isascii() and entered.isdecimal() and len(entered) == DIGITS):
        waste_time()
        return False
    return pin_matches(entered, code.code)


def _settle(uow: UnitOfWork, visit: TokenHash, now: datetime, *, matched: bool) -> Number | None:
    """Whose session begins. A code that was used is over, and so is one after its third wrong entry."""
    code = uow.login_codes.get(visit, for_change=True)
    if code is None or now >= code.valid_until or code.wrong >= TRIES:
        return None
    if not matched:
        uow.login_codes.put(replace(code, wrong=code.wrong + 1))
        return None
    uow.login_codes.put(replace(code, valid_until=now))
    return code.number


def _session(uow: UnitOfWork, owner: Number, token: str, device: str, now: datetime) -> WebSession:
    role = Role.OPERATOR if Role.OPERATOR in uow.roles.of(owner) else Role.SUBSCRIBER
    return WebSession(WebSessionId(0), owner, hash_token(token), role, device, began_at=now, seen_at=now)
