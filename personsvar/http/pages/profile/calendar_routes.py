"""Calendars on the page: their appointments are absences.

POST /profile/availability/calendars             gives one, which is fetched at once
POST /profile/availability/calendars/ID/word     POST …/refresh     POST …/remove
"""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import Response

from personsvar.gateways.calendar.calendar_desk import CalendarDesk, NoPlaceError
from personsvar.http.pages.attempt_limits import AttemptLimits
from personsvar.http.pages.page_faults import NOT_FOUND, UNAVAILABLE, PageFault
from personsvar.http.pages.page_forms import PageForm
from personsvar.http.pages.page_ids import PageId
from personsvar.http.pages.page_route import form_of, page_route
from personsvar.http.pages.profile.availability_page import WrongCalendar, availability_page
from personsvar.http.pages.profile.availability_routes import HERE
from personsvar.http.pages.profile.own_changes import by_page
from personsvar.http.pages.profile_site import ProfileSite
from personsvar.mailbox.calendars import (
    CalendarRefusedError,
    calendar_of,
    remove_calendar,
    set_word,
)
from personsvar.mailbox.errors import NotReadyError
from personsvar.mailbox.model.calendar_feed import CalendarFeed
from personsvar.mailbox.model.ids import CalendarId
from personsvar.mailbox.profile.web_sessions import Visitor

UNDER_WAY = "under-way"
"""Why it can't be fetched: somebody does already."""


def calendars_router(site: ProfileSite, desk: CalendarDesk, fetches: AttemptLimits) -> APIRouter:
    """`fetches`: how often one subscriber may have calendars fetched, which are other people's servers."""
    router = APIRouter(prefix=f"{HERE}/calendars", include_in_schema=False, route_class=page_route(site))
    _fetched(router, site, desk, fetches)

    @router.post("/{which}/word")
    def word(request: Request, which: PageId) -> Response:
        visitor, given = site.visitor(request), _word(form_of(request))
        feed = _found(site, visitor, which)
        try:
            set_word(site.services, feed.mailbox, feed.id, given, by=by_page(visitor))
        except CalendarRefusedError as refused:
            wrong = WrongCalendar(refused.fault, given, feed.id)
            return availability_page(site, request, visitor, calendar=wrong)
        return site.to(f"{HERE}?done=calendar-changed")

    @router.post("/{which}/remove")
    def remove(request: Request, which: PageId) -> Response:
        visitor = site.visitor(request)
        feed = _found(site, visitor, which)
        remove_calendar(site.services, feed.mailbox, feed.id, by=by_page(visitor))
        return site.to(f"{HERE}?done=calendar-removed")

    return router


def _fetched(router: APIRouter, site: ProfileSite, desk: CalendarDesk, fetches: AttemptLimits) -> None:
    @router.post("")
    async def add(request: Request) -> Response:
        visitor, form = await asyncio.to_thread(site.visitor, request), form_of(request)
        _count(fetches, visitor)
        address, word = form.get("address", ""), _word(form)
        try:
            await desk.add(visitor.subscriber, address, word, by=by_page(visitor))
        except CalendarRefusedError as refused:
            wrong = WrongCalendar(refused.fault, word)
            return await asyncio.to_thread(availability_page, site, request, visitor, calendar=wrong)
        except NoPlaceError as full:
            raise PageFault(UNAVAILABLE) from full
        return site.to(f"{HERE}?done=calendar-added")

    @router.post("/{which}/refresh")
    async def refresh(request: Request, which: PageId) -> Response:
        visitor = await asyncio.to_thread(site.visitor, request)
        feed = await asyncio.to_thread(_found, site, visitor, which)
        _count(fetches, visitor)
        why = await _refreshed(desk, feed)
        if why is None:
            return site.to(f"{HERE}?done=calendar-refreshed")
        wrong = WrongCalendar(why, feed.word, feed.id)
        return await asyncio.to_thread(availability_page, site, request, visitor, calendar=wrong)


async def _refreshed(desk: CalendarDesk, feed: CalendarFeed) -> str | None:
    """Why it can't be had; None: it was."""
    try:
        return (await desk.refresh(feed.id)).trouble
    except NotReadyError:
        return UNDER_WAY
    except NoPlaceError as full:
        raise PageFault(UNAVAILABLE) from full


def _count(fetches: AttemptLimits, visitor: Visitor) -> None:
    fetches.count(visitor.subscriber.number)


def _found(site: ProfileSite, visitor: Visitor, which: int) -> CalendarFeed:
    """One of the subscriber's."""
    feed = calendar_of(site.services, visitor.subscriber.number, CalendarId(which))
    if feed is None:
        raise PageFault(NOT_FOUND)
    return feed


def _word(form: PageForm) -> str:
    return form.get("word", "")
