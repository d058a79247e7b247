"""STORE (RFC 3501, 6.4.6): flags, as far as they are still to be had; a uid that is gone is no mistake."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from personsvar.mailbox.visual import view
from personsvar.visual.commands.fetching import INVALID_SET
from personsvar.visual.commands.folders import NOT_ALLOWED
from personsvar.visual.imap_session import ImapSession
from personsvar.vvm.imap import commands as c
from personsvar.vvm.imap import flags, responses
from personsvar.vvm.imap.fetched import flags_response

Flags = frozenset[str]
STORABLE = frozenset(flags.STORABLE)
"""What PERMANENTFLAGS lists; other keywords are let go (RFC 3501, 7.1)."""


async def store(session: ImapSession, tag: str, command: c.StoreFlags) -> bytes:
    selected = session.selected_folder
    if not command.uid and selected.exceeds(command.messages):
        return responses.bad(tag, INVALID_SET)
    if selected.read_only:
        return responses.no(tag, NOT_ALLOWED)
    numbers = selected.numbers(command.messages, uid=command.uid)
    wanted = command.flags & STORABLE
    uids = [selected.entries[number - 1].uid for number in numbers]
    before = {uid: selected.known_flags(uid) for uid in uids}
    await _store(session, command.change, uids, wanted)
    if command.silent:
        selected.note_flags({uid: _expected(command.change, its, wanted) for uid, its in before.items()})
        return responses.ok(tag, "done")
    session.queue(_responses(session, numbers, uid=command.uid))
    return responses.ok(tag, "done")


async def _store(session: ImapSession, change: c.Change, uids: Collection[int], wanted: Flags) -> None:
    """Store, and look at what became of it and its siblings: only one greeting of a type is on."""
    if not uids:
        return
    folder = session.selected_folder.folder
    match change:
        case c.Change.ADD:
            await session.in_mailbox(view.add_flags, folder, uids, wanted)
        case c.Change.REMOVE:
            await session.in_mailbox(view.remove_flags, folder, uids, wanted)
        case c.Change.REPLACE:
            exactly: Mapping[int, Flags] = dict.fromkeys(uids, wanted)
            await session.in_mailbox(view.store_flags, folder, exactly)
    session.mailbox_changed()
    await session.refresh()


def _responses(session: ImapSession, numbers: Collection[int], *, uid: bool) -> bytes:
    selected = session.selected_folder
    entries = [(number, selected.entries[number - 1]) for number in numbers]
    selected.note_flags({entry.uid: entry.flags for _, entry in entries})
    return b"".join(
        flags_response(session.mails.message(number, entry), uid=uid) for number, entry in entries
    )


def _expected(change: c.Change, before: Flags, wanted: Flags) -> Flags:
    """A client that asked not to be told takes these flags for granted."""
    match change:
        case c.Change.ADD:
            return before | wanted
        case c.Change.REMOVE:
            return before - wanted
        case c.Change.REPLACE:
            return wanted
