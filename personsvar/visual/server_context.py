"""What all sessions of a server share."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass, field

from personsvar.mailbox.services import Services
from personsvar.visual.account_sessions import AccountSessions
from personsvar.visual.authenticator import Authenticator
from personsvar.visual.certificate import Certificate
from personsvar.visual.change_broadcast import ChangeBroadcast
from personsvar.visual.pre_encoder import PreEncoder
from personsvar.visual.recordings import Recordings
from personsvar.visual.session_figures import SessionFigures


@dataclass(frozen=True, slots=True)
class SessionTimeouts:
    """How long a client may take, in seconds."""

    log_in: float = 30
    """The time runs from the connection on, TLS included."""
    idle: float = 1800
    """RFC 3501, 5.4, allows no less."""
    command: float = 300
    """A command has so long from its first byte to its last, and each 64 kB of an answer."""


@dataclass(frozen=True, slots=True)
class ServerContext:
    services: Services
    host: str
    """The server's name, behind the @ and in the greeting."""
    certificate: Certificate
    threads: Executor
    """Threads that look into the store."""
    recordings: Recordings
    pre_encoder: PreEncoder
    changes: ChangeBroadcast
    authenticator: Authenticator
    figures: SessionFigures
    timeouts: SessionTimeouts = field(default_factory=SessionTimeouts)
    sessions: AccountSessions = field(default_factory=AccountSessions)
