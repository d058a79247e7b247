"""What a subscriber changes of the own settings on the page, with an entry in the audit trail."""

from __future__ import annotations

from personsvar.http.pages.page_faults import BAD_REQUEST, PageFault
from personsvar.http.pages.page_forms import PageForm
from personsvar.http.pages.profile.availability_shown import turned
from personsvar.http.pages.profile_site import ProfileSite
from personsvar.mailbox.details import Details
from personsvar.mailbox.model.audit import Actor, ActorKind
from personsvar.mailbox.new_pin import change_pin
from personsvar.mailbox.profile.web_sessions import Visitor
from personsvar.mailbox.provision import set_subscriber


def change_own(site: ProfileSite, visitor: Visitor, details: Details) -> None:
    """Raise MailboxError for what will not do."""
    set_subscriber(site.services, visitor.subscriber.number, details, by=by_page(visitor))


def change_own_pin(site: ProfileSite, visitor: Visitor, pin: str) -> None:
    """Raise WeakPinError when the PIN may not be used."""
    change_pin(site.services, visitor.subscriber.number, pin, by=by_page(visitor))


def turn_own_voicemail(site: ProfileSite, visitor: Visitor, form: PageForm) -> None:
    """Raise MailboxError (TwoEndsError) for what will not do, and PageFault for what no form of ours asks."""
    wanted = turned(form, visitor.subscriber, site.services.clock.now())
    if wanted is None:
        raise PageFault(BAD_REQUEST)
    change_own(site, visitor, wanted)


def by_page(visitor: Visitor) -> Actor:
    """The owner, on the page; an operator, too, is no more than that here."""
    return Actor(ActorKind.SUBSCRIBER, visitor.subscriber.number)
