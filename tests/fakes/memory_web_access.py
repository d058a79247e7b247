"""Who is in on the page, in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from personsvar.mailbox.model.ids import Number, TokenHash, WebSessionId
from personsvar.mailbox.model.web_access import LoginCode, Role, WebSession
from tests.fakes.memory_tables import Ids, Tables


@dataclass
class MemoryLoginCodes:
    tables: Tables

    def get(self, visit: TokenHash, *, for_change: bool = False) -> LoginCode | None:  # noqa: ARG002 - one writer at a time: every row is held
        return self.tables.login_codes.get(visit)

    def add(self, code: LoginCode) -> None:
        self.tables.must_know(code.number)
        self.tables.login_codes[code.visit] = code

    def put(self, code: LoginCode) -> None:
        if code.visit in self.tables.login_codes:
            self.tables.login_codes[code.visit] = code

    def count_since(self, number: Number, since: datetime) -> int:
        return sum(it.number == number and it.asked_at >= since for it in self.tables.login_codes.values())

    def purge(self, *, before: datetime) -> int:
        old = [visit for visit, it in self.tables.login_codes.items() if it.asked_at < before]
        for visit in old:
            del self.tables.login_codes[visit]
        return len(old)


@dataclass
class MemoryWebSessions:
    tables: Tables
    next_ids: Ids

    def add(self, session: WebSession) -> WebSession:
        self.tables.must_know(session.number)
        added = replace(session, id=WebSessionId(self.next_ids.fresh()))
        self.tables.web_sessions[added.id] = added
        return added

    def by_token(self, token: TokenHash) -> WebSession | None:
        return next((it for it in self.tables.web_sessions.values() if it.token == token), None)

    def seen(self, which: WebSessionId, at: datetime) -> None:
        if which in self.tables.web_sessions:
            self.tables.web_sessions[which] = replace(self.tables.web_sessions[which], seen_at=at)

    def listed(self, owner: Number) -> Sequence[WebSession]:
        of_owner = (it for it in self.tables.web_sessions.values() if it.number == owner)
        return sorted(of_owner, key=lambda it: (it.seen_at, it.id), reverse=True)

    def remove(self, owner: Number, which: WebSessionId) -> bool:
        return self._drop([it.id for it in self.listed(owner) if it.id == which]) > 0

    def remove_all(self, owner: Number) -> int:
        return self._drop([it.id for it in self.listed(owner)])

    def purge(self, role: Role, *, seen_before: datetime, began_before: datetime) -> int:
        of_role = (it for it in self.tables.web_sessions.values() if it.role is role)
        return self._drop(
            [it.id for it in of_role if it.seen_at <= seen_before or it.began_at <= began_before]
        )

    def _drop(self, which: Sequence[WebSessionId]) -> int:
        for each in which:
            del self.tables.web_sessions[each]
        return len(which)


@dataclass
class MemoryRoles:
    tables: Tables

    def of(self, number: Number) -> frozenset[Role]:
        return frozenset(role for holder, role in self.tables.roles if holder == number)

    def grant(self, number: Number, role: Role, at: datetime) -> bool:
        self.tables.must_know(number)
        if (number, role) in self.tables.roles:
            return False
        self.tables.roles[number, role] = at
        return True

    def revoke(self, number: Number, role: Role) -> bool:
        if (number, role) not in self.tables.roles:
            return False
        del self.tables.roles[number, role]
        return True

    def holders(self, role: Role) -> Sequence[Number]:
        return sorted(holder for holder, granted in self.tables.roles if granted is role)
