"""`/v1/messages/…/sound.…`: what callers said, as players play it. To fetch it is not to have heard it."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import APIRouter, Request, Response

from personsvar.http.api.etags import AS_IT_WAS
from personsvar.http.api.guard import Guard, needs
from personsvar.http.api.messages import found_message
from personsvar.http.api.parameters import Id
from personsvar.http.api.problems import NOT_FOUND, RANGE, UNAVAILABLE, ProblemError, answers
from personsvar.http.playable_sounds import PlayableSounds, SoundForm
from personsvar.http.sound_answers import sound_answer
from personsvar.mailbox.model.api_key import Scope
from personsvar.mailbox.model.ids import SoundId
from personsvar.mailbox.services import Services
from personsvar.voice.encoder import EncodingFailedError

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_SOUND = {form.media_type: _BINARY for form in SoundForm}
SOUND_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {"description": "the whole sound", "content": _SOUND},
    206: {"description": "the part that was asked for by Range", "content": _SOUND},
    **AS_IT_WAS,
    **answers(_404="there is no such sound", _416="it is not so long"),
}


def message_sounds_router(services: Services, guard: Guard, sounds: PlayableSounds) -> APIRouter:
    router = guard.router("/v1/messages", tag="messages")
    read = needs(Scope.MESSAGES_READ)
    path = "/{message}/sound.{form}"

    async def sound(message: Id, form: SoundForm, request: Request) -> Response:
        found = await asyncio.to_thread(found_message, services, message)
        return await played(request, sounds, found.sound.id, form)

    router.get(
        path,
        summary="Its sound, whole or in parts",
        dependencies=[read],
        response_class=Response,
        responses=SOUND_ANSWERS,
    )(sound)
    router.head(path, dependencies=[read], include_in_schema=False)(sound)
    return router


async def played(request: Request, sounds: PlayableSounds, which: SoundId, form: SoundForm) -> Response:
    """The sound in that form. Raise ProblemError."""
    try:
        content = await sounds.get(which, form)
    except KeyError as gone:
        raise ProblemError(NOT_FOUND, "the sound is gone") from gone
    except EncodingFailedError as wrong:
        raise ProblemError(UNAVAILABLE, f"there is no {form} of it now: take wav") from wrong
    answer = sound_answer(request, content, form.media_type)
    if answer.status_code == RANGE.status:
        raise ProblemError(RANGE, f"it is {len(content)} bytes long", answer.headers)
    return answer
