"""`POST /v1/subscribers/…/greetings/KIND`: a recording, which is the body itself, becomes a greeting."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from personsvar.http.api.greeting_forms import GreetingForm, greeting_form
from personsvar.http.api.greetings import PREFIX, owner_of
from personsvar.http.api.guard import Guard, Who, needs
from personsvar.http.api.idempotency import concerns
from personsvar.http.api.problems import answers
from personsvar.http.api.sent_recordings import (
    NO_RECORDING,
    RECORDING_BODY,
    reading_recording,
    sent_recording,
)
from personsvar.http.api.subscribers import GivenNumber
from personsvar.http.greeting_uploads import GreetingUploads
from personsvar.mailbox.model.api_key import Scope
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.services import Services
from personsvar.voice.uploads import MOST_BYTES


class UploadWishes(BaseModel, extra="forbid"):
    use: bool = Field(True, description="callers hear it from now")
    until: date | None = Field(None, description="of an absence greeting: its last day")


def greeting_upload_router(services: Services, guard: Guard, uploads: GreetingUploads) -> APIRouter:
    router = guard.router(PREFIX, tag="greetings", most_bytes=MOST_BYTES)

    @router.post(
        "/{kind}",
        summary="Upload a recording: WAV, MP3, M4A, Ogg or WebM",
        dependencies=[needs(Scope.GREETINGS_WRITE)],
        status_code=201,
        openapi_extra=RECORDING_BODY,
        responses={**answers(_404="there is no such subscriber"), **NO_RECORDING},
    )
    async def upload(
        number: GivenNumber,
        kind: GreetingKind,
        *,
        wishes: Annotated[UploadWishes, Query()],
        request: Request,
        response: Response,
        who: Who,
    ) -> GreetingForm:
        owner = await asyncio.to_thread(owner_of, services, number)
        concerns(request, owner)
        content = await sent_recording(request)
        with reading_recording():
            made = await uploads.take(owner, kind, content, use=wishes.use, until=wishes.until, by=who.actor)
        response.headers["Location"] = f"{PREFIX.format(number=owner)}/{made.greeting.id}"
        return greeting_form(made)

    return router
