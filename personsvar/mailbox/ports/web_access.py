"""What is kept of who is in on the page: codes, sessions and roles, each behind its own port."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from personsvar.mailbox.model.ids import Number, TokenHash, WebSessionId
from personsvar.mailbox.model.web_access import LoginCode, Role, WebSession


class LoginCodes(Protocol):
    """One for each time that somebody asked; they go with their subscriber."""

    def get(self, visit: TokenHash, *, for_change: bool = False) -> LoginCode | None:
        """The code, or None. With `for_change` the row is held until the unit of work ends."""
        ...

    def add(self, code: LoginCode) -> None:
        """Raise UnknownSubscriberError when nobody has the number."""
        ...

    def put(self, code: LoginCode) -> None:
        """Replace the whole value of one that is there."""
        ...

    def count_since(self, number: Number, since: datetime) -> int:
        """How many were asked for then or later."""
        ...

    def purge(self, *, before: datetime) -> int:
        """Remove those asked for before that; how many."""
        ...


class WebSessions(Protocol):
    """They go with their subscriber."""

    def add(self, session: WebSession) -> WebSession:
        """Store it under a fresh id (the one given is ignored) and return it; ids are never used again.

        Raise UnknownSubscriberError when nobody has the number.
        """
        ...

    def by_token(self, token: TokenHash) -> WebSession | None: ...

    def seen(self, which: WebSessionId, at: datetime) -> None: ...

    def listed(self, owner: Number) -> Sequence[WebSession]:
        """The latest seen first."""
        ...

    def remove(self, owner: Number, which: WebSessionId) -> bool:
        """False when it is not there, or another's."""
        ...

    def remove_all(self, owner: Number) -> int:
        """How many there were."""
        ...

    def purge(self, role: Role, *, seen_before: datetime, began_before: datetime) -> int:
        """Remove those of that role that were last seen, or began, at that moment or before; how many."""
        ...


class Roles(Protocol):
    """What was granted to a subscriber, beside being one; it goes with the subscriber."""

    def of(self, number: Number) -> frozenset[Role]: ...

    def grant(self, number: Number, role: Role, at: datetime) -> bool:
        """False when it was granted before. Raise UnknownSubscriberError when nobody has the number."""
        ...

    def revoke(self, number: Number, role: Role) -> bool:
        """False when it was not granted."""
        ...

    def holders(self, role: Role) -> Sequence[Number]:
        """By number."""
        ...
