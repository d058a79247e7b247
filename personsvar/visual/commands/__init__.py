"""What each command does: a row says in which state it is allowed, and which updates go out before it ends.

authentication  CAPABILITY, NOOP, LOGOUT, ID, STARTTLS, LOGIN, AUTHENTICATE
folders         SELECT, LIST, STATUS and their like, CLOSE, UNSELECT
fetching        FETCH
marking         STORE
searching       SEARCH
removing        EXPUNGE, COPY, MOVE
appending       APPEND
idling          IDLE
room            GETQUOTA, GETQUOTAROOT
platform        the verbs of voicemail platforms: PIN, language, tutorial
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from personsvar.visual.commands import (
    appending,
    authentication,
    fetching,
    folders,
    idling,
    marking,
    platform,
    removing,
    room,
    searching,
)
from personsvar.visual.imap_session import ImapSession
from personsvar.visual.updates import Updates
from personsvar.vvm.imap import commands as c
from personsvar.vvm.imap import responses
from personsvar.vvm.imap.events import ImapRequest

Do = Callable[[ImapSession, str, Any], Awaitable[bytes]]
"""A command returns the last line, the tagged one, with what comes right before it."""


class SessionState(Enum):
    ANY = "any"
    NOT_AUTHENTICATED = "before log-in"
    AUTHENTICATED = "logged in"
    SELECTED = "in a folder"


@dataclass(frozen=True, slots=True)
class Row:
    state: SessionState
    do: Do
    updates: Updates = Updates.NOTHING
    refreshes: bool = False
    """The session looks at the folder first, whether it knows of a change or not."""


TABLE: Mapping[type[Any], Row] = {
    c.Capability: Row(SessionState.ANY, authentication.capability),
    c.Noop: Row(SessionState.ANY, authentication.noop, Updates.ALL, refreshes=True),
    c.Logout: Row(SessionState.ANY, authentication.logout),
    c.Identify: Row(SessionState.ANY, authentication.identify),
    c.StartTls: Row(SessionState.NOT_AUTHENTICATED, authentication.start_tls),
    c.Login: Row(SessionState.NOT_AUTHENTICATED, authentication.login),
    c.Authenticate: Row(SessionState.NOT_AUTHENTICATED, authentication.authenticate),
    c.Namespace: Row(SessionState.AUTHENTICATED, folders.namespace),
    c.Select: Row(SessionState.AUTHENTICATED, folders.select),
    c.List: Row(SessionState.AUTHENTICATED, folders.list_them),
    c.Status: Row(SessionState.AUTHENTICATED, folders.status),
    c.Create: Row(SessionState.AUTHENTICATED, folders.create),
    c.Delete: Row(SessionState.AUTHENTICATED, folders.delete),
    c.Rename: Row(SessionState.AUTHENTICATED, folders.rename),
    c.Subscribe: Row(SessionState.AUTHENTICATED, folders.subscribe),
    c.Append: Row(SessionState.AUTHENTICATED, appending.append, Updates.ALL),
    c.Idle: Row(SessionState.AUTHENTICATED, idling.idle, Updates.ALL, refreshes=True),
    c.GetQuota: Row(SessionState.AUTHENTICATED, room.quota),
    c.GetQuotaRoot: Row(SessionState.AUTHENTICATED, room.quota_root),
    c.VendorPin: Row(SessionState.AUTHENTICATED, platform.pin),
    c.VendorLanguage: Row(SessionState.AUTHENTICATED, platform.language),
    c.CloseTutorial: Row(SessionState.AUTHENTICATED, platform.tutorial),
    c.Check: Row(SessionState.SELECTED, authentication.noop, Updates.ALL, refreshes=True),
    c.Close: Row(SessionState.SELECTED, folders.close),
    c.Unselect: Row(SessionState.SELECTED, folders.unselect),
    c.Expunge: Row(SessionState.SELECTED, removing.expunge, Updates.ALL),
    c.Search: Row(SessionState.SELECTED, searching.search, Updates.NO_EXPUNGE),
    c.Fetch: Row(SessionState.SELECTED, fetching.fetch, Updates.NO_EXPUNGE),
    c.StoreFlags: Row(SessionState.SELECTED, marking.store, Updates.NO_EXPUNGE),
    c.Copy: Row(SessionState.SELECTED, removing.copy, Updates.ALL),
    c.Move: Row(SessionState.SELECTED, removing.move, Updates.ALL),
}


async def answer(session: ImapSession, request: ImapRequest) -> bytes:
    """Returns the last lines; what comes before the updates, the command has sent itself."""
    row = TABLE.get(type(request.command))
    if row is None:
        return responses.bad(request.tag, "unknown command")
    if not _is_allowed(row.state, session):
        return responses.bad(request.tag, "command not allowed")
    if row.refreshes:
        await session.refresh()
    elif row.updates is not Updates.NOTHING:
        await session.refresh_if_stale()
    last = await row.do(session, request.tag, request.command)
    if row.updates is not Updates.NOTHING:
        await session.refresh_if_stale()
    return session.updates(row.updates) + last


def _is_allowed(state: SessionState, session: ImapSession) -> bool:
    match state:
        case SessionState.ANY:
            return True
        case SessionState.NOT_AUTHENTICATED:
            return session.user is None
        case SessionState.AUTHENTICATED:
            return session.user is not None
        case SessionState.SELECTED:
            return session.selected is not None
