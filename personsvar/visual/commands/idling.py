"""IDLE (RFC 2177): what changes is told as it changes, until the client says DONE."""

from __future__ import annotations

from personsvar.visual.imap_session import ImapSession
from personsvar.visual.updates import Updates
from personsvar.vvm.imap import commands as c
from personsvar.vvm.imap import responses
from personsvar.vvm.imap.events import BadCommand, Event, IdleDone


async def idle(session: ImapSession, tag: str, _: c.Idle) -> bytes:
    session.reader.expect_done(tag)
    await session.send(responses.continuation("idling") + session.updates(Updates.ALL))
    match await _ended(session):
        case IdleDone():
            return responses.ok(tag, "done")
        case BadCommand(_, text):
            return responses.bad(tag, text)
        case _:
            return responses.bad(tag, "expected DONE")


async def _ended(session: ImapSession) -> Event:
    while (event := session.reader.next()) is None:
        await session.receive(idling=True)
        await session.refresh_if_stale()
        if news := session.updates(Updates.ALL):
            await session.send(news)
    return event
