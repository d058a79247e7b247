"""All there is of a subscriber: as a zip file, and gone. Both need a log-in of the last minutes.

GET  /profile/data           what there is, and what may be done with it
POST /profile/data/code      a code is sent: the log-in behind it is fresh
POST /profile/data/zip       the file
POST /profile/data/remove    everything goes, but the subscription and what is owed
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response

from personsvar.http.data_downloads import DataDownloads, TooManyDownloadsError
from personsvar.http.pages.page_faults import UNAVAILABLE, PageFault, TriedTooOften
from personsvar.http.pages.page_route import form_of, page_route
from personsvar.http.pages.profile.log_in_routes import LogInLimits, address_of_client, logged_out
from personsvar.http.pages.profile.own_changes import by_page
from personsvar.http.pages.profile_site import ProfileSite
from personsvar.mailbox.emptying import empty_mailbox
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.own_data import DataPart
from personsvar.mailbox.profile.login_codes import send_code
from personsvar.mailbox.profile.tokens import new_token
from personsvar.mailbox.profile.web_sessions import Visitor

FRESH = timedelta(minutes=10)
"""So long after its code a log-in may do this: a browser that somebody else sits at may not."""
ForgetFiles = Callable[[Subscriber], None]


def data_router(site: ProfileSite, limits: LogInLimits, forget_files: ForgetFiles) -> APIRouter:
    """`forget_files`: what of the subscriber lies elsewhere than in the database goes too."""
    router = APIRouter(prefix="/profile/data", include_in_schema=False, route_class=page_route(site))
    _asked(router, site, limits)
    _taken(router, site, DataDownloads(site.services))
    _removed(router, site, forget_files)
    return router


def _asked(router: APIRouter, site: ProfileSite, limits: LogInLimits) -> None:
    @router.get("")
    def data(request: Request) -> Response:
        return _page(site, request, site.visitor(request))

    @router.post("/code")
    async def code(request: Request) -> Response:
        """To the number of who is logged in, whatever is sent; for this browser alone."""
        visitor = await asyncio.to_thread(site.visitor, request)
        limits.codes_asked.count(address_of_client(request))
        visit = new_token(site.services.chance)
        await limits.judged(lambda: send_code(site.services, visit, visitor.subscriber.number))
        response = site.to(f"/profile/code?language={visitor.subscriber.language}&then=data")
        site.cookies.begin_visit(response, visit)
        return response


def _taken(router: APIRouter, site: ProfileSite, downloads: DataDownloads) -> None:
    @router.post("/zip")
    async def take(request: Request) -> Response:
        visitor = await asyncio.to_thread(site.visitor, request)
        if not _is_fresh(site, visitor):
            return site.to("/profile/data")
        try:
            return await downloads.begin(visitor.subscriber, by=by_page(visitor), bounded=True)
        except TooManyDownloadsError as wrong:
            raise _refused(wrong) from wrong


def _refused(wrong: TooManyDownloadsError) -> PageFault:
    if wrong.room_in is None:
        return PageFault(UNAVAILABLE)
    return TriedTooOften(wrong.room_in.total_seconds())


def _removed(router: APIRouter, site: ProfileSite, forget_files: ForgetFiles) -> None:
    @router.post("/remove")
    def remove(request: Request) -> Response:
        visitor, form = site.visitor(request), form_of(request)
        if not _is_fresh(site, visitor):
            return site.to("/profile/data")
        if form.get("sure") != "yes":
            return _page(site, request, visitor, wrong="sure")
        owner = visitor.subscriber
        forget_files(empty_mailbox(site.services, owner.number, by=by_page(visitor)))
        return logged_out(site, site.page(request, "gone.html", owner.language))


def _page(site: ProfileSite, request: Request, visitor: Visitor, *, wrong: str | None = None) -> Response:
    return site.own_page(
        request,
        visitor,
        "data",
        is_fresh=_is_fresh(site, visitor),
        is_operator=visitor.is_operator,
        minutes=int(FRESH.total_seconds() // 60),
        what=list(DataPart),
        wrong=wrong,
    )


def _is_fresh(site: ProfileSite, visitor: Visitor) -> bool:
    """A clock that was put back makes no log-in fresh."""
    age = site.services.clock.now() - visitor.session.began_at
    return timedelta(0) <= age < FRESH
