"""What the service tells a phone's client, whatever its dialect."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum


class ProvisioningStatus(StrEnum):
    """`st` of a STATUS."""

    NEW = "N"
    """Activated; the mailbox was never set up."""
    READY = "R"
    PROVISIONED = "P"
    """Served, but not activated."""
    UNKNOWN = "U"
    BLOCKED = "B"


class Cause(IntEnum):
    """`rc` of a STATUS, those we have reason to give."""

    SUCCESS = 0
    SUBSCRIBER_ERROR = 2
    MAILBOX_UNKNOWN = 3
    NOT_ACTIVATED = 4


CAUSES = {
    ProvisioningStatus.NEW: Cause.SUCCESS,
    ProvisioningStatus.READY: Cause.SUCCESS,
    ProvisioningStatus.PROVISIONED: Cause.NOT_ACTIVATED,
    ProvisioningStatus.UNKNOWN: Cause.MAILBOX_UNKNOWN,
    ProvisioningStatus.BLOCKED: Cause.SUBSCRIBER_ERROR,
}


@dataclass(frozen=True, slots=True)
class ClientLogin:
    """Where the client fetches messages, and as whom."""

    host: str
    port: int
    """For STARTTLS."""
    tls_port: int
    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Terms:
    """What the client may offer its user."""

    menu_number: str = ""
    """To hear the messages by phone."""
    client_number: str = ""
    """Where its requests go."""
    greeting_seconds: int = 120
    signature_seconds: int = 120
    pin_shortest: int = 4
    pin_longest: int = 10


@dataclass(frozen=True, slots=True)
class NewMessage:
    uid: int
    """In IMAP."""
    caller: str | None
    """None: withheld."""
    at: datetime
    """Aware; its zone is the subscriber's."""
    seconds: int
