"""EXPUNGE, COPY and MOVE (RFC 3501, 6.4; RFC 4315; RFC 6851): what leaves a folder."""

from __future__ import annotations

from collections.abc import Mapping

from personsvar.mailbox.visual import view
from personsvar.mailbox.visual.view import Folder, NotAllowedError
from personsvar.visual.commands.fetching import INVALID_SET
from personsvar.visual.commands.folders import NO_SUCH_FOLDER, NOT_ALLOWED, expunge_marked, folder_called
from personsvar.visual.imap_session import ImapSession
from personsvar.vvm.imap import commands as c
from personsvar.vvm.imap import responses


async def expunge(session: ImapSession, tag: str, command: c.Expunge) -> bytes:
    selected = session.selected_folder
    if selected.read_only:
        return responses.no(tag, NOT_ALLOWED)
    uids = selected.uids if command.uids is None else command.uids.among(selected.uids)
    await expunge_marked(session, uids)
    return responses.ok(tag, "done")


async def copy(session: ImapSession, tag: str, command: c.Copy) -> bytes:
    target, refusal = _target(session, tag, command)
    if target is None:
        return refusal
    selected = session.selected_folder
    uids = _uids(session, command)
    try:
        copied = await session.in_mailbox(view.copy, selected.folder, target, uids)
    except NotAllowedError:
        return responses.no(tag, NOT_ALLOWED, "CANNOT")
    if copied:
        session.mailbox_changed()
    return responses.ok(tag, "done", _copy_uid(copied))


async def move(session: ImapSession, tag: str, command: c.Move) -> bytes:
    target, refusal = _target(session, tag, command)
    if target is None:
        return refusal
    selected = session.selected_folder
    if selected.read_only:
        return responses.no(tag, NOT_ALLOWED)
    uids = _uids(session, command)
    try:
        moved = await session.in_mailbox(view.move, selected.folder, target, uids)
    except NotAllowedError:
        return responses.no(tag, NOT_ALLOWED, "CANNOT")
    if moved:
        session.mailbox_changed()
        session.queue(responses.ok(None, "moved", _copy_uid(moved)))
    return responses.ok(tag, "done")


def _target(session: ImapSession, tag: str, command: c.Copy | c.Move) -> tuple[Folder | None, bytes]:
    if not command.uid and session.selected_folder.exceeds(command.messages):
        return None, responses.bad(tag, INVALID_SET)
    target = folder_called(command.folder)
    if target is None:
        return None, responses.no(tag, NO_SUCH_FOLDER, "TRYCREATE")
    return target, b""


def _uids(session: ImapSession, command: c.Copy | c.Move) -> list[int]:
    selected = session.selected_folder
    numbers = selected.numbers(command.messages, uid=command.uid)
    return [selected.entries[number - 1].uid for number in numbers]


def _copy_uid(copied: Mapping[int, int]) -> str:
    sources = sorted(copied)
    targets = [copied[uid] for uid in sources]
    return responses.copy_uid(view.UIDVALIDITY, sources, targets) if sources else ""
