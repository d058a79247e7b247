"""A subscriber's visual voicemail account: whose it is, how far it has come, and what an operator may do.

provisioned → Activate → new (never set up) or ready;  tutorial closed → ready
Deactivate → provisioned;  blocked from any, and back to provisioned
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from personsvar.mailbox import audit
from personsvar.mailbox.model.audit import Actor, AuditAction
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.notice import Channel, NewNotice, NoticeKind
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.model.visual_account import VisualAccount, VisualDialect, VisualStatus
from personsvar.mailbox.phone_numbers import normalise
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.services import Services

LONGEST_USER = 50
"""Letters of an IMAP user with its host (TS.46, `u`)."""


def imap_user(number: Number, host: str) -> str:
    """What the phone logs in as. Without a plus, for clients write it unquoted."""
    bare = number.removeprefix("+")
    whole = f"{bare}@{host}"
    return whole if host and len(whole) <= LONGEST_USER else bare


def owner_of(user: str, *, region: str) -> Number | None:
    """Whose mailbox somebody wants to log in to: the number before the @, if there is one."""
    bare = user.partition("@")[0]
    return normalise(bare if bare.startswith("+") else f"+{bare}", region=region)


def set_up(account: VisualAccount, subscriber: Subscriber) -> VisualStatus:
    """Of an active account. A VVM3 client sets a PIN that anybody can guess, so it has nothing to set up."""
    if account.dialect is VisualDialect.VVM3 or account.tutorial_closed or subscriber.welcomed:
        return VisualStatus.READY
    return VisualStatus.NEW


def close_tutorial(services: Services, number: Number) -> None:
    """The client has led its user through the PIN and the greeting."""
    _change(services, number, _closed)


def block(services: Services, number: Number, *, by: Actor) -> None:
    """The operator's word: the phone is told so when it asks, and can't log in."""
    _change(services, number, lambda account: replace(account, status=VisualStatus.BLOCKED), by=by)


def unblock(services: Services, number: Number, *, by: Actor) -> None:
    """As if it was never activated: the phone has to ask again."""
    _change(services, number, _unblocked, by=by)


def status_notice(number: Number, services: Services) -> NewNotice:
    """One row a subscriber, due again with each request: what it tells is looked up when it is sent."""
    return NewNotice(
        to=number,
        kind=NoticeKind.VISUAL_STATUS,
        channel=Channel.VISUAL,
        dedup_key=f"visual-status:{number}",
        created_at=services.clock.now(),
    )


def without_password(account: VisualAccount, status: VisualStatus) -> VisualAccount:
    return replace(account, status=status, password=None, password_sealed=None, activated_at=None)


def _closed(account: VisualAccount) -> VisualAccount:
    status = VisualStatus.READY if account.status is VisualStatus.NEW else account.status
    return replace(account, status=status, tutorial_closed=True)


def _unblocked(account: VisualAccount) -> VisualAccount:
    if account.status is not VisualStatus.BLOCKED:
        return account
    return without_password(account, VisualStatus.PROVISIONED)


def _change(
    services: Services,
    number: Number,
    change: Callable[[VisualAccount], VisualAccount],
    *,
    by: Actor | None = None,
) -> None:
    """`by`: for the audit trail. Raise UnknownSubscriberError when nobody has the number."""
    with services.store.begin() as uow:
        account = _held(uow, services, number)
        if (changed := change(account)) != account:
            uow.visual.put(changed)
            if by is not None:
                now, action = services.clock.now(), AuditAction.SUBSCRIBER_CHANGED
                audit.note(uow, now, by, action, mailbox=number, detail="visual")
            uow.commit()


def _held(uow: UnitOfWork, services: Services, number: Number) -> VisualAccount:
    uow.subscribers.need(number, for_change=True)
    found = uow.visual.get(number, for_change=True)
    return found or VisualAccount(number, services.rules.visual_dialect)
