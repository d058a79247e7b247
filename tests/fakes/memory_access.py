"""Who comes in by program, and who did what, in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from personsvar.mailbox.api_keys import with_use
from personsvar.mailbox.errors import TakenError
from personsvar.mailbox.model.api_key import ApiKey, KeyUse
from personsvar.mailbox.model.audit import Actor, ActorKind, AuditEntry
from personsvar.mailbox.model.ids import ApiKeyId, AuditEntryId, Number
from personsvar.mailbox.model.kept_request import KeptRequest
from personsvar.mailbox.ports.access import EVERYTHING, AuditWanted
from tests.fakes.memory_tables import Ids, Tables


@dataclass
class MemoryAuditTrail:
    tables: Tables
    next_ids: Ids

    def add(self, entry: AuditEntry) -> AuditEntryId:
        if entry.mailbox is not None:
            self.tables.must_know(entry.mailbox)
        given = AuditEntryId(self.next_ids.fresh())
        self.tables.audit[given] = replace(entry, id=given)
        return given

    def list(
        self,
        wanted: AuditWanted = EVERYTHING,
        *,
        before_id: AuditEntryId | None = None,
        limit: int = 1000,
    ) -> Sequence[AuditEntry]:
        def is_on_page(entry: AuditEntry) -> bool:
            return _fits(entry, wanted) and (before_id is None or entry.id < before_id)

        newest_first = (entry for _, entry in sorted(self.tables.audit.items(), reverse=True))
        return [*islice(filter(is_on_page, newest_first), limit)]

    def purge(self, *, before: datetime, limit: int) -> int:
        old = [entry.id for entry in self.tables.audit.values() if entry.at < before][:limit]
        for entry in old:
            del self.tables.audit[entry]
        return len(old)


def _fits(entry: AuditEntry, wanted: AuditWanted) -> bool:
    given = (
        (wanted.mailbox, entry.mailbox),
        (wanted.kind, entry.actor.kind),
        (wanted.name, entry.actor.name),
        (wanted.action, entry.action),
    )
    return (
        all(one in (None, is_) for one, is_ in given)
        and (wanted.since is None or wanted.since <= entry.at)
        and (wanted.until is None or entry.at < wanted.until)
    )


@dataclass
class MemoryApiKeys:
    tables: Tables
    next_ids: Ids

    def add(self, key: ApiKey) -> ApiKey:
        for other in self.tables.api_keys.values():
            if (other.name == key.name and other.revoked_at is None) or other.public_id == key.public_id:
                raise TakenError("there is a key of that name already")
        added = replace(key, id=ApiKeyId(self.next_ids.fresh()))
        self.tables.api_keys[added.id] = added
        return added

    def by_public_id(self, public_id: str) -> ApiKey | None:
        return next((key for key in self.tables.api_keys.values() if key.public_id == public_id), None)

    def list(self) -> Sequence[ApiKey]:
        return sorted(self.tables.api_keys.values(), key=lambda key: (key.name, key.id))

    def revoke(self, name: str, *, at: datetime) -> bool:
        in_force = [key for key in self.tables.api_keys.values() if key.name == name and not key.revoked_at]
        for key in in_force:
            self.tables.api_keys[key.id] = replace(key, revoked_at=at)
        return bool(in_force)

    def used(self, uses: Mapping[ApiKeyId, KeyUse]) -> None:
        for key, use in uses.items():
            if key in self.tables.api_keys:
                self.tables.api_keys[key] = with_use(self.tables.api_keys[key], use)

    def purge(self, *, before: datetime, limit: int) -> int:
        ends = ((key.id, key.revoked_at or key.expires_at) for key in self.tables.api_keys.values())
        old = [key for key, end in ends if end is not None and end < before][:limit]
        for key in old:
            del self.tables.api_keys[key]
        return len(old)


@dataclass
class MemoryKeptRequests:
    tables: Tables

    def begin(
        self, request: KeptRequest, *, forgotten_before: datetime, given_up_before: datetime
    ) -> KeptRequest | None:
        shelf, key = self.tables.kept_requests, (request.holder, request.key)
        found = shelf.get(key)
        if found is not None:
            given_up = found.answer is None and found.begun_at < given_up_before
            if found.begun_at >= forgotten_before and not given_up:
                return found
        shelf[key] = request
        return None

    def finish(self, request: KeptRequest) -> None:
        if request.mailbox is not None:
            self.tables.must_know(request.mailbox)
        self.tables.kept_requests[request.holder, request.key] = request

    def forget(self, request: KeptRequest) -> None:
        del self.tables.kept_requests[request.holder, request.key]

    def purge(self, *, before: datetime, limit: int) -> int:
        shelf = self.tables.kept_requests
        old = [key for key, kept in shelf.items() if kept.begun_at < before][:limit]
        for key in old:
            del shelf[key]
        return len(old)


def forget_entries(tables: Tables, number: Number) -> None:
    """Those of the removed subscriber's mailbox; others' no longer name him as their operator."""
    his = Actor(ActorKind.OPERATOR, number)
    for entry in list(tables.audit.values()):
        if entry.mailbox == number:
            del tables.audit[entry.id]
        elif entry.actor == his:
            tables.audit[entry.id] = replace(entry, actor=replace(his, name=""))
    for key in [key for key, kept in tables.kept_requests.items() if kept.mailbox == number]:
        del tables.kept_requests[key]
