"""`/v1/subscribers/{number}/calendars`: feeds whose appointments callers hear of as absences."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from personsvar.gateways.calendar.calendar_desk import CalendarDesk, NoPlaceError
from personsvar.http.api.calendar_forms import (
    CalendarChange,
    CalendarForm,
    CalendarList,
    CalendarPage,
    NewCalendarForm,
    calendar_form,
)
from personsvar.http.api.etags import (
    AS_IT_WAS,
    CHANGED,
    CREATED,
    NEEDED,
    VERSION,
    IfMatch,
    IfNoneMatch,
    as_it_was,
    etag,
    needed,
    version_meant,
)
from personsvar.http.api.guard import Guard, Who, needs
from personsvar.http.api.idempotency import concerns
from personsvar.http.api.paging import link_to_next, one_page
from personsvar.http.api.parameters import LARGEST_ID, Id, Limit
from personsvar.http.api.problems import NOT_FOUND, UNAVAILABLE, ProblemError, answers
from personsvar.http.api.subscribers import NO_SUCH, PREFIX, GivenNumber
from personsvar.mailbox.calendars import (
    calendar_of,
    calendar_version,
    calendars_of,
    remove_calendar,
    set_word,
    some_calendars,
)
from personsvar.mailbox.model.api_key import Scope
from personsvar.mailbox.model.calendar_feed import CalendarFeed
from personsvar.mailbox.model.ids import CalendarId
from personsvar.mailbox.provision import find_subscriber
from personsvar.mailbox.services import Services

NO_CALENDAR = answers(_404="nobody of that number is served, or there is no such calendar of that subscriber")
BUSY = answers(_409="somebody else fetches it now")
TRY_AGAIN = {"Retry-After": "30"}
Behind = Annotated[int | None, Query(ge=0, le=LARGEST_ID, description="the next page: the last id seen")]


def calendars_router(services: Services, guard: Guard, desk: CalendarDesk) -> APIRouter:
    router = guard.router(PREFIX, tag="calendars")
    read, write = needs(Scope.SUBSCRIBERS_READ), needs(Scope.SUBSCRIBERS_WRITE)
    path = "/{number}/calendars"

    @router.get(path, summary="The subscriber's calendars", dependencies=[read], responses=NO_SUCH)
    def calendars(number: GivenNumber) -> CalendarList:
        found = calendars_of(services, find_subscriber(services, number).number)
        return CalendarList(items=[calendar_form(feed) for feed in found])

    @router.post(
        path,
        summary="Add a calendar; it is fetched first, and what can't be used changes nothing",
        dependencies=[write],
        status_code=201,
        responses={201: CREATED, **NO_SUCH},
    )
    async def add(
        number: GivenNumber, new: NewCalendarForm, request: Request, response: Response, who: Who
    ) -> CalendarForm:
        owner = await asyncio.to_thread(find_subscriber, services, number)
        async with _a_place():
            feed = await desk.add(owner, new.address, new.word, by=who.actor)
        concerns(request, owner.number)
        response.headers["Location"] = f"{PREFIX}/{owner.number}/calendars/{feed.id}"
        return _shown(feed, response)

    @router.get(
        path + "/{calendar}",
        summary="One calendar, and how fetching it goes",
        dependencies=[read],
        response_model=CalendarForm,
        responses={200: VERSION, **AS_IT_WAS, **NO_CALENDAR},
    )
    def one(number: GivenNumber, calendar: Id, response: Response, if_none_match: IfNoneMatch = None) -> Any:
        feed = _found(services, number, calendar)
        return as_it_was(if_none_match, calendar_version(feed)) or _shown(feed, response)

    @router.patch(
        path + "/{calendar}",
        summary="Change the word that titles of its appointments may begin with",
        dependencies=[write],
        responses={200: VERSION, **NO_CALENDAR, **CHANGED, **NEEDED},
    )
    def change(
        number: GivenNumber,
        calendar: Id,
        *,
        given: CalendarChange,
        response: Response,
        who: Who,
        if_match: IfMatch = None,
    ) -> CalendarForm:
        wanted, feed = needed(if_match), _found(services, number, calendar)
        seen = version_meant(wanted, calendar_version(feed))
        changed = set_word(services, feed.mailbox, feed.id, given.word, by=who.actor, as_seen=seen)
        return _shown(changed, response)

    @router.post(
        path + "/{calendar}/refresh",
        summary="Fetch it now; `trouble` says why, where that did not go",
        dependencies=[write],
        responses={200: VERSION, **NO_CALENDAR, **BUSY},
    )
    async def refresh(
        number: GivenNumber, calendar: Id, request: Request, response: Response
    ) -> CalendarForm:
        feed = await asyncio.to_thread(_found, services, number, calendar)
        concerns(request, feed.mailbox)
        async with _a_place():
            return _shown(await desk.refresh(feed.id), response)

    @router.delete(
        path + "/{calendar}",
        summary="Remove it, with the absences that came from it",
        dependencies=[write],
        status_code=204,
        responses={**NO_CALENDAR, **CHANGED},
    )
    def remove(number: GivenNumber, calendar: Id, who: Who, if_match: IfMatch = None) -> None:
        feed = _found(services, number, calendar)
        seen = version_meant(if_match, calendar_version(feed))
        remove_calendar(services, feed.mailbox, feed.id, by=who.actor, as_seen=seen)

    return router


def all_calendars_router(services: Services, guard: Guard) -> APIRouter:
    router = guard.router("/v1/calendars", tag="calendars")

    @router.get("", summary="All subscribers' calendars", dependencies=[needs(Scope.SUBSCRIBERS_READ)])
    def calendars(
        request: Request,
        failing: Annotated[bool, Query(description="only those that can't be had")] = False,
        after: Behind = None,
        limit: Limit = 100,
    ) -> CalendarPage:
        behind = None if after is None else CalendarId(after)
        page, is_more = one_page(
            some_calendars(services, failing=failing, after=behind, limit=limit + 1), limit
        )
        following = link_to_next(request, after=page[-1].id) if is_more else None
        return CalendarPage(items=[calendar_form(feed) for feed in page], next=following)

    return router


@asynccontextmanager
async def _a_place() -> AsyncIterator[None]:
    try:
        yield
    except NoPlaceError as full:
        raise ProblemError(UNAVAILABLE, str(full), TRY_AGAIN) from full


def _found(services: Services, number: str, calendar: int) -> CalendarFeed:
    feed = calendar_of(services, find_subscriber(services, number).number, CalendarId(calendar))
    if feed is None:
        raise ProblemError(NOT_FOUND, f"there is no calendar {calendar} of that subscriber")
    return feed


def _shown(feed: CalendarFeed, response: Response) -> CalendarForm:
    response.headers["ETag"] = etag(calendar_version(feed))
    return calendar_form(feed)
