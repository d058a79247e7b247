"""What listening does to messages: heard, saved, deleted, taken back, and where it broke off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from personsvar.mailbox.model.ids import MessageId, Number
from personsvar.mailbox.model.message import Counts, Marks, Message, State
from personsvar.mailbox.model.subscriber import Place, Subscriber
from personsvar.mailbox.ports.repositories import Messages
from personsvar.mailbox.services import Services

HEARD_AFTER_SECONDS = 3.0
"""A message left by a key after this long has been heard."""
_Change = Callable[[Message, datetime], Message]
INBOX = (State.NEW, State.HEARD, State.SAVED)


def counts(services: Services, mailbox: Number) -> Counts:
    with services.store.look() as uow:
        return uow.messages.counts(mailbox)


def inbox(services: Services, subscriber: Subscriber) -> Sequence[MessageId]:
    """New messages first, urgent before others, then the rest; oldest first (setting)."""
    with services.store.look() as uow:
        return uow.messages.ids(subscriber.number, INBOX, oldest_first=subscriber.oldest_first)


def deleted(services: Services, subscriber: Subscriber) -> Sequence[MessageId]:
    with services.store.look() as uow:
        return uow.messages.ids(subscriber.number, (State.DELETED,), oldest_first=subscriber.oldest_first)


def message(services: Services, which: MessageId) -> Message | None:
    """The message as it is now; None when it is gone (purged, or made room for another)."""
    with services.store.look() as uow:
        return uow.messages.get(which)


def heard(services: Services, which: MessageId) -> Message | None:
    """A new message was heard; any other state stays what it is."""
    return _change(services, which, heard_now)


def save(services: Services, which: MessageId) -> Message | None:
    """One that was saved before is kept as long again from now: its owner may have been warned of its end."""
    return _change(services, which, saved_now)


def delete(services: Services, which: MessageId) -> Message | None:
    """Deleted messages are kept for some days and can be taken back."""
    return _change(services, which, deleted_now)


def take_back(services: Services, which: MessageId) -> Message | None:
    """A deleted message becomes again what it was before."""
    return _change(services, which, taken_back_now)


def keep_after_all(services: Services, which: MessageId) -> Message | None:
    """Just deleted, and wanted: taken back and saved at once."""
    return _change(services, which, lambda it, now: saved_now(taken_back_now(it, now), now))


def leave_off(services: Services, mailbox: Number, place: Place | None) -> None:
    """Remember where the line dropped, or forget it."""
    with services.store.begin() as uow:
        subscriber = uow.subscribers.get(mailbox, for_change=True)
        if subscriber is not None and subscriber.place != place:
            uow.subscribers.put(replace(subscriber, place=place))
            uow.commit()


def resumable(services: Services, subscriber: Subscriber) -> tuple[Message, float] | None:
    """The message and the second to go on from, when the line dropped less than 24 h (setting) ago."""
    place = subscriber.place
    if place is None or services.clock.now() - place.left_at > timedelta(hours=services.rules.resume_hours):
        return None
    left = message(services, place.message)
    if left is None or left.mailbox != subscriber.number or left.state is State.DELETED:
        return None
    return left, min(place.seconds, left.sound.seconds)


def _change(services: Services, which: MessageId, change: _Change) -> Message | None:
    with services.store.begin() as uow:
        before = uow.messages.get(which, for_change=True)
        if before is None:
            return None
        after = change(before, services.clock.now())
        _put_if_changed(uow.messages, before, after)
        uow.commit()
    return after


def _put_if_changed(messages: Messages, before: Message, after: Message) -> None:
    if after != before:
        messages.put(after)


def _become(message: Message, state: State, now: datetime) -> Message:
    return message if message.state is state else replace(message, state=state, changed_at=now)


def heard_now(message: Message, now: datetime) -> Message:
    return _become(message, State.HEARD, now) if message.state is State.NEW else message


def new_now(message: Message, now: datetime) -> Message:
    """As if nobody had heard it: by a mail program, or a program of the operator's, never on the phone."""
    return replace(_become(message, State.NEW, now), marks=_unmarked(message.marks))


def deleted_now(message: Message, now: datetime) -> Message:
    if message.state is State.DELETED:
        return message
    return replace(message, state=State.DELETED, state_before=message.state, changed_at=now)


def taken_back_now(message: Message, now: datetime) -> Message:
    """Mail programs see it again too."""
    if message.state is not State.DELETED:
        return message
    return _become(replace(message, marks=_wanted(message.marks)), message.state_before, now)


def saved_now(message: Message, now: datetime) -> Message:
    return replace(message, state=State.SAVED, changed_at=now, marks=_unmarked(message.marks))


def saved_unless_deleted(message: Message, now: datetime) -> Message:
    """A page that was open since before asks it: what was deleted meanwhile is taken back, or stays so."""
    return message if message.state is State.DELETED else saved_now(message, now)


def _wanted(marks: Marks) -> Marks:
    return replace(_unmarked(marks), hidden=False)


def _unmarked(marks: Marks) -> Marks:
    """Without the mail program's mark for removal: its next visit would take away what was just kept."""
    return replace(marks, flags=marks.flags - {"\\Deleted"}, downloaded_at=None)
