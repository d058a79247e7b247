"""STORE (RFC 3501, 6.4.6): flags, as far as they are still to be had; a uid that is gone is no mistake."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from personsvar.mailbox.visual import view
from personsvar.visual.commands.fetching import INVALID_SET
from personsvar.visual.commands.folders import NOT_ALLOWED
from personsvar.visual.imap_session import ImapSession
from personsvar.vvm.imap import commands as c
from personsvar.vvm.imap import flags, responses
from personsvar.vvm.imap.fetched import flags_told

Flags = frozenset[str]
STORABLE = frozenset(flags.STORABLE)
"""What PERMANENTFLAGS lists; other keywords are let go (RFC 3501, 7.1)."""


async def store(session: ImapSession, tag: str, it: c.StoreFlags) -> bytes:
    selected = session.open
    if not it.uid and selected.exceeds(it.messages):
        return responses.bad(tag, INVALID_SET)
    if selected.read_only:
        return responses.no(tag, NOT_ALLOWED)
    numbers = selected.numbers(it.messages, uid=it.uid)
    wanted = it.flags & STORABLE
    uids = [selected.shown[number - 1].uid for number in numbers]
    before = {uid: selected.told(uid) for uid in uids}
    await _store(session, it.change, uids, wanted)
    if it.silent:
        selected.knows({uid: _expected(it.change, its, wanted) for uid, its in before.items()})
        return responses.ok(tag, "done")
    session.put(_told(session, numbers, uid=it.uid))
    return responses.ok(tag, "done")


async def _store(session: ImapSession, change: c.Change, uids: Collection[int], wanted: Flags) -> None:
    """And look at what it has become, of siblings too: only one greeting of a type is on."""
    if not uids:
        return
    desk, number, folder = session.desk, session.known.number, session.open.folder
    match change:
        case c.Change.ADD:
            await desk.workers.do(view.add_flags, desk.services, number, folder, uids, wanted)
        case c.Change.REMOVE:
            await desk.workers.do(view.remove_flags, desk.services, number, folder, uids, wanted)
        case c.Change.REPLACE:
            exactly: Mapping[int, Flags] = dict.fromkeys(uids, wanted)
            await desk.workers.do(view.store_flags, desk.services, number, folder, exactly)
    session.has_changed()
    await session.look()


def _told(session: ImapSession, numbers: Collection[int], *, uid: bool) -> bytes:
    selected = session.open
    entries = [(number, selected.shown[number - 1]) for number in numbers]
    selected.knows({entry.uid: entry.flags for _, entry in entries})
    return b"".join(
        flags_told(session.letterhead.message(number, entry), uid=uid) for number, entry in entries
    )


def _expected(change: c.Change, before: Flags, wanted: Flags) -> Flags:
    """What a client takes for granted that asked not to be told."""
    match change:
        case c.Change.ADD:
            return before | wanted
        case c.Change.REMOVE:
            return before - wanted
        case c.Change.REPLACE:
            return wanted
