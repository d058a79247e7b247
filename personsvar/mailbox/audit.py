"""The audit trail: every change is written down in the transaction that makes it, with who made it.

Entries go with their subscriber, and else after a time (a setting): nothing of a person outlives him. So the
entry that one was removed says by whom and when, and not who it was.
"""

from __future__ import annotations

from datetime import datetime

from personsvar.mailbox.model.audit import Actor, ActorKind, AuditAction, AuditEntry
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.ports.store import UnitOfWork


def note(
    uow: UnitOfWork,
    at: datetime,
    by: Actor,
    action: AuditAction,
    *,
    mailbox: Number | None = None,
    detail: str = "",
) -> None:
    uow.audit.add(AuditEntry(at, by, action, mailbox, detail))


def by_phone(owner: Number) -> Actor:
    """The owner, by telephone."""
    return Actor(ActorKind.PHONE, owner)
