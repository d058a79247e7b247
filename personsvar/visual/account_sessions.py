"""The sessions of each account that is logged in: few of one at once, and none when the account is over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from personsvar.mailbox.model.ids import Number, PasswordHash
from personsvar.visual.authenticator import LoggedIn

MOST_SESSIONS = 10
"""One account has no more at once. A phone that lost its radio comes again and leaves the old one behind: so
the one that was quiet longest has to go, and nobody is refused."""


class AccountSession(Protocol):
    """What is asked of a session here (`imap_session.ImapSession`)."""

    @property
    def logged_in(self) -> LoggedIn: ...

    def end_soon(self, why: str) -> None: ...


@dataclass(slots=True)
class AccountSessions:
    _sessions: dict[Number, list[AccountSession]] = field(default_factory=dict)
    """By account; the session that was heard of last stands at the end."""

    def enter(self, session: AccountSession) -> None:
        sessions = self._sessions.setdefault(session.logged_in.number, [])
        while len(sessions) >= MOST_SESSIONS:
            sessions.pop(0).end_soon("too many sessions")
        sessions.append(session)

    def heard_of(self, session: AccountSession) -> None:
        sessions = self._sessions.get(session.logged_in.number, [])
        if sessions and sessions[-1] is not session and session in sessions:
            sessions.remove(session)
            sessions.append(session)

    def leave(self, session: AccountSession) -> None:
        number = session.logged_in.number
        sessions = self._sessions.get(number, [])
        if session in sessions:
            sessions.remove(session)
        if not sessions:
            self._sessions.pop(number, None)

    def passwords(self) -> dict[Number, PasswordHash | None]:
        """The password that each account of these sessions logged in with."""
        return {number: sessions[0].logged_in.account.password for number, sessions in self._sessions.items()}

    def end(self, numbers: Iterable[Number], why: str) -> None:
        for number in numbers:
            for session in tuple(self._sessions.get(number, ())):
                session.end_soon(why)
