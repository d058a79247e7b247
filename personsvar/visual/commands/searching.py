"""SEARCH (RFC 3501, 6.4.4).

Its `* SEARCH` is the first line of the answer, as vvmd wants it; but for `* n EXISTS` when something has just
arrived, which both vvmd versions bear: a client that was told of it by SMS asks for it here.
"""

from __future__ import annotations

import asyncio

from personsvar.visual.imap_session import ImapSession
from personsvar.visual.told_texts import texts_of
from personsvar.vvm.imap import commands as c
from personsvar.vvm.imap import responses
from personsvar.vvm.imap.matching import condition, tells_text

TOGETHER = 10
"""So many messages are looked at before others get their turn."""


async def search(session: ImapSession, tag: str, command: c.Search) -> bytes:
    await session.send_arrivals()
    mails, entries = session.mails, session.selected_folder.entries
    texts = await texts_of(session, entries) if tells_text(command.key) else {}
    shown = [
        mails.message(number, entry, texts.get(entry.uid, "")) for number, entry in enumerate(entries, 1)
    ]
    holds = condition(command.key, shown)
    found = []
    for place, one in enumerate(shown):
        if place % TOGETHER == 0:
            await asyncio.sleep(0)
        if holds(one):
            found.append(one.uid if command.uid else one.number)
    session.queue(responses.search(found))
    return responses.ok(tag, "done")
