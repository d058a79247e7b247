"""FETCH (RFC 3501, 6.4.5): one message after the other, its sound only where it is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from personsvar.mailbox.visual import view
from personsvar.mailbox.visual.view import Folder, FolderEntry
from personsvar.visual.imap_session import ImapSession
from personsvar.visual.recordings import NoRecordingError
from personsvar.vvm.imap import commands as c
from personsvar.vvm.imap import flags, responses
from personsvar.vvm.imap.fetched import needs_sound, sets_seen, told
from personsvar.vvm.imap.imap_message import ImapMessage
from personsvar.vvm.imap.items import Datum, FetchItem

INVALID_SET = "invalid message set"


async def fetch(session: ImapSession, tag: str, it: c.Fetch) -> bytes:
    selected = session.open
    if not it.uid and selected.exceeds(it.messages):
        return responses.bad(tag, INVALID_SET)
    if it.uid and selected.lacks(it.messages):
        await session.tell_arrivals()
    numbers = selected.numbers(it.messages, uid=it.uid)
    newly_seen = await _see(session, numbers) if sets_seen(it.items) and not selected.read_only else set()
    missing = False
    for number in numbers:
        entry = selected.shown[number - 1]
        items = _with_flags(it.items) if entry.uid in newly_seen else it.items
        try:
            message = await _message(session, number, entry, items)
        except NoRecordingError:
            missing = True
            continue
        for piece in told(message, items, uid=it.uid):
            await session.tell(piece)
        if Datum.FLAGS in items:
            selected.knows({entry.uid: entry.flags})
    if missing:
        return responses.no(tag, "some are gone", "EXPUNGEISSUED")
    return responses.ok(tag, "done")


async def _message(
    session: ImapSession, number: int, entry: FolderEntry, items: Sequence[FetchItem]
) -> ImapMessage:
    message = session.letterhead.message(number, entry)
    if not needs_sound(items):
        return message
    amr = await session.desk.recordings.amr(entry.sound)
    return ImapMessage(
        message.number, message.uid, message.flags, message.internal_date, message.mail.with_sound(amr)
    )


async def _see(session: ImapSession, numbers: Sequence[int]) -> set[int]:
    r"""Whoever fetches a message without PEEK has heard it; those that were not `\Seen` until now."""
    selected, desk = session.open, session.desk
    unseen = [
        entry.uid for entry in (selected.shown[it - 1] for it in numbers) if flags.SEEN not in entry.flags
    ]
    fetched_now = [selected.shown[number - 1].uid for number in numbers]
    number, work = session.known.number, desk.workers.do
    if selected.folder is Folder.INBOX:
        await work(view.note_download, desk.services, number, fetched_now)
    elif unseen:
        await work(view.add_flags, desk.services, number, selected.folder, unseen, (flags.SEEN,))
    if unseen:
        session.has_changed()
        await session.look()
    return set(unseen)


def _with_flags(items: tuple[FetchItem, ...]) -> tuple[FetchItem, ...]:
    return items if Datum.FLAGS in items else (*items, Datum.FLAGS)
