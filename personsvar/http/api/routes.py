"""The whole API: a router for each kind of thing there is."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter

from personsvar.gateways.calendar.calendar_desk import CalendarDesk
from personsvar.http.api.absence_recordings import absence_sounds_router, absence_upload_router
from personsvar.http.api.absences import absences_router
from personsvar.http.api.audit import audit_router
from personsvar.http.api.calendars import all_calendars_router, calendars_router
from personsvar.http.api.caller_names import operator_names_router, own_names_router
from personsvar.http.api.calls import calls_router
from personsvar.http.api.charges import charges_router
from personsvar.http.api.figures import figures_router
from personsvar.http.api.greeting_upload import greeting_upload_router
from personsvar.http.api.greetings import greetings_router
from personsvar.http.api.guard import Guard
from personsvar.http.api.imports import imports_router
from personsvar.http.api.lamps import lamps_router
from personsvar.http.api.mailbox_state import mailbox_state_router
from personsvar.http.api.message_sounds import message_sounds_router
from personsvar.http.api.message_transcripts import message_transcripts_router
from personsvar.http.api.messages import messages_router
from personsvar.http.api.name_imports import name_files_router
from personsvar.http.api.notices import notices_router
from personsvar.http.api.own_data import own_data_router
from personsvar.http.api.retention import retention_router
from personsvar.http.api.spool import spool_router
from personsvar.http.api.subscribers import subscribers_router
from personsvar.http.greeting_uploads import GreetingUploads
from personsvar.http.playable_sounds import PlayableSounds
from personsvar.intake.spool_desk import SpoolDesk
from personsvar.mailbox.model.reckoning import Uptime
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.services import Services


def api_routers(
    services: Services, guard: Guard, *, forget_files: Callable[[Subscriber], None]
) -> list[APIRouter]:
    """`forget_files`: what of a removed subscriber lies elsewhere than in the database goes too."""
    return [
        subscribers_router(services, guard, forget_files),
        mailbox_state_router(services, guard),
        own_data_router(services, guard, forget_files),
        absences_router(services, guard),
        imports_router(services, guard),
        operator_names_router(services, guard),
        own_names_router(services, guard),
        name_files_router(services, guard),
        notices_router(services, guard),
        charges_router(services, guard),
        figures_router(services, guard),
        audit_router(services, guard),
    ]


def mailbox_routers(
    services: Services, guard: Guard, sounds: PlayableSounds, uploads: GreetingUploads
) -> list[APIRouter]:
    """What is in mailboxes, and who called. The encoders behind it are of the event loop that serves it."""
    return [
        calls_router(services, guard),
        messages_router(services, guard),
        message_sounds_router(services, guard, sounds),
        message_transcripts_router(services, guard),
        greetings_router(services, guard, sounds),
        greeting_upload_router(services, guard, uploads),
        absence_sounds_router(services, guard, sounds),
        absence_upload_router(services, guard, uploads),
    ]


def calendar_routers(services: Services, guard: Guard, desk: CalendarDesk) -> list[APIRouter]:
    """What fetches is of the event loop that serves it."""
    return [calendars_router(services, guard, desk), all_calendars_router(services, guard)]


def upkeep_routers(
    services: Services, guard: Guard, desk: SpoolDesk, uptime: Callable[[], Uptime]
) -> list[APIRouter]:
    """What keeps the installation itself going."""
    return [
        retention_router(services, guard, uptime),
        lamps_router(services, guard),
        spool_router(guard, desk),
    ]
