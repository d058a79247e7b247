"""The three folders there are: SELECT and EXAMINE, LIST and LSUB, STATUS, CLOSE (RFC 3501, 6.3)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from personsvar.mailbox.visual import view
from personsvar.mailbox.visual.view import Folder, FolderEntry
from personsvar.visual.imap_session import ImapSession
from personsvar.visual.selected_folder import SelectedFolder
from personsvar.vvm.imap import commands as c
from personsvar.vvm.imap import flags, responses
from personsvar.vvm.imap.list_pattern import DELIMITER, listed

NAMES = tuple(folder.value for folder in Folder)
_BY_NAME = {folder.lower(): folder for folder in Folder}
NO_SUCH_FOLDER = "no such folder"
NOT_ALLOWED = "command not allowed"


def folder_called(name: str) -> Folder | None:
    """Clients write its name in letters of any case: GREETINGS."""
    return _BY_NAME.get(name.lower())


async def select(session: ImapSession, tag: str, command: c.Select) -> bytes:
    """What was selected before is not any more, whether this succeeds or not."""
    session.selected = None
    folder = folder_called(command.folder)
    if folder is None:
        return responses.no(tag, NO_SUCH_FOLDER, "NONEXISTENT")
    await session.refresh()  # a change from here on makes it stale
    entries = await session.entries(folder)
    next_uid = await _next_uid(session, folder)
    session.selected = SelectedFolder(folder, entries, read_only=command.read_only)
    if folder is Folder.INBOX and any(entry.amr_bytes is None for entry in entries):
        session.context.pre_encoder.mailboxes_changed({session.logged_in.number})  # it comes for them
    lines = (
        responses.flags_line(),
        responses.exists(len(entries)),
        responses.recent(0),
        responses.uid_validity(view.UIDVALIDITY),
        responses.uid_next(next_uid),
        responses.permanent_flags(() if command.read_only else flags.STORABLE),
    )
    return b"".join(lines) + responses.selected(tag, read_only=command.read_only)


async def close(session: ImapSession, tag: str, _: c.Close) -> bytes:
    r"""What is marked `\Deleted` goes without a word."""
    selected = session.selected_folder
    if not selected.read_only:
        await expunge_marked(session, selected.uids)
    session.selected = None
    return responses.ok(tag, "done")


async def expunge_marked(session: ImapSession, uids: Collection[int]) -> None:
    gone = await session.in_mailbox(view.expunge, session.selected_folder.folder, uids)
    if gone:
        session.mailbox_changed()


async def unselect(session: ImapSession, tag: str, _: c.Unselect) -> bytes:
    session.selected = None
    return responses.ok(tag, "done")


async def list_them(session: ImapSession, tag: str, command: c.List) -> bytes:  # noqa: ARG001 - everybody has the same
    verb = "LSUB" if command.subscribed else "LIST"
    if not command.pattern and not command.subscribed:
        root = responses.folder_line("", (r"\Noselect",), verb=verb)
        return root + responses.ok(tag, "done")
    found = listed(command.reference, command.pattern, NAMES)
    return b"".join(_folder_line(name, verb) for name in found) + responses.ok(tag, "done")


async def status(session: ImapSession, tag: str, command: c.Status) -> bytes:
    folder = folder_called(command.folder)
    if folder is None:
        return responses.no(tag, NO_SUCH_FOLDER, "NONEXISTENT")
    entries = await session.entries(folder)
    next_uid = await _next_uid(session, folder)
    counts = {item: _counted(item, entries, next_uid) for item in command.items}
    return responses.status(folder, counts) + responses.ok(tag, "done")


async def namespace(session: ImapSession, tag: str, _: c.Namespace) -> bytes:  # noqa: ARG001 - everybody has the same
    return responses.namespace() + responses.ok(tag, "done")


async def create(session: ImapSession, tag: str, command: c.Create) -> bytes:  # noqa: ARG001 - nobody may
    if folder_called(command.folder.rstrip(DELIMITER)) is not None:
        return responses.no(tag, "the folder is there", "ALREADYEXISTS")
    return responses.no(tag, NOT_ALLOWED, "CANNOT")


async def delete(session: ImapSession, tag: str, command: c.Delete) -> bytes:  # noqa: ARG001 - nobody may
    return _never(tag, command.folder)


async def rename(session: ImapSession, tag: str, command: c.Rename) -> bytes:  # noqa: ARG001 - nobody may
    return _never(tag, command.folder)


async def subscribe(session: ImapSession, tag: str, command: c.Subscribe) -> bytes:  # noqa: ARG001 - nothing is kept
    """Everybody is subscribed to every folder; whoever does not want one is told yes and keeps it."""
    if folder_called(command.folder) is None and command.subscribed:
        return responses.no(tag, NO_SUCH_FOLDER, "NONEXISTENT")
    return responses.ok(tag, "done")


def _never(tag: str, name: str) -> bytes:
    if folder_called(name) is None:
        return responses.no(tag, NO_SUCH_FOLDER, "NONEXISTENT")
    return responses.no(tag, NOT_ALLOWED, "CANNOT")


def _folder_line(name: str, verb: str) -> bytes:
    special = (r"\Trash",) if name == Folder.TRASH else ()
    return responses.folder_line(name, (r"\HasNoChildren", *special), verb=verb)


def _counted(item: c.StatusItem, entries: Sequence[FolderEntry], next_uid: int) -> int:
    match item:
        case c.StatusItem.MESSAGES:
            return len(entries)
        case c.StatusItem.RECENT:
            return 0
        case c.StatusItem.UID_NEXT:
            return next_uid
        case c.StatusItem.UID_VALIDITY:
            return view.UIDVALIDITY
        case c.StatusItem.UNSEEN:
            return sum(flags.SEEN not in entry.flags for entry in entries)


async def _next_uid(session: ImapSession, folder: Folder) -> int:
    return await session.in_mailbox(view.uid_next, folder)
