"""`/v1/subscribers/{number}/absences/{absence}/recording`: what callers hear of an absence, in own words."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request, Response

from personsvar.http.api.absences import NO_ABSENCE, AbsenceForm, found_absence, shown_absence
from personsvar.http.api.etags import CHANGED, VERSION, IfMatch, version_meant
from personsvar.http.api.guard import Guard, Who, needs
from personsvar.http.api.message_sounds import SOUND_ANSWERS, played
from personsvar.http.api.parameters import Id
from personsvar.http.api.problems import NOT_FOUND, ProblemError
from personsvar.http.api.sent_recordings import (
    NO_RECORDING,
    RECORDING_BODY,
    reading_recording,
    sent_recording,
)
from personsvar.http.api.subscribers import PREFIX, GivenNumber
from personsvar.http.greeting_uploads import GreetingUploads
from personsvar.http.playable_sounds import PlayableSounds, SoundForm
from personsvar.mailbox.absences import PlannedAbsence, absence_version, change_absence
from personsvar.mailbox.greeting_desk import refuse_unless_fit
from personsvar.mailbox.model.api_key import Scope
from personsvar.mailbox.model.audit import Actor
from personsvar.mailbox.model.availability import Absence
from personsvar.mailbox.services import Services
from personsvar.voice.uploads import MOST_BYTES

PATH = "/{number}/absences/{absence}"


def absence_sounds_router(services: Services, guard: Guard, sounds: PlayableSounds) -> APIRouter:
    router = guard.router(PREFIX, tag="subscribers")
    read, write = needs(Scope.SUBSCRIBERS_READ), needs(Scope.SUBSCRIBERS_WRITE)

    async def sound(number: GivenNumber, absence: Id, form: SoundForm, request: Request) -> Response:
        found = await asyncio.to_thread(found_absence, services, number, absence)
        if found.recording is None:
            raise ProblemError(NOT_FOUND, "callers hear the built-in words of it")
        return await played(request, sounds, found.recording.id, form)

    path = PATH + "/sound.{form}"
    router.get(
        path,
        summary="The sound of its recording, whole or in parts",
        dependencies=[read],
        response_class=Response,
        responses=SOUND_ANSWERS,
    )(sound)
    router.head(path, dependencies=[read], include_in_schema=False)(sound)

    @router.delete(
        PATH + "/recording",
        summary="Back to the built-in words",
        dependencies=[write],
        responses={200: VERSION, **NO_ABSENCE, **CHANGED},
    )
    def built_in(
        number: GivenNumber, absence: Id, response: Response, who: Who, if_match: IfMatch = None
    ) -> AbsenceForm:
        found = found_absence(services, number, absence)
        version_meant(if_match, absence_version(found))
        return shown_absence(_changed(services, found, None, who.actor), response)

    return router


def absence_upload_router(services: Services, guard: Guard, uploads: GreetingUploads) -> APIRouter:
    router = guard.router(PREFIX, tag="subscribers", most_bytes=MOST_BYTES)

    @router.put(
        PATH + "/recording",
        summary="Upload what callers hear of it: WAV, MP3, M4A, Ogg or WebM",
        dependencies=[needs(Scope.SUBSCRIBERS_WRITE)],
        openapi_extra=RECORDING_BODY,
        responses={200: VERSION, **NO_ABSENCE, **CHANGED, **NO_RECORDING},
    )
    async def upload(
        number: GivenNumber,
        absence: Id,
        *,
        request: Request,
        response: Response,
        who: Who,
        if_match: IfMatch = None,
    ) -> AbsenceForm:
        found = await asyncio.to_thread(found_absence, services, number, absence)
        version_meant(if_match, absence_version(found))
        content = await sent_recording(request)
        with reading_recording():
            recording = await uploads.read(content)
        refuse_unless_fit(recording, services.rules)
        changed = await asyncio.to_thread(_changed, services, found, recording.alaw, who.actor)
        return shown_absence(changed, response)

    return router


def _changed(services: Services, found: Absence, alaw: bytes | None, by: Actor) -> Absence:
    """Only what is heard; refused (StaleError) where it was changed in the meantime."""
    plan = PlannedAbsence(found.starts_at, found.ends_at, found.reason, found.takes_messages, alaw)
    return change_absence(services, found.mailbox, found.id, plan, by=by, as_seen=absence_version(found))
