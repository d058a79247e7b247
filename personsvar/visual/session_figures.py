"""What the server counts, for the figures; read from any thread."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class SessionFigures:
    connections: int = 0
    """Connections there are now, logged in or not."""
    sessions: int = 0
    """Sessions that are logged in now."""
    log_ins: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """Refused log-ins: `wrong`, `closed` (too many wrong), `blocked`, `inactive`, `clear` (without TLS)."""
    turned_away: int = 0
    """Connections over the limits: the newest of all, or the longest there of those without a log-in."""
    failures: int = 0
    """Sessions ended by a mistake of ours."""
    encoded: int = 0
    """Recordings made into AMR."""
