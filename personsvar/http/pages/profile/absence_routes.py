"""Absences, planned ahead.

POST /profile/availability/absences             plans one
POST /profile/availability/absences/ID          changes it      POST …/absences/ID/remove
GET  /profile/availability/absences/ID/sound    what callers hear, where it is a recording
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field

from fastapi import APIRouter, Request
from fastapi.responses import Response

from personsvar.http.greeting_uploads import GreetingUploads, UnknownFormError
from personsvar.http.pages.page_faults import NOT_FOUND, UNAVAILABLE, PageFault
from personsvar.http.pages.page_ids import PageId
from personsvar.http.pages.page_route import form_of, page_route
from personsvar.http.pages.profile.absence_forms import AbsenceFields, fields_given, plan_of
from personsvar.http.pages.profile.availability_page import WrongAbsence, availability_page
from personsvar.http.pages.profile.availability_routes import HERE
from personsvar.http.pages.profile.own_changes import by_page
from personsvar.http.pages.profile.page_uploads import AT_ONCE, PageUploads
from personsvar.http.pages.profile.sound_routes import playable, played
from personsvar.http.pages.profile_site import ProfileSite
from personsvar.http.playable_sounds import PlayableSounds
from personsvar.mailbox.absences import (
    PlanFault,
    PlannedAbsence,
    PlanRefusedError,
    absence_ahead,
    change_absence,
    plan_absence,
    remove_absence,
)
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.greeting_desk import refuse_unless_fit
from personsvar.mailbox.model.availability import Absence
from personsvar.mailbox.model.ids import AbsenceId
from personsvar.mailbox.profile.web_sessions import Visitor
from personsvar.voice.encoder import EncodingFailedError

log = logging.getLogger(__name__)

PREFIX = f"{HERE}/absences"


class WrongPlanError(Exception):
    """What was sent will not do; `why` is the end of a text's name."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def absences_router(site: ProfileSite, sounds: PlayableSounds) -> APIRouter:
    router = APIRouter(prefix=PREFIX, include_in_schema=False, route_class=page_route(site))

    @router.post("/{which}/remove")
    def remove(request: Request, which: PageId) -> Response:
        visitor = site.visitor(request)
        owner = visitor.subscriber.number
        try:
            remove_absence(site.services, owner, AbsenceId(which), by=by_page(visitor))
        except PlanRefusedError as refused:
            raise PageFault(NOT_FOUND) from refused
        return site.to(f"{HERE}?done=removed")

    @router.get("/{which}/sound")
    async def sound(request: Request, which: PageId) -> Response:
        visitor = await asyncio.to_thread(site.visitor, request)
        found = await asyncio.to_thread(_found, site, visitor, AbsenceId(which))
        if found.recording is None:
            raise PageFault(NOT_FOUND)
        return played(request, await playable(sounds, found.recording.id))

    return router


def absence_plans_router(site: ProfileSite, uploads: GreetingUploads) -> APIRouter:
    """With a recording, or without: it comes with the form."""
    guard = page_route(site, PageUploads(site).read)
    router = APIRouter(prefix=PREFIX, include_in_schema=False, route_class=guard)
    plans = AbsencePlans(site, uploads)

    @router.post("")
    async def plan(request: Request) -> Response:
        visitor = await asyncio.to_thread(site.visitor, request)
        return await plans.take(request, visitor, None)

    @router.post("/{which}")
    async def change(request: Request, which: PageId) -> Response:
        visitor = await asyncio.to_thread(site.visitor, request)
        return await plans.take(
            request, visitor, await asyncio.to_thread(_found, site, visitor, AbsenceId(which))
        )

    return router


@dataclass(frozen=True)
class AbsencePlans:
    site: ProfileSite
    uploads: GreetingUploads
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def take(self, request: Request, visitor: Visitor, before: Absence | None) -> Response:
        """A new one, or another plan for the one there is."""
        fields, content = fields_given(form_of(request)), request.state.file
        try:
            plan = self._plan(fields, visitor, before, None)  # before a recording is read
            if content:
                plan = self._plan(fields, visitor, before, await self._recording(content))
            await asyncio.to_thread(self._keep, visitor, plan, before)
        except WrongPlanError as wrong:
            told = WrongAbsence(wrong.why, fields, None if before is None else before.id)
            return await asyncio.to_thread(availability_page, self.site, request, visitor, absence=told)
        return self.site.to(f"{HERE}?done={'planned' if before is None else 'changed'}")

    def _plan(
        self, fields: AbsenceFields, visitor: Visitor, before: Absence | None, alaw: bytes | None
    ) -> PlannedAbsence:
        now = self.site.services.clock.now()
        try:
            return plan_of(fields, visitor.subscriber, now, before=before, alaw=alaw)
        except MailboxError as wrong:
            raise WrongPlanError("time") from wrong

    async def _recording(self, content: bytes) -> bytes:
        if self._places.locked():
            raise PageFault(UNAVAILABLE)
        try:
            async with self._places:
                recording = await self.uploads.read(content)
            refuse_unless_fit(recording, self.site.services.rules)
        except UnknownFormError as wrong:
            raise WrongPlanError("form") from wrong
        except MailboxError as wrong:
            raise WrongPlanError("unfit") from wrong
        except EncodingFailedError as wrong:
            log.error("a recording for an absence can't be read", extra={"why": str(wrong)})
            raise PageFault(UNAVAILABLE) from wrong
        return recording.alaw

    def _keep(self, visitor: Visitor, plan: PlannedAbsence, before: Absence | None) -> None:
        services, owner, by = self.site.services, visitor.subscriber.number, by_page(visitor)
        try:
            if before is None:
                plan_absence(services, owner, plan, by=by)
            else:
                change_absence(services, owner, before.id, plan, by=by)
        except PlanRefusedError as refused:
            if refused.fault in (PlanFault.NOT_THERE, PlanFault.CALENDARS):
                raise PageFault(NOT_FOUND) from refused
            raise WrongPlanError(refused.fault) from refused


def _found(site: ProfileSite, visitor: Visitor, which: AbsenceId) -> Absence:
    """One of the subscriber's that is not over."""
    found = absence_ahead(site.services, visitor.subscriber.number, which)
    if found is None:
        raise PageFault(NOT_FOUND)
    return found
