"""What a phone asks for by SMS: to activate visual voicemail, to end it, or how it stands.

Only the SMSC says who asks; nothing in the text does. A subscriber is served as soon as the phone asks.

Each activation makes a new password. It is kept twice: as a hash, to log in by, and sealed with the key of
the PINs, because a STATUS has to tell it again: a client that lost it (a restore, a new SIM) only asks for
the status, and a new one each time would lock out the client that asked a moment before. For the same reason
an activation that comes again within a minute is the same one: clients try again after five seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from personsvar.mailbox import audit
from personsvar.mailbox.errors import NotReadyError, UnknownSubscriberError
from personsvar.mailbox.model.audit import Actor, AuditAction
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.model.visual_account import OMTP, VisualAccount, VisualDialect, VisualStatus
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services
from personsvar.mailbox.visual.accounts import set_up, status_notice, without_password
from personsvar.mailbox.visual.password import hash_password, new_password

SAME_REQUEST = timedelta(seconds=60)
"""So long a client waits for an answer (TS.46); what comes again meanwhile is another try."""
WINDOW = timedelta(hours=1)
MOST_IN_WINDOW = 20
"""Answers: each is an SMS. A phone that starts four times in an hour stays below it."""
NEVER_ACTIVATE = frozenset({VisualDialect.VVM3, VisualDialect.IPHONE})
"""Their clients have no word for it: asking how it stands is all they do."""


class VisualRequestKind(StrEnum):
    ACTIVATE = "activate"
    DEACTIVATE = "deactivate"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class VisualRequest:
    """What stood in the SMS."""

    what: VisualRequestKind
    dialect: VisualDialect | None = None
    """What the phone speaks; None where the SMS does not show it."""
    client: str = ""
    port: int = 0
    prefix: str = ""


class RequestOutcome(StrEnum):
    ANSWERED = "answered"
    """The answer is in the outbox."""
    STRANGER = "stranger"
    """The number is no subscriber's: nothing was written."""
    TOO_OFTEN = "too-often"
    """The phone asked more often in an hour than is answered."""


def take_request(
    services: Services, sender: Number, asked: VisualRequest, *, by: Actor | None = None
) -> RequestOutcome:
    """The answer is committed when this returns. Raise StoreUnavailableError when it could not be.

    `sender` is whom the SMSC says it is from; `by`, who asks in the phone's place.
    """
    with services.store.begin() as uow:
        taken = _taken(uow, services, sender, asked)
        if by is not None and taken is not RequestOutcome.STRANGER:
            now, action = services.clock.now(), AuditAction.SUBSCRIBER_CHANGED
            audit.note(uow, now, by, action, mailbox=sender, detail="visual")
        uow.commit()
    return taken


def request_for(services: Services, owner: Number, asked: VisualRequest, *, by: Actor) -> None:
    """As if the phone had asked. Raise MailboxError when nobody has the number, or it asked too often."""
    taken = take_request(services, owner, asked, by=by)
    if taken is RequestOutcome.STRANGER:
        raise UnknownSubscriberError(f"{owner} is no subscriber")
    if taken is RequestOutcome.TOO_OFTEN:
        raise NotReadyError(f"{owner} asked too often within an hour: it is not answered")


def _taken(uow: UnitOfWork, services: Services, sender: Number, asked: VisualRequest) -> RequestOutcome:
    subscriber = uow.subscribers.get(sender, for_change=True)
    if subscriber is None:
        return RequestOutcome.STRANGER
    before = uow.visual.get(sender, for_change=True)
    account = before or VisualAccount(sender, dialect_of(asked, None, services.rules))
    account = _counted(account, services.clock.now())
    if account.asked > MOST_IN_WINDOW:
        if (
            asked.what is VisualRequestKind.DEACTIVATE
        ):  # whoever wants to be left alone is, though nobody confirms it
            uow.visual.put(_ended(account))
        return RequestOutcome.TOO_OFTEN
    known = None if before is None else account
    uow.visual.put(_after(services, known, _spoken(account, asked, services.rules), subscriber, asked))
    uow.outbox.renew(status_notice(sender, services))
    return RequestOutcome.ANSWERED


def dialect_of(asked: VisualRequest, account: VisualAccount | None, rules: Rules) -> VisualDialect:
    """As the SMS shows it; else as the phone spoke before, but a bare `STATUS` is never an iPhone's."""
    if asked.dialect is not None:
        return asked.dialect
    if account is not None and account.dialect is not VisualDialect.IPHONE:
        return account.dialect
    return rules.visual_dialect if asked.what is VisualRequestKind.STATUS else VisualDialect.OMTP_11


def _spoken(account: VisualAccount, asked: VisualRequest, rules: Rules) -> VisualAccount:
    """The account as this phone speaks. A bare request says nothing of the client: what is known stays."""
    if account.status is VisualStatus.BLOCKED or asked.what is VisualRequestKind.DEACTIVATE:
        return account
    spoken = replace(account, dialect=dialect_of(asked, account, rules))
    if asked.dialect is None and spoken.dialect is account.dialect:
        return spoken
    return replace(spoken, port=asked.port, prefix=asked.prefix, client=asked.client)


def _after(
    services: Services,
    before: VisualAccount | None,
    now: VisualAccount,
    subscriber: Subscriber,
    asked: VisualRequest,
) -> VisualAccount:
    known = before if before is not None and _is_same_phone(before, now) else None
    if now.status is VisualStatus.BLOCKED:
        return now
    if asked.what is VisualRequestKind.DEACTIVATE:
        return _ended(now)
    if known is not None and _is_same_request(known, now, services.clock.now()):
        return replace(now, status=set_up(now, subscriber))
    if _activates(known, now, asked):
        return _activated(services, now, subscriber)
    return replace(now, status=set_up(now, subscriber)) if known and known.is_active else _ended(now)


def _activates(known: VisualAccount | None, now: VisualAccount, asked: VisualRequest) -> bool:
    """CVVM in vvmd asks for the status first and takes what it gets; AOSP's, after a Deactivate, does not."""
    if asked.what is VisualRequestKind.ACTIVATE:
        return True
    if now.dialect in NEVER_ACTIVATE:
        return known is None or not known.is_active
    return known is None and now.dialect is VisualDialect.CVVM


def _is_same_request(known: VisualAccount, now: VisualAccount, at: datetime) -> bool:
    if known.activated_at is None or at - known.activated_at >= SAME_REQUEST or not known.is_active:
        return False
    return (known.dialect, known.client, known.port) == (now.dialect, now.client, now.port)


def _is_same_phone(before: VisualAccount, now: VisualAccount) -> bool:
    """The versions of OMTP are one language; another one is another phone with the same SIM."""
    both = {before.dialect, now.dialect}
    return len(both) == 1 or both <= OMTP


def _activated(services: Services, account: VisualAccount, subscriber: Subscriber) -> VisualAccount:
    password = new_password(services.chance)
    return replace(
        account,
        status=set_up(account, subscriber),
        password=hash_password(password),
        password_sealed=services.vault.seal(password),
        activated_at=services.clock.now(),
    )


def _ended(account: VisualAccount) -> VisualAccount:
    blocked = account.status is VisualStatus.BLOCKED
    return account if blocked else without_password(account, VisualStatus.PROVISIONED)


def _counted(account: VisualAccount, now: datetime) -> VisualAccount:
    since = account.asked_since
    if since is None or now - since >= WINDOW:
        return replace(account, asked=1, asked_since=now)
    return replace(account, asked=account.asked + 1)
