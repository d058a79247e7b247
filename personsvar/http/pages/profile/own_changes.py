"""What a subscriber changes of the own settings on the page, with an entry in the audit trail."""

from __future__ import annotations

from personsvar.http.pages.profile_site import ProfileSite
from personsvar.mailbox.details import Details
from personsvar.mailbox.model.audit import Actor, ActorKind
from personsvar.mailbox.new_pin import change_pin
from personsvar.mailbox.profile.web_sessions import Visitor
from personsvar.mailbox.provision import set_subscriber


def change_own(site: ProfileSite, visitor: Visitor, details: Details) -> None:
    """Raise MailboxError for what will not do."""
    set_subscriber(site.services, visitor.subscriber.number, details, by=owner_of(visitor))


def change_own_pin(site: ProfileSite, visitor: Visitor, pin: str) -> None:
    """Raise WeakPinError when the PIN may not be used."""
    change_pin(site.services, visitor.subscriber.number, pin, by=owner_of(visitor))


def owner_of(visitor: Visitor) -> Actor:
    """An operator, too, is no more than the owner here."""
    return Actor(ActorKind.SUBSCRIBER, visitor.subscriber.number)
