"""What the domain asks of the store about who comes in by program, and about who did what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from personsvar.mailbox.model.api_key import ApiKey, KeyUse
from personsvar.mailbox.model.audit import ActorKind, AuditAction, AuditEntry
from personsvar.mailbox.model.ids import ApiKeyId, AuditEntryId, Number
from personsvar.mailbox.model.kept_request import KeptRequest


@dataclass(frozen=True, slots=True)
class AuditWanted:
    """Which entries somebody looks for: those that fit all that is given."""

    mailbox: Number | None = None
    kind: ActorKind | None = None
    """The actor's, as the name is."""
    name: str | None = None
    action: AuditAction | None = None
    since: datetime | None = None
    """Inclusive."""
    until: datetime | None = None
    """Exclusive."""


EVERYTHING = AuditWanted()


class AuditTrail(Protocol):
    """Who changed what; entries are added, and go by their age or with their subscriber."""

    def add(self, entry: AuditEntry) -> AuditEntryId:
        """Under a fresh id. Raise UnknownSubscriberError when nobody has the mailbox's number."""
        ...

    def list(
        self,
        wanted: AuditWanted = EVERYTHING,
        *,
        before_id: AuditEntryId | None = None,
        limit: int = 1000,
    ) -> Sequence[AuditEntry]:
        """Newest first. `before_id` is the last one of the page before."""
        ...

    def purge(self, *, before: datetime, limit: int) -> int:
        """Remove entries that are older; how many, no more than `limit`."""
        ...


class ApiKeys(Protocol):
    def add(self, key: ApiKey) -> ApiKey:
        """Under a fresh id. Raise TakenError when a key that is not revoked has the name."""
        ...

    def by_public_id(self, public_id: str) -> ApiKey | None: ...

    def list(self) -> Sequence[ApiKey]:
        """By name, then in the order they were made."""
        ...

    def revoke(self, name: str, *, at: datetime) -> bool:
        """False when there is no key of that name, or it is revoked already."""
        ...

    def used(self, uses: Mapping[ApiKeyId, KeyUse]) -> None:
        """Add to the count of each, and set when it was used last; of one that is gone nothing."""
        ...

    def purge(self, *, before: datetime, limit: int) -> int:
        """Remove those that were revoked, or ended, before that; how many."""
        ...


class KeptRequests(Protocol):
    """Requests that may come twice, each known by its holder and the holder's key for it."""

    def begin(
        self, request: KeptRequest, *, forgotten_before: datetime, given_up_before: datetime
    ) -> KeptRequest | None:
        """The one that is there; None: there was none, and this one is there now, the asker's to do.

        One that began before `forgotten_before` is none, nor is one without an answer that began before
        `given_up_before`. Of two that begin at once one is the first.
        """
        ...

    def finish(self, request: KeptRequest) -> None:
        """Keep its answer. Raise UnknownSubscriberError when nobody has the mailbox's number."""
        ...

    def forget(self, request: KeptRequest) -> None: ...

    def purge(self, *, before: datetime, limit: int) -> int:
        """Remove those that began before that; how many."""
        ...
