"""How e-mails are made and sent, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from personsvar.gateways.email.mail_message import SENDER_NAME
from personsvar.gateways.reachability import FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS


@dataclass(frozen=True, slots=True)
class EmailOptions:
    sender: str
    """The address in From, and where bounces go."""
    sound: Literal["mp3", "wav"]
    max_bytes: int
    """The whole mail is no larger; above it a link stands in for the recording."""
    connections: int
    seconds: float
    """Handing one mail over takes no longer."""
    encode_seconds: float
    """An MP3 that is not made in this time is not waited for."""
    sender_name: str = SENDER_NAME
    idle_seconds: float = 20
    """A connection nobody needs is left after so long."""
    first_pause_seconds: float = FIRST_PAUSE_SECONDS
    longest_pause_seconds: float = LONGEST_PAUSE_SECONDS
