"""What all sessions of a server share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from personsvar.mailbox.model import Number
from personsvar.mailbox.services import Services
from personsvar.visual.certificate import Certificate
from personsvar.visual.change_broadcast import ChangeBroadcast
from personsvar.visual.login import Authenticator
from personsvar.visual.pre_encoder import PreEncoder
from personsvar.visual.recordings import Recordings
from personsvar.visual.session_figures import SessionFigures
from personsvar.visual.workers import OffLoop

if TYPE_CHECKING:
    from personsvar.visual.imap_session import ImapSession


@dataclass(frozen=True, slots=True)
class SessionTimeouts:
    """How long a client may take, in seconds."""

    log_in: float = 30
    """From the connection on, TLS included."""
    idle: float = 1800
    """RFC 3501, 5.4: no less."""
    command: float = 300
    """From its first byte to its last, and for each 64 kB of an answer."""


MOST_SESSIONS = 10
"""Of one account at once. A phone that lost its radio comes again and leaves the old one behind: so the one
that was quiet longest has to go, and nobody is refused."""


@dataclass(slots=True)
class ServerContext:
    services: Services
    host: str
    """Behind the @, and in the greeting."""
    certificate: Certificate
    workers: OffLoop
    recordings: Recordings
    ahead: PreEncoder
    board: ChangeBroadcast
    door: Authenticator
    counts: SessionFigures
    patience: SessionTimeouts = field(default_factory=SessionTimeouts)
    present: dict[Number, list[ImapSession]] = field(default_factory=dict)
    """Who is logged in, the one that was heard of last at the end."""

    def enter(self, number: Number, session: ImapSession) -> None:
        here = self.present.setdefault(number, [])
        while len(here) >= MOST_SESSIONS:
            here.pop(0).ask_to_leave("too many sessions")
        here.append(session)

    def heard_of(self, number: Number, session: ImapSession) -> None:
        here = self.present.get(number, [])
        if here and here[-1] is not session and session in here:
            here.remove(session)
            here.append(session)

    def left(self, number: Number, session: ImapSession) -> None:
        here = self.present.get(number, [])
        if session in here:
            here.remove(session)
        if not here:
            self.present.pop(number, None)
