"""Keys of the HTTP API: for each program one, for what it may do and no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from personsvar.mailbox.model.ids import ApiKeyId

_NOT_STORED = ApiKeyId(0)


class Scope(StrEnum):
    """What a key may be for."""

    SUBSCRIBERS_READ = "subscribers:read"
    SUBSCRIBERS_WRITE = "subscribers:write"
    MESSAGES_READ = "messages:read"
    MESSAGES_WRITE = "messages:write"
    GREETINGS_READ = "greetings:read"
    GREETINGS_WRITE = "greetings:write"
    NOTICES_READ = "notices:read"
    NOTICES_WRITE = "notices:write"
    NAMES_READ = "names:read"
    NAMES_WRITE = "names:write"
    DATA_READ = "data:read"
    DATA_WRITE = "data:write"
    CHARGES_READ = "charges:read"
    CALLS_READ = "calls:read"
    FIGURES_READ = "figures:read"
    AUDIT_READ = "audit:read"
    UPKEEP_READ = "upkeep:read"
    UPKEEP_WRITE = "upkeep:write"


class KeyState(StrEnum):
    GOOD = "good"
    EXPIRED = "expired"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is kept: what it is found by, and a digest of its secret."""

    name: str
    scopes: frozenset[Scope]
    public_id: str
    """It stands in the key in clear, and is no secret."""
    digest: str
    created_at: datetime
    expires_at: datetime | None = None
    """None: it does not end by itself."""
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None
    uses: int = 0
    id: ApiKeyId = _NOT_STORED
    """A stored one has its own."""

    def state(self, now: datetime) -> KeyState:
        if self.revoked_at is not None:
            return KeyState.REVOKED
        over = self.expires_at is not None and self.expires_at <= now
        return KeyState.EXPIRED if over else KeyState.GOOD


@dataclass(frozen=True, slots=True)
class KeyUse:
    """How often a key was used since that was written down last, and when for the last time."""

    times: int
    last_at: datetime
