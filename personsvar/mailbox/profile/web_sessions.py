"""Sessions on the page: how long they live, who is in, and how they end.

One that is not used ends after some days, and each ends some days after its log-in, however much it is used
(settings). An operator's are short: an hour and half a day. What was granted is looked up each time, so a
role that is revoked is gone from every open page at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from personsvar.mailbox import audit
from personsvar.mailbox.model.audit import Actor, AuditAction
from personsvar.mailbox.model.ids import Number, WebSessionId
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.model.web_access import Role, WebSession
from personsvar.mailbox.ports.store import UnitOfWork
from personsvar.mailbox.profile.tokens import hash_token
from personsvar.mailbox.rules import Rules
from personsvar.mailbox.services import Services

SEEN_EVERY = timedelta(minutes=1)
"""That somebody is there is written down no more often."""
OPERATORS_IDLE, OPERATORS_LIFE = timedelta(hours=1), timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is logged in, as of now."""

    session: WebSession
    subscriber: Subscriber
    is_operator: bool


def visitor(services: Services, token: str, *, counts: bool = True) -> Visitor | None:
    """None when nobody has a session with that token, or its time is over. It `counts`: it is used now."""
    with services.store.look() as uow:
        found = visitor_in(uow, services, token)
    if found is not None and counts:
        note_seen(services, found)
    return found


def visitor_in(uow: UnitOfWork, services: Services, token: str) -> Visitor | None:
    """The same for whoever looks for more in one look; `note_seen` comes behind it."""
    session = uow.web_sessions.by_token(hash_token(token))
    if session is None or is_over(session, services.rules, services.clock.now()):
        return None
    return _visitor(uow, session)


def note_seen(services: Services, found: Visitor) -> None:
    """That they are there is written down, unless it was a moment ago."""
    now = services.clock.now()
    if now - found.session.seen_at >= SEEN_EVERY:
        with services.store.begin() as uow:
            uow.web_sessions.seen(found.session.id, now)
            uow.commit()


def sessions(services: Services, owner: Number) -> Sequence[WebSession]:
    """Those that are not over, the latest used first."""
    with services.store.look() as uow:
        every = uow.web_sessions.listed(owner)
    now = services.clock.now()
    return [session for session in every if not is_over(session, services.rules, now)]


def log_out(services: Services, visitor: Visitor, *, by: Actor) -> None:
    end_session(services, visitor.subscriber.number, visitor.session.id, by=by)


def end_session(services: Services, owner: Number, which: WebSessionId, *, by: Actor) -> bool:
    """False when the owner has no such session."""
    with services.store.begin() as uow:
        ended = uow.web_sessions.remove(owner, which)
        if ended:
            _note_end(uow, services, owner, by, f"session {which}")
        uow.commit()
    return ended


def log_out_everywhere(services: Services, owner: Number, *, by: Actor) -> int:
    """Every session ends, this one too; how many there were."""
    with services.store.begin() as uow:
        ended = uow.web_sessions.remove_all(owner)
        if ended:
            _note_end(uow, services, owner, by, f"every session: {ended}")
        uow.commit()
    return ended


def _note_end(uow: UnitOfWork, services: Services, owner: Number, by: Actor, detail: str) -> None:
    audit.note(uow, services.clock.now(), by, AuditAction.SESSION_ENDED, mailbox=owner, detail=detail)


def expire_sessions(uow: UnitOfWork, rules: Rules, now: datetime) -> int:
    """Remove those that are over; how many."""
    gone = 0
    for role in Role:
        idle, life = lifetimes(role, rules)
        gone += uow.web_sessions.purge(role, seen_before=now - idle, began_before=now - life)
    return gone


def is_over(session: WebSession, rules: Rules, now: datetime) -> bool:
    idle, life = lifetimes(session.role, rules)
    return now - session.seen_at >= idle or now - session.began_at >= life


def lifetimes(role: Role, rules: Rules) -> tuple[timedelta, timedelta]:
    """How long one may be idle, and how long it lives at most."""
    if role is Role.OPERATOR:
        return OPERATORS_IDLE, OPERATORS_LIFE
    return timedelta(days=rules.session_idle_days), timedelta(days=rules.session_days)


def _visitor(uow: UnitOfWork, session: WebSession) -> Visitor | None:
    subscriber = uow.subscribers.get(session.number)
    if subscriber is None:
        return None
    granted = session.role is Role.OPERATOR and Role.OPERATOR in uow.roles.of(session.number)
    return Visitor(session, subscriber, granted)
