"""What becomes of a message that a mail program marks, fetches, expunges or moves. Values in, values out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from personsvar.mailbox.listening import deleted_now, heard_now, taken_back_now
from personsvar.mailbox.model import Message, State
from personsvar.mailbox.visual.flags import DELETED, SEEN, is_seen, message_flags

DOWNLOAD_HOURS = 1
"""A client that removes what it downloaded does so at once; a person who removes it took longer."""
Change = Callable[[Message, datetime], Message]


def flags_of(it: Message) -> frozenset[str]:
    return message_flags(it.state, it.state_before, it.marks.flags)


def with_flags(flags: frozenset[str], *, said_seen: bool) -> Change:
    """Exactly those. `said_seen`: somebody says that it was seen or not, nobody just fetched it."""

    def marked(it: Message, now: datetime) -> Message:
        downloaded_at = None if said_seen else it.marks.downloaded_at
        marks = replace(it.marks, flags=flags - {SEEN}, downloaded_at=downloaded_at)
        return _seen(replace(it, marks=marks), now, seen=SEEN in flags)

    return marked


def downloaded(it: Message, now: datetime) -> Message:
    """Fetched whole, not peeked at: it has been seen, for all anybody knows."""
    return _seen(replace(it, marks=replace(it.marks, downloaded_at=now)), now, seen=True)


def expunged(it: Message, now: datetime, *, keeps_downloads: bool) -> Message:
    """From the inbox: deleted, and shown in Trash.

    One that was only just downloaded is a saved one for the phone menu (a setting), and no mail program
    sees it any more: vvmd empties the mailbox after each visit.
    """
    marks = replace(it.marks, flags=it.marks.flags - {DELETED})
    if keeps_downloads and _is_fresh_download(it, now):
        saved = replace(it, marks=replace(marks, hidden=True))
        return saved if it.state is State.SAVED else replace(saved, state=State.SAVED, changed_at=now)
    return deleted_now(replace(it, marks=marks), now)


def trashed(it: Message, now: datetime) -> Message:
    """Put into Trash by whoever looks at it: deleted, whatever was downloaded."""
    marks = replace(it.marks, flags=it.marks.flags - {DELETED}, downloaded_at=None)
    return deleted_now(replace(it, marks=marks), now)


def emptied(it: Message, now: datetime) -> Message:  # noqa: ARG001 - a change like the others
    """From Trash: no mail program sees it any more; the phone menu offers it until its time is over."""
    return replace(it, marks=replace(it.marks, flags=it.marks.flags - {DELETED}, hidden=True))


taken_back = taken_back_now


def to_be_trashed(it: Message, now: datetime) -> Message:  # noqa: ARG001 - a change like the others
    """Copied to Trash: it will be there when it is expunged here, as its owner's own decision."""
    return replace(it, marks=replace(it.marks, downloaded_at=None))


def _seen(it: Message, now: datetime, *, seen: bool) -> Message:
    if is_seen(it.state, it.state_before) is seen:
        return it
    if it.state is State.DELETED:
        return replace(it, state_before=State.HEARD if seen else State.NEW)
    return heard_now(it, now) if seen else replace(it, state=State.NEW, changed_at=now)


def _is_fresh_download(it: Message, now: datetime) -> bool:
    at = it.marks.downloaded_at
    return at is not None and now - at <= timedelta(hours=DOWNLOAD_HOURS)
