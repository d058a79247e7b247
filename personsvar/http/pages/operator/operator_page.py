"""What the operator's pages share: who may see them, in whose name they change something, how they are shown.

To whoever is no operator there is nothing here, and nothing says that there is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from personsvar.http.api.paging import link_to_next, one_page
from personsvar.http.pages.message_shown import Names, moment
from personsvar.http.pages.page_faults import NOT_FOUND, PageFault
from personsvar.http.pages.page_ids import LARGEST_ID
from personsvar.http.pages.page_route import page_route
from personsvar.http.pages.page_texts import said
from personsvar.http.pages.profile_site import ProfileSite
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.audit import Actor, ActorKind
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Language, Subscriber
from personsvar.mailbox.profile.web_sessions import Visitor
from personsvar.mailbox.provision import find_subscriber
from personsvar.notifier.words.facts import written

ON_A_PAGE = 25
"""Things of one list."""
Before = Annotated[int | None, Query(ge=1, le=LARGEST_ID)]
"""The last id of the page before; what can't be one is not there."""
T = TypeVar("T")


def operator_router(site: ProfileSite) -> APIRouter:
    return APIRouter(prefix="/operator", include_in_schema=False, route_class=page_route(site))


@dataclass(frozen=True, slots=True)
class OperatorAtWork:
    """Somebody logged in with the role, and the page as it is shown to them."""

    site: ProfileSite
    request: Request
    visitor: Visitor

    @property
    def language(self) -> Language:
        return self.visitor.subscriber.language

    @property
    def actor(self) -> Actor:
        return Actor(ActorKind.OPERATOR, self.visitor.subscriber.number)

    def moment(self, at: datetime) -> str:
        """By the operator's own clock, in words."""
        return moment(at, self.visitor.subscriber, self.site.services.clock.now())

    def said(self, text: str, /, **facts: object) -> str:
        return said(self.language, text, **facts)

    def caller(self, number: Number | None, names: Names) -> str:
        if number is None:
            return self.said("message.withheld")
        return f"{names[number]}, {written(number)}" if number in names else written(number)

    def subscriber(self, raw_number: str) -> Subscriber:
        """By any form of the number. Raise PageFault when it is nobody's."""
        try:
            return find_subscriber(self.site.services, raw_number)
        except MailboxError as wrong:
            raise PageFault(NOT_FOUND) from wrong

    def page(self, template: str, *, part: str, status: int = 200, **shown: Any) -> Response:
        number = written(self.visitor.subscriber.number)
        return self.site.page(
            self.request, template, self.language, status=status, part=part, number=number, **shown
        )

    def listed(self, found: Sequence[T]) -> tuple[Sequence[T], bool]:
        """Of one more than a page that were asked for: the page, and whether there is another."""
        return one_page(found, ON_A_PAGE)

    def further(self, **behind: object) -> str:
        """The address of the next page of the list."""
        return link_to_next(self.request, **behind)


def at_work(site: ProfileSite, request: Request, *, counts: bool = True) -> OperatorAtWork:
    """Raise LogInFirst for nobody, and PageFault for whoever is no operator. It `counts`: as in `visitor`."""
    visitor = site.visitor(request, counts=counts)
    if not visitor.is_operator:
        raise PageFault(NOT_FOUND)
    return OperatorAtWork(site, request, visitor)


def address_of(number: Number, part: str = "") -> str:
    """Of a subscriber's pages."""
    return f"/operator/subscribers/{number}{part}"
