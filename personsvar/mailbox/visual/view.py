r"""The view of a mailbox: its folders as a mail program sees them.

There is one mailbox. What is heard on the phone is `\Seen` here at once, what is removed here is among the
deleted messages on the phone, and a greeting put in use here is what callers hear next. Every function
opens and closes its own unit of work, and says in it that a mail program did it.

A uid is the message's id (the greeting's, in Greetings): the same in INBOX and Trash, never given to
another, so that UIDVALIDITY never changes. One thing to know: a message comes back under its uid when it is
taken back, by phone too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.services import Services
from personsvar.mailbox.visual import greetings, messages
from personsvar.mailbox.visual.amr import amr, expected_bytes, keep_amr
from personsvar.mailbox.visual.flags import KNOWN, ON, SEEN, canonical
from personsvar.mailbox.visual.folder_entry import Folder, FolderEntry
from personsvar.mailbox.visual.greetings import GreetingTooLongError, append_greeting
from personsvar.mailbox.visual.quota import Quota, quota
from personsvar.mailbox.visual.texts import texts

UIDVALIDITY = 1
"""Ids are never used again (`storage.tables`), not after a restore either (`storage.counters`)."""

__all__ = [
    "KNOWN",
    "UIDVALIDITY",
    "Folder",
    "FolderEntry",
    "GreetingTooLongError",
    "NotAllowedError",
    "Quota",
    "add_flags",
    "amr",
    "append_greeting",
    "copy",
    "entries",
    "expected_bytes",
    "expunge",
    "keep_amr",
    "move",
    "note_download",
    "quota",
    "remove_flags",
    "store_flags",
    "texts",
    "uid_next",
]
Flags = frozenset[str]


class NotAllowedError(MailboxError):
    """What can't be done between those folders (`NO command not allowed`)."""


def entries(services: Services, mailbox: Number, folder: Folder) -> Sequence[FolderEntry]:
    """Everything in the folder, by uid, ascending; no sound is read."""
    if folder is Folder.GREETINGS:
        return greetings.entries(services, mailbox)
    return messages.entries(services, mailbox, folder)


def uid_next(services: Services, mailbox: Number, folder: Folder) -> int:
    """Higher than any uid that is or was lately in the folder; the next one may be higher still."""
    with services.store.look() as uow:
        if folder is not Folder.GREETINGS:
            return (uow.messages.latest(mailbox) or 0) + 1
        return max((it.greeting.id for it in uow.greetings.listed(mailbox, greetings.KINDS)), default=0) + 1


def store_flags(
    services: Services, mailbox: Number, folder: Folder, changes: Mapping[int, Flags]
) -> Mapping[int, Flags]:
    """STORE FLAGS: exactly these (a greeting keyword puts that greeting in use, without any it is not).

    Returned is what they are now, of those that are still there.
    """
    wanted = {uid: _exactly(canonical(flags)) for uid, flags in changes.items()}
    return _mark(services, mailbox, folder, wanted, says_seen=False)


def add_flags(
    services: Services, mailbox: Number, folder: Folder, uids: Collection[int], flags: Collection[str]
) -> Mapping[int, Flags]:
    """STORE +FLAGS, to what they are by now: nothing is undone that was done on the phone meanwhile."""
    more = canonical(flags)
    wanted = dict.fromkeys(uids, lambda before: before | more)
    return _mark(services, mailbox, folder, wanted, says_seen=SEEN in more)


def remove_flags(
    services: Services, mailbox: Number, folder: Folder, uids: Collection[int], flags: Collection[str]
) -> Mapping[int, Flags]:
    """STORE -FLAGS. A greeting that loses one of its keywords is not in use, and loses the other too."""
    fewer = canonical(flags)

    def without(before: Flags) -> Flags:
        out = ON if folder is Folder.GREETINGS and fewer & before & ON else frozenset()
        return before - fewer - out

    return _mark(services, mailbox, folder, dict.fromkeys(uids, without), says_seen=SEEN in fewer)


def note_download(services: Services, mailbox: Number, uids: Collection[int]) -> None:
    r"""The bodies of messages in INBOX were fetched, not peeked at: they are `\Seen`."""
    messages.note_download(services, mailbox, uids)


def expunge(services: Services, mailbox: Number, folder: Folder, uids: Collection[int]) -> Sequence[int]:
    r"""Those of `uids` that carried `\Deleted` and are gone from the folder now.

    INBOX: deleted, and shown in Trash; or, when it was only just downloaded, a saved message for the phone
    menu alone (a setting). Trash: shown nowhere, and offered by the phone menu until its time is over.
    Greetings: gone for good.
    """
    if folder is Folder.GREETINGS:
        return greetings.expunge(services, mailbox, uids)
    return messages.expunge(services, mailbox, folder, uids)


def move(
    services: Services, mailbox: Number, source: Folder, target: Folder, uids: Collection[int]
) -> Mapping[int, int]:
    """INBOX to Trash: deleted. Trash to INBOX: taken back. The uid stays.

    Raise NotAllowedError between other folders.
    """
    _must_be_messages(source, target)
    if source is target:
        return {}
    return {uid: uid for uid in messages.move(services, mailbox, source, uids)}


def copy(
    services: Services, mailbox: Number, source: Folder, target: Folder, uids: Collection[int]
) -> Mapping[int, int]:
    """There is only one of each message. INBOX to Trash: it will be there once it is expunged here; Trash to
    INBOX: taken back. Raise NotAllowedError between other folders.
    """
    _must_be_messages(source, target)
    if source is target:
        return {}
    if target is Folder.INBOX:
        return move(services, mailbox, source, target, uids)
    return {uid: uid for uid in messages.copy_to_trash(services, mailbox, uids)}


def _mark(
    services: Services,
    mailbox: Number,
    folder: Folder,
    wanted: Mapping[int, messages.Making],
    *,
    says_seen: bool,
) -> Mapping[int, Flags]:
    if folder is Folder.GREETINGS:
        return greetings.mark(services, mailbox, wanted)
    return messages.mark(services, mailbox, folder, wanted, says_seen=says_seen)


def _exactly(flags: Flags) -> messages.Making:
    return lambda _: flags


def _must_be_messages(*folders: Folder) -> None:
    if Folder.GREETINGS in folders:
        raise NotAllowedError("greetings stay where they are")
