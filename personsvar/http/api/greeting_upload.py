"""`POST /v1/subscribers/…/greetings/KIND`: a recording, which is the body itself, becomes a greeting."""

from __future__ import annotations

import asyncio
import logging
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from personsvar.http.api.greeting_forms import GreetingForm, greeting_form
from personsvar.http.api.greetings import PREFIX, owner_of
from personsvar.http.api.guard import Guard, Who, needs
from personsvar.http.api.idempotency import concerns
from personsvar.http.api.problems import UNAVAILABLE, UNSUPPORTED, ProblemError, answers, wrong_value
from personsvar.http.api.subscribers import GivenNumber
from personsvar.http.greeting_uploads import GreetingUploads, UnknownFormError
from personsvar.mailbox.model.api_key import Scope
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.services import Services
from personsvar.voice.encoder import EncodingFailedError
from personsvar.voice.uploads import MOST_BYTES

log = logging.getLogger(__name__)

_TAKEN = ("audio/", "video/webm", "application/octet-stream")
RECORDING_BODY = {
    "content": {"audio/*": {"schema": {"type": "string", "format": "binary"}}},
    "required": True,
}


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
        openapi_extra={"requestBody": RECORDING_BODY},
        responses=answers(
            _404="there is no such subscriber",
            _413="it is larger than 25 MB",
            _415="it is none of these forms",
        ),
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
        must_be_sound(request.headers.get("Content-Type", ""))
        content = await request.body()
        if not content:
            raise wrong_value("body", "is empty: send the recording itself")
        try:
            made = await uploads.take(owner, kind, content, use=wishes.use, until=wishes.until, by=who.actor)
        except UnknownFormError as wrong:
            raise ProblemError(UNSUPPORTED, str(wrong)) from wrong
        except EncodingFailedError as wrong:
            log.error("uploads can't be read", extra={"error": wrong})
            raise ProblemError(UNAVAILABLE, "recordings can't be read now") from wrong
        response.headers["Location"] = f"{PREFIX.format(number=owner)}/{made.greeting.id}"
        return greeting_form(made)

    return router


def must_be_sound(content_type: str) -> None:
    """Told before a byte of the body is read."""
    if content_type and not content_type.lower().startswith(_TAKEN):
        raise ProblemError(UNSUPPORTED, "send the recording itself, as audio/wav, audio/mpeg or audio/mp4")
