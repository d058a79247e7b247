"""FETCH (RFC 3501, 6.4.5): one message after the other, its sound only where it is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from personsvar.mailbox.visual import view
from personsvar.mailbox.visual.view import Folder, FolderEntry
from personsvar.visual.imap_session import ImapSession
from personsvar.visual.recordings import NoRecordingError
from personsvar.visual.told_texts import texts_of
from personsvar.vvm.imap import commands as c
from personsvar.vvm.imap import flags, responses
from personsvar.vvm.imap.fetched import fetch_response, needs_sound, sets_seen, tells_text
from personsvar.vvm.imap.imap_message import ImapMessage
from personsvar.vvm.imap.items import Datum, FetchItem

INVALID_SET = "invalid message set"


async def fetch(session: ImapSession, tag: str, command: c.Fetch) -> bytes:
    selected = session.selected_folder
    if not command.uid and selected.exceeds(command.messages):
        return responses.bad(tag, INVALID_SET)
    if command.uid and selected.reaches_beyond(command.messages):
        await session.send_arrivals()
    numbers = selected.numbers(command.messages, uid=command.uid)
    sees = sets_seen(command.items) and not selected.read_only
    newly_seen = await _see(session, numbers) if sees else set()
    texts = await _texts(session, numbers, command.items)
    missing = False
    for number in numbers:
        entry = selected.entries[number - 1]
        items = _with_flags(command.items) if entry.uid in newly_seen else command.items
        try:
            message = await _message(session, number, entry, texts.get(entry.uid, ""), items)
        except NoRecordingError:
            missing = True
            continue
        for piece in fetch_response(message, items, uid=command.uid):
            await session.stream(piece)
        if Datum.FLAGS in items:
            selected.note_flags({entry.uid: entry.flags})
    if missing:
        return responses.no(tag, "some are gone", "EXPUNGEISSUED")
    return responses.ok(tag, "done")


async def _texts(
    session: ImapSession, numbers: Sequence[int], items: Sequence[FetchItem]
) -> Mapping[int, str]:
    if not tells_text(items):
        return {}
    return await texts_of(session, [session.selected_folder.entries[number - 1] for number in numbers])


async def _message(
    session: ImapSession, number: int, entry: FolderEntry, text: str, items: Sequence[FetchItem]
) -> ImapMessage:
    message = session.mails.message(number, entry, text)
    if not needs_sound(items):
        return message
    amr = await session.context.recordings.amr(entry.sound)
    return ImapMessage(
        message.number, message.uid, message.flags, message.internal_date, message.mail.with_sound(amr)
    )


async def _see(session: ImapSession, numbers: Sequence[int]) -> set[int]:
    r"""Whoever fetches a message without PEEK has heard it; those that were not `\Seen` until now."""
    selected = session.selected_folder
    fetched = [selected.entries[number - 1] for number in numbers]
    unseen = [entry.uid for entry in fetched if flags.SEEN not in entry.flags]
    if selected.folder is Folder.INBOX:
        await session.in_mailbox(view.note_download, [entry.uid for entry in fetched])
    elif unseen:
        await session.in_mailbox(view.add_flags, selected.folder, unseen, (flags.SEEN,))
    if unseen:
        session.mailbox_changed()
        await session.refresh()
    return set(unseen)


def _with_flags(items: tuple[FetchItem, ...]) -> tuple[FetchItem, ...]:
    return items if Datum.FLAGS in items else (*items, Datum.FLAGS)
