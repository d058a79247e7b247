"""Finding a subscriber.

GET  /operator        by a number in any form, a name, or a part of it; ?after=NUMBER further on
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from personsvar.http.pages.operator.operator_page import ON_A_PAGE, address_of, at_work, operator_router
from personsvar.http.pages.profile_site import ProfileSite
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.subscriber_search import find_subscribers
from personsvar.notifier.words.facts import written

Behind = Annotated[str | None, Query(pattern=r"^\+[0-9]{1,15}$")]


@dataclass(frozen=True, slots=True)
class ShownSubscriber:
    number: str
    name: str
    address: str


def operator_find_router(site: ProfileSite) -> APIRouter:
    router = operator_router(site)

    @router.get("")
    def find(request: Request, q: str = "", after: Behind = None) -> Response:
        work = at_work(site, request)
        behind = None if after is None else Number(after)
        found = find_subscribers(site.services, q, after=behind, limit=ON_A_PAGE + 1)
        page, is_more = work.listed(found)
        further = work.further(after=page[-1].number) if is_more else None
        shown = [_shown(one) for one in page]
        return work.page("operator/find.html", part="find", typed=q, found=shown, further=further)

    return router


def _shown(subscriber: Subscriber) -> ShownSubscriber:
    return ShownSubscriber(written(subscriber.number), subscriber.name, address_of(subscriber.number))
