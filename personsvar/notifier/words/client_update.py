"""What a letter to a phone's client tells: nothing stands in its notice, all is as it is now."""

from __future__ import annotations

from dataclasses import dataclass, field

from personsvar.mailbox.errors import SealBrokenError
from personsvar.mailbox.model.message import Message, State
from personsvar.mailbox.model.notice import Notice, NoticeKind
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.model.visual_account import VisualAccount
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.ports.world import Vault
from personsvar.notifier.delivery_errors import UndeliverableError


@dataclass(frozen=True, slots=True)
class ClientUpdate:
    account: VisualAccount
    new_count: int
    message: Message | None
    """The new one; None where it is gone from the inbox by now, and where nothing is new."""
    zone: str
    """The subscriber's own."""
    password: str | None = field(default=None, repr=False)
    """For who may log in."""


def client_update(uow: UnitOfWork, vault: Vault, notice: Notice, subscriber: Subscriber) -> ClientUpdate:
    """Raise UndeliverableError where the phone has no visual voicemail any more."""
    account = uow.visual.get(notice.to)
    if account is None:
        raise UndeliverableError("this subscriber has no visual voicemail")
    status = notice.kind is NoticeKind.VISUAL_STATUS
    if not account.is_active and not status:
        raise UndeliverableError("visual voicemail is not active any more")
    return ClientUpdate(
        account=account,
        new_count=uow.messages.counts(notice.to).new,
        message=_message(uow, notice),
        zone=subscriber.time_zone,
        password=_password(vault, account) if status else None,
    )


def _message(uow: UnitOfWork, notice: Notice) -> Message | None:
    if notice.kind is not NoticeKind.NEW_MESSAGE or notice.facts.message is None:
        return None
    found = uow.messages.get(notice.facts.message)
    return None if found is None or found.state is State.DELETED or found.marks.hidden else found


def _password(vault: Vault, account: VisualAccount) -> str | None:
    if not account.is_active or account.password_sealed is None:
        return None
    try:
        return vault.open(account.password_sealed)
    except SealBrokenError as wrong:
        raise UndeliverableError(f"the password can't be read: {wrong}") from wrong
