"""What each command does: a row says where it is allowed, and what of the news may be told with its answer.

state       CAPABILITY, NOOP, LOGOUT, ID, STARTTLS, LOGIN, AUTHENTICATE
folders     SELECT, LIST, STATUS and their like, CLOSE, UNSELECT
fetching    FETCH
marking     STORE
searching   SEARCH
removing    EXPUNGE, COPY, MOVE
greeting    APPEND
idling      IDLE
room        GETQUOTA, GETQUOTAROOT
platform    the verbs of voicemail platforms: PIN, language, tutorial
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from personsvar.visual.commands import (
    authentication,
    fetching,
    folders,
    greeting,
    idling,
    marking,
    platform,
    removing,
    room,
    searching,
)
from personsvar.visual.imap_session import ImapSession, Telling
from personsvar.vvm.imap import commands as c
from personsvar.vvm.imap import responses
from personsvar.vvm.imap.events import ImapRequest

Do = Callable[[ImapSession, str, Any], Awaitable[bytes]]
"""Returns the last line, the tagged one, with what comes right before it."""


class Where(Enum):
    ANYWHERE = "anywhere"
    STRANGER = "before log-in"
    KNOWN = "logged in"
    SELECTED = "in a folder"


@dataclass(frozen=True, slots=True)
class Row:
    where: Where
    do: Do
    telling: Telling = Telling.NOTHING
    looks: bool = False
    """At the folder first, whether it is known to have changed or not."""


TABLE: Mapping[type[Any], Row] = {
    c.Capability: Row(Where.ANYWHERE, authentication.capability),
    c.Noop: Row(Where.ANYWHERE, authentication.noop, Telling.ALL, looks=True),
    c.Logout: Row(Where.ANYWHERE, authentication.logout),
    c.Identify: Row(Where.ANYWHERE, authentication.identify),
    c.StartTls: Row(Where.STRANGER, authentication.start_tls),
    c.Login: Row(Where.STRANGER, authentication.login),
    c.Authenticate: Row(Where.STRANGER, authentication.authenticate),
    c.Namespace: Row(Where.KNOWN, folders.namespace),
    c.Select: Row(Where.KNOWN, folders.select),
    c.List: Row(Where.KNOWN, folders.list_them),
    c.Status: Row(Where.KNOWN, folders.status),
    c.Create: Row(Where.KNOWN, folders.create),
    c.Delete: Row(Where.KNOWN, folders.delete),
    c.Rename: Row(Where.KNOWN, folders.rename),
    c.Subscribe: Row(Where.KNOWN, folders.subscribe),
    c.Append: Row(Where.KNOWN, greeting.append, Telling.ALL),
    c.Idle: Row(Where.KNOWN, idling.idle, Telling.ALL, looks=True),
    c.GetQuota: Row(Where.KNOWN, room.quota),
    c.GetQuotaRoot: Row(Where.KNOWN, room.quota_root),
    c.VendorPin: Row(Where.KNOWN, platform.pin),
    c.VendorLanguage: Row(Where.KNOWN, platform.language),
    c.CloseTutorial: Row(Where.KNOWN, platform.tutorial),
    c.Check: Row(Where.SELECTED, authentication.noop, Telling.ALL, looks=True),
    c.Close: Row(Where.SELECTED, folders.close),
    c.Unselect: Row(Where.SELECTED, folders.unselect),
    c.Expunge: Row(Where.SELECTED, removing.expunge, Telling.ALL),
    c.Search: Row(Where.SELECTED, searching.search, Telling.NO_EXPUNGE),
    c.Fetch: Row(Where.SELECTED, fetching.fetch, Telling.NO_EXPUNGE),
    c.StoreFlags: Row(Where.SELECTED, marking.store, Telling.NO_EXPUNGE),
    c.Copy: Row(Where.SELECTED, removing.copy, Telling.ALL),
    c.Move: Row(Where.SELECTED, removing.move, Telling.ALL),
}


async def answer(session: ImapSession, request: ImapRequest) -> bytes:
    """Carry it out; the last of what is to be said. What comes before the news is said by the command."""
    row = TABLE.get(type(request.command))
    if row is None:
        return responses.bad(request.tag, "unknown command")
    if not _is_allowed(row.where, session):
        return responses.bad(request.tag, "command not allowed")
    if row.looks:
        await session.look()
    elif row.telling is not Telling.NOTHING:
        await session.look_if_changed()
    last = await row.do(session, request.tag, request.command)
    if row.telling is not Telling.NOTHING:
        await session.look_if_changed()
    return session.news(row.telling) + last


def _is_allowed(where: Where, session: ImapSession) -> bool:
    match where:
        case Where.ANYWHERE:
            return True
        case Where.STRANGER:
            return session.visitor is None
        case Where.KNOWN:
            return session.visitor is not None
        case Where.SELECTED:
            return session.selected is not None
