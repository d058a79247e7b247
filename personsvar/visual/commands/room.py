"""GETQUOTA and GETQUOTAROOT (RFC 2087): `STORAGE` first, `voice` second, as clients look at them."""

from __future__ import annotations

from personsvar.mailbox.visual import view
from personsvar.visual.commands.folders import NO_SUCH_FOLDER, folder_called
from personsvar.visual.imap_session import ImapSession
from personsvar.vvm.imap import commands as c
from personsvar.vvm.imap import responses
from personsvar.vvm.imap.responses import Resource


async def quota_root(session: ImapSession, tag: str, command: c.GetQuotaRoot) -> bytes:
    folder = folder_called(command.folder)
    if folder is None:
        return responses.no(tag, NO_SUCH_FOLDER, "NONEXISTENT")
    return responses.quota_root(folder) + await _quota(session) + responses.ok(tag, "done")


async def quota(session: ImapSession, tag: str, command: c.GetQuota) -> bytes:
    if command.root:
        return responses.no(tag, "no such quota root", "NONEXISTENT")
    return await _quota(session) + responses.ok(tag, "done")


async def _quota(session: ImapSession) -> bytes:
    used = await session.in_mailbox(view.quota)
    return responses.quota(
        (Resource("STORAGE", used.kilobytes, used.kilobytes_limit), Resource("voice", used.kept, used.limit))
    )
