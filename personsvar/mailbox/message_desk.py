"""Messages as an operator's program handles them: looked for in all mailboxes, changed one by one.

What is done to a message is what is done to it on the phone, so lamps, mail programs and counts follow. Who
changes one may say which version of it he saw: if it is another by now, nothing is done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from personsvar.mailbox import audit
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.listening import deleted_now, heard_now, new_now, saved_now, taken_back_now
from personsvar.mailbox.model.audit import Actor, AuditAction
from personsvar.mailbox.model.ids import MessageId
from personsvar.mailbox.model.message import Message, State
from personsvar.mailbox.ports.message_search import MessagePlace, MessagesWanted
from personsvar.mailbox.seen_versions import must_be_as_seen, version_of_shown
from personsvar.mailbox.services import Services
from personsvar.mailbox.transcription.said_words import search_said

_Change = Callable[[Message, datetime], Message]
_BECOMES: Mapping[State, _Change] = {State.NEW: new_now, State.HEARD: heard_now, State.SAVED: saved_now}


class NotNowError(MailboxError):
    """As the message is now, that can't be done with it."""


def search(
    services: Services,
    only: MessagesWanted,
    *,
    said: str | None = None,
    behind: MessagePlace | None = None,
    limit: int,
) -> Sequence[Message]:
    """A page of all that are wanted, newest first; of one mailbox, those in which that is `said`."""
    with services.store.look() as uow:
        if said is not None:
            return search_said(uow, only, said, behind=behind, limit=limit)
        return uow.messages.search(only, behind=behind, limit=limit)


def message_version(message: Message) -> str:
    """It is the same as long as a message is."""
    stands = (message.id, message.state, message.state_before, message.changed_at, message.sound.id)
    return version_of_shown(stands)


def change_state(
    services: Services, which: MessageId, state: State, *, version: str | None, by: Actor
) -> Message | None:
    """It becomes new, heard or saved; None: it is gone. Raise NotNowError, StaleError."""

    def become(message: Message, now: datetime) -> Message:
        if message.state is State.DELETED:
            raise NotNowError("it is deleted: take it back first")
        if (message.state, state) == (State.SAVED, State.HEARD):
            raise NotNowError("it is saved, and so heard already")
        return _BECOMES[state](message, now)

    return _change(services, which, become, version=version, noted=(by, AuditAction.MESSAGE_CHANGED))


def delete(services: Services, which: MessageId, *, version: str | None, by: Actor) -> Message | None:
    """It can be taken back for some days; None: it is gone. Raise StaleError."""
    return _change(services, which, deleted_now, version=version, noted=(by, AuditAction.MESSAGE_DELETED))


def take_back(services: Services, which: MessageId, *, by: Actor) -> Message | None:
    """It is again what it was; None: it is gone. Raise NotNowError."""

    def again(message: Message, now: datetime) -> Message:
        if message.state is not State.DELETED:
            raise NotNowError("it is not deleted")
        return taken_back_now(message, now)

    return _change(services, which, again, version=None, noted=(by, AuditAction.MESSAGE_TAKEN_BACK))


def _change(
    services: Services,
    which: MessageId,
    change: _Change,
    *,
    version: str | None,
    noted: tuple[Actor, AuditAction],
) -> Message | None:
    now = services.clock.now()
    with services.store.begin() as uow:
        before = uow.messages.get(which, for_change=True)
        if before is None:
            return None
        must_be_as_seen(message_version(before), version)
        after = change(before, now)
        if after != before:
            uow.messages.put(after)
            detail = f"message {which}: {after.state}"
            audit.note(uow, now, *noted, mailbox=after.mailbox, detail=detail)
        uow.commit()
    return after
