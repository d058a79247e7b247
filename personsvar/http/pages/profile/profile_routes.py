"""All routes of Min profil."""

from __future__ import annotations

import time
from collections.abc import Sequence

from fastapi import APIRouter

from personsvar.gateways.calendar.calendar_desk import CalendarDesk
from personsvar.http.greeting_uploads import GreetingUploads
from personsvar.http.pages.asset_routes import assets_router
from personsvar.http.pages.attempt_limits import AttemptLimits
from personsvar.http.pages.page_faults import NOT_FOUND, PageFault
from personsvar.http.pages.page_route import page_route
from personsvar.http.pages.profile.absence_routes import absence_plans_router, absences_router
from personsvar.http.pages.profile.availability_routes import availability_router
from personsvar.http.pages.profile.calendar_routes import calendars_router
from personsvar.http.pages.profile.data_routes import ForgetFiles, data_router
from personsvar.http.pages.profile.event_routes import OpenPages, events_router
from personsvar.http.pages.profile.greeting_routes import greeting_uploads_router, greetings_router
from personsvar.http.pages.profile.inbox_routes import inbox_router
from personsvar.http.pages.profile.log_in_routes import LogInLimits, log_in_router
from personsvar.http.pages.profile.name_routes import name_files_page_router, names_router
from personsvar.http.pages.profile.settings_routes import settings_router
from personsvar.http.pages.profile.sound_routes import sounds_router
from personsvar.http.pages.profile_site import ProfileSite
from personsvar.http.playable_sounds import PlayableSounds

CODES_ASKED, CODES_ENTERED = 30, 60
"""Of one address, in ten minutes."""
CALENDARS_FETCHED = 20
"""Of one subscriber, in ten minutes."""


def profile_routers(
    site: ProfileSite,
    *,
    playable: PlayableSounds,
    uploads: GreetingUploads,
    pages: OpenPages,
    calendars: CalendarDesk,
    forget_files: ForgetFiles,
    limits: LogInLimits | None = None,
) -> Sequence[APIRouter]:
    """What makes and reads sounds is of the event loop that serves this."""
    limits = limits or log_in_limits()
    return [
        assets_router(site),
        log_in_router(site, limits),
        data_router(site, limits, forget_files),
        inbox_router(site),
        sounds_router(site, playable),
        settings_router(site),
        availability_router(site),
        absences_router(site, playable),
        absence_plans_router(site, uploads),
        calendars_router(site, calendars, AttemptLimits(CALENDARS_FETCHED, time.monotonic)),
        greetings_router(site, playable),
        greeting_uploads_router(site, uploads),
        names_router(site),
        name_files_page_router(site),
        events_router(site, pages),
        _nowhere(site),
    ]


def _nowhere(site: ProfileSite) -> APIRouter:
    """What is not there is told in words."""
    router = APIRouter(prefix="/profile", include_in_schema=False, route_class=page_route(site))

    @router.get("/{path:path}")
    async def nowhere(path: str) -> None:  # noqa: ARG001 - whatever it is
        raise PageFault(NOT_FOUND)

    return router


def log_in_limits() -> LogInLimits:
    return LogInLimits(
        AttemptLimits(CODES_ASKED, time.monotonic), AttemptLimits(CODES_ENTERED, time.monotonic)
    )
