"""What becomes of a message that a mail program marks, fetches, expunges or moves. Values in, values out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from personsvar.mailbox.listening import deleted_now, heard_now, taken_back_now
from personsvar.mailbox.model.message import Message, State
from personsvar.mailbox.visual.flags import DELETED, SEEN, is_seen, message_flags

DOWNLOAD_HOURS = 1
"""A client that removes what it downloaded does so at once; a person who removes it took longer."""
Change = Callable[[Message, datetime], Message]


def flags_of(message: Message) -> frozenset[str]:
    return message_flags(message.state, message.state_before, message.marks.flags)


def with_flags(flags: frozenset[str], *, explicit: bool) -> Change:
    """It has exactly these. `explicit`: the program says whether it was seen, and did not just fetch it."""

    def marked(message: Message, now: datetime) -> Message:
        downloaded_at = None if explicit else message.marks.downloaded_at
        marks = replace(message.marks, flags=flags - {SEEN}, downloaded_at=downloaded_at)
        return _seen(replace(message, marks=marks), now, seen=SEEN in flags)

    return marked


def downloaded(message: Message, now: datetime) -> Message:
    """A program fetched it whole, and did not peek: it has been seen, for all anybody knows."""
    return _seen(replace(message, marks=replace(message.marks, downloaded_at=now)), now, seen=True)


def expunged(message: Message, now: datetime, *, keeps_downloads: bool) -> Message:
    """The message leaves the inbox: it is deleted, and shown in Trash.

    One that was only just downloaded is a saved one for the phone menu (a setting), and no mail program
    sees it any more: vvmd empties the mailbox after each visit.
    """
    marks = replace(message.marks, flags=message.marks.flags - {DELETED})
    if keeps_downloads and _is_fresh_download(message, now):
        saved = replace(message, marks=replace(marks, hidden=True))
        return saved if message.state is State.SAVED else replace(saved, state=State.SAVED, changed_at=now)
    return deleted_now(replace(message, marks=marks), now)


def trashed(message: Message, now: datetime) -> Message:
    """Whoever looks at it put it into Trash: it is deleted, whatever was downloaded."""
    marks = replace(message.marks, flags=message.marks.flags - {DELETED}, downloaded_at=None)
    return deleted_now(replace(message, marks=marks), now)


def emptied(message: Message, now: datetime) -> Message:  # noqa: ARG001 - a change like the others
    """It leaves Trash: no mail program sees it any more; the phone menu offers it until its time is over."""
    return replace(message, marks=replace(message.marks, flags=message.marks.flags - {DELETED}, hidden=True))


taken_back = taken_back_now


def to_be_trashed(message: Message, now: datetime) -> Message:  # noqa: ARG001 - a change like the others
    """A program copied it to Trash: it will be there once it is expunged here, as its owner decided."""
    return replace(message, marks=replace(message.marks, downloaded_at=None))


def _seen(message: Message, now: datetime, *, seen: bool) -> Message:
    if is_seen(message.state, message.state_before) is seen:
        return message
    if message.state is State.DELETED:
        return replace(message, state_before=State.HEARD if seen else State.NEW)
    return heard_now(message, now) if seen else replace(message, state=State.NEW, changed_at=now)


def _is_fresh_download(message: Message, now: datetime) -> bool:
    at = message.marks.downloaded_at
    return at is not None and now - at <= timedelta(hours=DOWNLOAD_HOURS)
