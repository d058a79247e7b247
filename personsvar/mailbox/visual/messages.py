"""The folders INBOX and Trash: messages that are kept, and deleted ones.

The phone menu and the mail program look at the same messages. Whoever changes one holds its row meanwhile
and sees what the other did: only what still holds then is done.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial

from personsvar.mailbox.listening import INBOX
from personsvar.mailbox.model.ids import MessageId, Number
from personsvar.mailbox.model.message import ListedMessage, Message, State
from personsvar.mailbox.services import Services
from personsvar.mailbox.visual import marking
from personsvar.mailbox.visual.flags import DELETED, SEEN, message_flags
from personsvar.mailbox.visual.folder_entry import Folder, FolderEntry
from personsvar.mailbox.visual.marking import Change, flags_of

STATES: Mapping[Folder, Sequence[State]] = {Folder.INBOX: INBOX, Folder.TRASH: (State.DELETED,)}
Making = Callable[[frozenset[str]], frozenset[str]]
"""Flags out of those there are."""
_Decision = Callable[[Message], Change | None]


def entries(services: Services, mailbox: Number, folder: Folder) -> Sequence[FolderEntry]:
    with services.store.look() as uow:
        return [_entry(it) for it in uow.messages.listed(mailbox, STATES[folder])]


def mark(
    services: Services,
    mailbox: Number,
    folder: Folder,
    wanted: Mapping[int, Making],
    *,
    says_seen: bool,
) -> Mapping[int, frozenset[str]]:
    r"""Give each message the flags made of those it has; what they are now.

    `says_seen`: the mail program speaks of `\Seen` itself, and does not just repeat it.
    """

    def decided(message: Message) -> Change:
        before = flags_of(message)
        after = wanted[message.id](before)
        return marking.with_flags(after, explicit=says_seen or (SEEN in after) is not (SEEN in before))

    return {it.id: flags_of(it) for it in _change(services, mailbox, folder, wanted, decided)}


def note_download(services: Services, mailbox: Number, uids: Collection[int]) -> None:
    _change(services, mailbox, Folder.INBOX, uids, lambda _: marking.downloaded)


def expunge(services: Services, mailbox: Number, folder: Folder, uids: Collection[int]) -> Sequence[int]:
    keep = services.rules.visual_keep_expunged
    change = marking.emptied if folder is Folder.TRASH else partial(marking.expunged, keeps_downloads=keep)

    def decided(message: Message) -> Change | None:
        return change if DELETED in message.marks.flags else None

    return [it.id for it in _change(services, mailbox, folder, uids, decided)]


def move(services: Services, mailbox: Number, source: Folder, uids: Collection[int]) -> Sequence[int]:
    """Move them to the other of the two folders; those that were moved."""
    change = marking.trashed if source is Folder.INBOX else marking.taken_back
    return [it.id for it in _change(services, mailbox, source, uids, lambda _: change)]


def copy_to_trash(services: Services, mailbox: Number, uids: Collection[int]) -> Sequence[int]:
    changed = _change(services, mailbox, Folder.INBOX, uids, lambda _: marking.to_be_trashed)
    return [it.id for it in changed]


def _change(
    services: Services, mailbox: Number, folder: Folder, uids: Collection[int], decided: _Decision
) -> list[Message]:
    """Those that are in the folder now and were decided upon, as they are afterwards."""
    after = []
    with services.store.begin() as uow:
        uow.by_client = True
        for uid in sorted(uids):
            message = uow.messages.get(MessageId(uid), for_change=True)
            change = decided(message) if message is not None and _is_in(message, mailbox, folder) else None
            if message is None or change is None:
                continue
            changed = change(message, services.clock.now())
            if changed != message:
                uow.messages.put(changed)
            after.append(changed)
        uow.commit()
    return after


def _is_in(message: Message, mailbox: Number, folder: Folder) -> bool:
    return message.mailbox == mailbox and message.state in STATES[folder] and not message.marks.hidden


def _entry(message: ListedMessage) -> FolderEntry:
    return FolderEntry(
        uid=message.id,
        flags=message_flags(message.state, message.state_before, message.flags),
        internal_date=message.received_at,
        caller=message.caller,
        seconds=message.seconds,
        urgent=message.urgent,
        sound=message.sound,
        amr_bytes=message.amr_bytes,
        text_octets=message.text_octets,
    )
