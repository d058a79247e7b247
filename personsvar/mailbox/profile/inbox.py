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
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.ports.message_search import MessagePlace, MessagesWanted
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.profile.web_sessions import Visitor, note_seen, visitor_in
from personsvar.mailbox.services import Services
from personsvar.mailbox.transcription.beside_messages import SaidInMessage, said_in
from personsvar.mailbox.transcription.said_words import search_said

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
class InboxWanted:
    part: InboxPart = InboxPart.INBOX
    before: MessageId | None = None
    """The last message of the page before it, wherever that is now."""
    said: str = ""
    """Only messages in which all these words are said; empty: any."""


@dataclass(frozen=True, slots=True)
class InboxView:
    part: InboxPart
    counts: Counts
    messages: Sequence[Message]
    names: Mapping[Number, str]
    """What their callers are called."""
    availability: Availability
    said: Mapping[MessageId, SaidInMessage]
    """What they say, of those of which it is known."""
    older: MessageId | None
    """From which message on the next page goes, when there is one."""


def opened(services: Services, token: str, wanted: InboxWanted) -> tuple[Visitor, InboxView] | None:
    """Who is logged in with that token, and a page of one part, in one look; None when nobody is."""
    with services.store.look() as uow:
        visitor = visitor_in(uow, services, token)
        if visitor is None:
            return None
        found = _view(uow, services, visitor.subscriber, wanted)
    note_seen(services, visitor)
    return visitor, found


def _view(uow: UnitOfWork, services: Services, owner: Subscriber, wanted: InboxWanted) -> InboxView:
    found = _found(uow, owner.number, wanted)
    callers = {message.caller for message in found if message.caller is not None}
    names = uow.caller_names.known(owner.number, callers)
    counts = uow.messages.counts(owner.number)
    now = availability(uow, owner, services.bank_holidays, services.clock.now())
    shown = found[:PAGE]
    said = said_in(uow, services, owner, shown)
    return InboxView(
        wanted.part, counts, shown, names, now, said, shown[-1].id if len(found) > PAGE else None
    )


def _found(uow: UnitOfWork, owner: Number, wanted: InboxWanted) -> Sequence[Message]:
    """A page of them, and one more where there is one."""
    behind = None if wanted.before is None else _place(uow, owner, wanted.before)
    of_part = MessagesWanted(owner, states=wanted.part.states)
    if wanted.said:
        return search_said(uow, of_part, wanted.said, behind=behind, limit=PAGE + 1)
    return uow.messages.search(of_part, behind=behind, limit=PAGE + 1)


def _place(uow: UnitOfWork, owner: Number, which: MessageId) -> MessagePlace | None:
    last = uow.messages.get(which)
    return None if last is None or last.mailbox != owner else MessagePlace(last.received_at, last.id)


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
