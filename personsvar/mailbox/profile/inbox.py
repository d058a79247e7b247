"""The mailbox as its owner sees it on the page: by parts, the newest first, and nobody else's.

What is another's is not there: a message is found, heard or changed only through its owner.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from personsvar.mailbox import audit
from personsvar.mailbox.availability import availability
from personsvar.mailbox.listening import deleted_now, heard_now, saved_unless_deleted, taken_back_now
from personsvar.mailbox.model.audit import Actor, AuditAction
from personsvar.mailbox.model.availability import Availability
from personsvar.mailbox.model.ids import MessageId, Number
from personsvar.mailbox.model.message import Counts, Message, State
from personsvar.mailbox.ports.message_search import MessagePlace, MessagesWanted
from personsvar.mailbox.services import Services

PAGE = 20
"""Messages."""


class InboxPart(StrEnum):
    INBOX = "inbox"
    SAVED = "saved"
    DELETED = "deleted"

    @property
    def states(self) -> tuple[State, ...]:
        return _STATES[self]


_STATES = {
    InboxPart.INBOX: (State.NEW, State.HEARD),
    InboxPart.SAVED: (State.SAVED,),
    InboxPart.DELETED: (State.DELETED,),
}


class MessageChange(StrEnum):
    """What its owner does to a message; on the page, a button."""

    HEARD = "heard"
    SAVE = "save"
    DELETE = "delete"
    TAKE_BACK = "take-back"


_CHANGES: dict[MessageChange, tuple[Callable[[Message, datetime], Message], AuditAction]] = {
    MessageChange.HEARD: (heard_now, AuditAction.MESSAGE_CHANGED),
    MessageChange.SAVE: (saved_unless_deleted, AuditAction.MESSAGE_CHANGED),
    MessageChange.DELETE: (deleted_now, AuditAction.MESSAGE_DELETED),
    MessageChange.TAKE_BACK: (taken_back_now, AuditAction.MESSAGE_TAKEN_BACK),
}


@dataclass(frozen=True, slots=True)
class InboxView:
    part: InboxPart
    counts: Counts
    messages: Sequence[Message]
    names: Mapping[Number, str]
    """What their callers are called."""
    availability: Availability
    older: MessageId | None
    """From which message on the next page goes, when there is one."""


def view(services: Services, owner: Number, part: InboxPart, *, before: MessageId | None = None) -> InboxView:
    """A page of one part; `before` is the last message of the page before it, wherever that is now."""
    with services.store.look() as uow:
        last = None if before is None else uow.messages.get(before)
        if last is not None and last.mailbox != owner:
            last = None
        beyond = None if last is None else MessagePlace(last.received_at, last.id)
        found = uow.messages.search(MessagesWanted(owner, states=part.states), behind=beyond, limit=PAGE + 1)
        callers = {message.caller for message in found if message.caller is not None}
        names = uow.caller_names.known(owner, callers)
        counts = uow.messages.counts(owner)
        subscriber = uow.subscribers.need(owner)
        now = availability(uow, subscriber, services.bank_holidays, services.clock.now())
    shown = found[:PAGE]
    return InboxView(part, counts, shown, names, now, shown[-1].id if len(found) > PAGE else None)


def own_message(services: Services, owner: Number, which: MessageId) -> Message | None:
    with services.store.look() as uow:
        found = uow.messages.get(which)
    return found if found is not None and found.mailbox == owner else None


def change_message(
    services: Services, owner: Number, which: MessageId, change: MessageChange, *, by: Actor
) -> Message | None:
    """None when the owner has no such message. Done twice, it is done once.

    What is deleted stays so, whatever else an old page asks, until it is taken back.
    """
    now, (become, action) = services.clock.now(), _CHANGES[change]
    with services.store.begin() as uow:
        before = uow.messages.get(which, for_change=True)
        if before is None or before.mailbox != owner:
            return None
        after = become(before, now)
        if after != before:
            uow.messages.put(after)
            detail = f"message {which}: {after.state}"
            audit.note(uow, now, by, action, mailbox=owner, detail=detail)
            uow.commit()
    return after
