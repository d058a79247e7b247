"""Removing everything of a subscriber's, at the subscriber's own word: the mailbox is as a new one.

The subscription itself stays, as it is a matter between the operator and the subscriber: calls are diverted
here still, so callers may leave messages, and the first call by its owner gives a PIN and a welcome. What
stays beside the number is how it was given: language and time zone. Charges stay, as whoever leaves owes
them, too. What callers said and the spool still holds is not the new mailbox's (`deposit`).
"""

from __future__ import annotations

from personsvar.mailbox import audit
from personsvar.mailbox.lamps import lamp_notice
from personsvar.mailbox.model.audit import Actor, AuditAction
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.services import Services


def empty_mailbox(services: Services, number: Number, *, by: Actor) -> Subscriber:
    """Remove all there is of a subscriber but the subscription; whoever is logged in is out.

    Returned is the subscriber as he was: what lies in files is to go, too. Raise UnknownSubscriberError when
    nobody has the number.
    """
    with services.store.begin() as uow:
        before = uow.subscribers.need(number, for_change=True)
        now = services.clock.now()
        uow.subscribers.remove(number)
        as_new = Subscriber(number, language=before.language, time_zone=before.time_zone, subscribed_at=now)
        uow.subscribers.add(as_new)
        if services.rules.lamps:
            uow.outbox.renew(lamp_notice(number, now))
        audit.note(uow, now, by, AuditAction.DATA_REMOVED, mailbox=number)
        uow.commit()
    return before
