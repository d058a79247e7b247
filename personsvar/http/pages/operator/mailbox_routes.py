"""A subscriber's mailbox as an operator sees it; no message is heard here.

GET  /operator/subscribers/NUMBER            what is in it, what is set, who opened it, whether it is locked
GET  /operator/subscribers/NUMBER/calls      every call to it; ?after=PLACE further back
POST /operator/subscribers/NUMBER/unlock     the ways in are open again
POST /operator/subscribers/NUMBER/pin-reset  a new PIN goes to the subscriber by SMS, and to nobody else
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from personsvar.http.api.parameters import PageBegin, link_behind, place_of
from personsvar.http.pages.operator.operator_page import (
    ON_A_PAGE,
    OperatorAtWork,
    address_of,
    at_work,
    operator_router,
)
from personsvar.http.pages.operator.shown_calls import shown_calls
from personsvar.http.pages.operator.shown_mailbox import facts_of, shown_locks, standing
from personsvar.http.pages.page_faults import NOT_FOUND, PageFault
from personsvar.http.pages.page_route import form_of
from personsvar.http.pages.profile_site import ProfileSite
from personsvar.mailbox import call_log, login
from personsvar.mailbox.errors import MailboxError, StaleError
from personsvar.mailbox.mailbox_overview import MailboxOverview, mailbox_overview
from personsvar.mailbox.model.ids import CallRecordId
from personsvar.mailbox.ports.call_log import CallPlace, CallsWanted
from personsvar.mailbox.profile.openings import openings
from personsvar.mailbox.profile.web_sessions import sessions
from personsvar.notifier.words.facts import written

CONFLICT = 409
MAILBOX_DONE = ("unlocked", "pin")
"""What the page says of itself after a form."""


def operator_mailbox_router(site: ProfileSite) -> APIRouter:
    router = operator_router(site)
    _seen(router, site)
    _changed(router, site)
    return router


def _seen(router: APIRouter, site: ProfileSite) -> None:
    @router.get("/subscribers/{number}")
    def mailbox(request: Request, number: str, done: str = "") -> Response:
        work = at_work(site, request)
        return _page(work, number, done=done if done in MAILBOX_DONE else None)

    @router.get("/subscribers/{number}/calls")
    def calls(request: Request, number: str, after: PageBegin | None = None) -> Response:
        work = at_work(site, request)
        owner = work.subscriber(number)
        found = call_log.calls(
            site.services, CallsWanted(owner.number), behind=_place(after), limit=ON_A_PAGE + 1
        )
        page, is_more = work.listed(found)
        further = link_behind(request, page[-1].began_at, page[-1].id) if is_more else None
        return work.page(
            "operator/calls.html",
            part="calls",
            owner=owner,
            owner_number=written(owner.number),
            calls=shown_calls(work, page),
            further=further,
        )


def _changed(router: APIRouter, site: ProfileSite) -> None:
    @router.post("/subscribers/{number}/unlock")
    def unlock(request: Request, number: str) -> Response:
        work = at_work(site, request)
        owner = work.subscriber(number)
        login.unlock(site.services, owner.number, by=work.actor)
        return site.to(address_of(owner.number, "?done=unlocked"))

    @router.post("/subscribers/{number}/pin-reset")
    def reset_pin(request: Request, number: str) -> Response:
        work, seen = at_work(site, request), form_of(request).get("seen", "")
        owner = work.subscriber(number)
        try:
            login.reset_pin(site.services, owner.number, by=work.actor, as_seen=seen)
        except StaleError:
            return _page(work, owner.number, status=CONFLICT)
        return site.to(address_of(owner.number, "?done=pin"))


def _page(work: OperatorAtWork, number: str, *, done: str | None = None, status: int = 200) -> Response:
    overview = _overview(work, number)
    owner, services = overview.owner, work.site.services
    return work.page(
        "operator/mailbox.html",
        part="mailbox",
        status=status,
        owner=owner,
        owner_number=written(owner.number),
        overview=overview,
        state=standing(work, overview),
        facts=facts_of(work, overview),
        locks=shown_locks(work, overview),
        openings=shown_calls(work, openings(services, owner.number)),
        sessions=[(one.device, work.moment(one.seen_at)) for one in sessions(services, owner.number)],
        done=done,
        is_stale=status == CONFLICT,
    )


def _overview(work: OperatorAtWork, number: str) -> MailboxOverview:
    try:
        return mailbox_overview(work.site.services, number)
    except MailboxError as wrong:
        raise PageFault(NOT_FOUND) from wrong


def _place(after: str | None) -> CallPlace | None:
    if after is None:
        return None
    at, id_ = place_of(after)
    return CallPlace(at, CallRecordId(id_))
