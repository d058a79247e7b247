"""`/v1/messages/…/transcript`: what callers said, in words. To read it is not to have heard the message."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from personsvar.http.api.etags import AS_IT_WAS, VERSION, IfNoneMatch, as_it_was, etag
from personsvar.http.api.guard import Guard, needs
from personsvar.http.api.messages import found_message
from personsvar.http.api.parameters import Id
from personsvar.http.api.problems import NOT_FOUND, ProblemError, answers
from personsvar.http.api.transcript_forms import TranscriptForm, transcript_form
from personsvar.mailbox.model.api_key import Scope
from personsvar.mailbox.seen_versions import version_of_shown
from personsvar.mailbox.services import Services
from personsvar.mailbox.transcription.reading import transcript_of


def message_transcripts_router(services: Services, guard: Guard) -> APIRouter:
    router = guard.router("/v1/messages", tag="messages")

    @router.get(
        "/{message}/transcript",
        summary="What it says, in words",
        dependencies=[needs(Scope.MESSAGES_READ)],
        response_model=TranscriptForm,
        responses={
            200: VERSION,
            **AS_IT_WAS,
            **answers(_404="there is no such message, or no transcript of it"),
        },
    )
    def transcript(message: Id, response: Response, if_none_match: IfNoneMatch = None) -> Any:
        read = transcript_of(services, found_message(services, message))
        if read is None:
            raise ProblemError(NOT_FOUND, "there is no transcript of it")
        version = version_of_shown(read)
        response.headers["ETag"] = etag(version)
        return as_it_was(if_none_match, version) or transcript_form(read)

    return router
