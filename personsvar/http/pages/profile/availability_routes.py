"""When the subscriber is away, and when callers may leave messages.

GET  /profile/availability             all of it
POST /profile/availability/voicemail   on, off, off until       POST /profile/availability/hours
POST /profile/availability/back        available now, whatever absence is on
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from personsvar.http.pages.page_route import form_of, page_route
from personsvar.http.pages.profile.availability_page import availability_page
from personsvar.http.pages.profile.availability_shown import TwoEndsError
from personsvar.http.pages.profile.hours_form import TooManyHoursError, hours_again, hours_written
from personsvar.http.pages.profile.own_changes import by_page, change_own, turn_own_voicemail
from personsvar.http.pages.profile_site import ProfileSite
from personsvar.mailbox.being_back import be_back
from personsvar.mailbox.details import Details
from personsvar.mailbox.errors import MailboxError

HERE = "/profile/availability"


def availability_router(site: ProfileSite) -> APIRouter:
    router = APIRouter(prefix=HERE, include_in_schema=False, route_class=page_route(site))

    @router.get("")
    def availability(request: Request) -> Response:
        return availability_page(site, request, site.visitor(request), done=request.query_params.get("done"))

    @router.post("/voicemail")
    def voicemail(request: Request) -> Response:
        visitor, form = site.visitor(request), form_of(request)
        try:
            turn_own_voicemail(site, visitor, form)
        except TwoEndsError:
            return availability_page(site, request, visitor, wrong="off_both", off=form)
        except MailboxError:
            return availability_page(site, request, visitor, wrong="off", off=form)
        return site.to(f"{HERE}?done=voicemail")

    @router.post("/back")
    def back(request: Request) -> Response:
        visitor = site.visitor(request)
        be_back(site.services, visitor.subscriber.number, by=by_page(visitor))
        return site.to(f"{HERE}?done=back")

    @router.post("/hours")
    def hours(request: Request) -> Response:
        visitor, form = site.visitor(request), form_of(request)
        try:
            change_own(site, visitor, Details(hours=hours_written(form)))
        except MailboxError as refused:
            wrong = "hours_many" if isinstance(refused, TooManyHoursError) else "hours"
            return availability_page(site, request, visitor, wrong=wrong, hours=hours_again(form))
        return site.to(f"{HERE}?done=hours")

    return router
