"""What messages say, for a command that tells of it: their size, their parts, or the words themselves.

Other commands never ask, and of a message that has no text nothing is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from personsvar.mailbox.visual import view
from personsvar.mailbox.visual.view import FolderEntry
from personsvar.visual.imap_session import ImapSession


async def texts_of(session: ImapSession, entries: Sequence[FolderEntry]) -> Mapping[int, str]:
    """By uid; from here on each of these is told as it is now."""
    known = {entry.uid: entry.text_octets for entry in entries if entry.text_octets != 0}
    if not known:
        return {}
    found = await session.in_mailbox(view.texts, known, shown=session.logged_in.account.shows_texts)
    settled = [uid for uid, octets in known.items() if octets is None]
    session.selected_folder.note_texts({uid: len(found.get(uid, "").encode()) for uid in settled})
    return found
