"""EXPUNGE, COPY and MOVE (RFC 3501, 6.4; RFC 4315; RFC 6851): what leaves a folder."""

from __future__ import annotations

from collections.abc import Mapping

from personsvar.mailbox.visual import view
from personsvar.mailbox.visual.view import Folder, NotAllowedError
from personsvar.visual.commands.fetching import INVALID_SET
from personsvar.visual.commands.folders import NO_SUCH_FOLDER, NOT_ALLOWED, folder_called
from personsvar.visual.imap_session import ImapSession
from personsvar.vvm.imap import commands as c
from personsvar.vvm.imap import responses


async def expunge(session: ImapSession, tag: str, it: c.Expunge) -> bytes:
    selected, desk = session.open, session.desk
    if selected.read_only:
        return responses.no(tag, NOT_ALLOWED)
    uids = selected.uids if it.uids is None else it.uids.among(selected.uids)
    gone = await desk.workers.do(view.expunge, desk.services, session.known.number, selected.folder, uids)
    if gone:
        session.has_changed()
    return responses.ok(tag, "done")


async def copy(session: ImapSession, tag: str, it: c.Copy) -> bytes:
    target, refusal = _target(session, tag, it)
    if target is None:
        return refusal
    selected, desk = session.open, session.desk
    number = session.known.number
    uids = _uids(session, it)
    try:
        copied = await desk.workers.do(view.copy, desk.services, number, selected.folder, target, uids)
    except NotAllowedError:
        return responses.no(tag, NOT_ALLOWED, "CANNOT")
    if copied:
        session.has_changed()
    return responses.ok(tag, "done", _copy_uid(copied))


async def move(session: ImapSession, tag: str, it: c.Move) -> bytes:
    target, refusal = _target(session, tag, it)
    if target is None:
        return refusal
    selected, desk = session.open, session.desk
    if selected.read_only:
        return responses.no(tag, NOT_ALLOWED)
    number = session.known.number
    uids = _uids(session, it)
    try:
        moved = await desk.workers.do(view.move, desk.services, number, selected.folder, target, uids)
    except NotAllowedError:
        return responses.no(tag, NOT_ALLOWED, "CANNOT")
    if moved:
        session.has_changed()
        session.put(responses.ok(None, "moved", _copy_uid(moved)))
    return responses.ok(tag, "done")


def _target(session: ImapSession, tag: str, it: c.Copy | c.Move) -> tuple[Folder | None, bytes]:
    if not it.uid and session.open.exceeds(it.messages):
        return None, responses.bad(tag, INVALID_SET)
    target = folder_called(it.folder)
    if target is None:
        return None, responses.no(tag, NO_SUCH_FOLDER, "TRYCREATE")
    return target, b""


def _uids(session: ImapSession, it: c.Copy | c.Move) -> list[int]:
    selected = session.open
    return [selected.shown[number - 1].uid for number in selected.numbers(it.messages, uid=it.uid)]


def _copy_uid(copied: Mapping[int, int]) -> str:
    sources = sorted(copied)
    targets = [copied[uid] for uid in sources]
    return responses.copy_uid(view.UIDVALIDITY, sources, targets) if sources else ""
