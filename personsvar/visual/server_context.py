"""What all sessions of a server share."""

from __future__ import annotations

from dataclasses import dataclass, field

from personsvar.mailbox.services import Services
from personsvar.visual.account_sessions import AccountSessions
from personsvar.visual.certificate import Certificate
from personsvar.visual.change_broadcast import ChangeBroadcast
from personsvar.visual.login import Authenticator
from personsvar.visual.pre_encoder import PreEncoder
from personsvar.visual.recordings import Recordings
from personsvar.visual.session_figures import SessionFigures
from personsvar.visual.workers import OffLoop


@dataclass(frozen=True, slots=True)
class SessionTimeouts:
    """How long a client may take, in seconds."""

    log_in: float = 30
    """From the connection on, TLS included."""
    idle: float = 1800
    """RFC 3501, 5.4: no less."""
    command: float = 300
    """From its first byte to its last, and for each 64 kB of an answer."""


@dataclass(frozen=True, slots=True)
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
    sessions: AccountSessions = field(default_factory=AccountSessions)
