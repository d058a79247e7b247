"""What an operator grants on the command line: who may be more than a subscriber on the page.

Only a subscriber can be: the code for the log-in goes to the number. Whoever gets the role logs in anew, and
whoever loses it is logged out wherever it was used.
"""

from __future__ import annotations

from collections.abc import Sequence

from personsvar.mailbox import audit
from personsvar.mailbox.model.audit import Actor, AuditAction
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.web_access import Role
from personsvar.mailbox.phone_numbers import parse_subscriber_number
from personsvar.mailbox.services import Services


def grant(services: Services, raw_number: str, role: Role, *, by: Actor) -> tuple[Number, bool]:
    """The number, and whether that is new. Raise MailboxError for what is no subscriber's number."""
    number = parse_subscriber_number(raw_number, region=services.rules.home_region)
    with services.store.begin() as uow:
        uow.subscribers.need(number, for_change=True)
        now = services.clock.now()
        granted = uow.roles.grant(number, role, now)
        if granted:
            audit.note(uow, now, by, AuditAction.ROLE_GRANTED, mailbox=number, detail=str(role))
        uow.commit()
    return number, granted


def revoke(services: Services, raw_number: str, role: Role, *, by: Actor) -> tuple[Number, bool]:
    """The number, and whether it had the role. Raise MailboxError for what is no number."""
    number = parse_subscriber_number(raw_number, region=services.rules.home_region)
    with services.store.begin() as uow:
        revoked = uow.roles.revoke(number, role)
        if revoked:
            now = services.clock.now()
            audit.note(uow, now, by, AuditAction.ROLE_REVOKED, mailbox=number, detail=str(role))
        for session in uow.web_sessions.listed(number):
            if session.role is role:
                uow.web_sessions.remove(number, session.id)
        uow.commit()
    return number, revoked


def holders(services: Services, role: Role) -> Sequence[Number]:
    with services.store.look() as uow:
        return uow.roles.holders(role)
