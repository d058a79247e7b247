"""`/v1/visual/kannel`: what kannel.conf needs to bring phones' requests here."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import PlainTextResponse

from personsvar.http.api.guard import Guard, needs
from personsvar.http.api.problems import CONFLICT, ProblemError, answers
from personsvar.mailbox.model.api_key import Scope


def kannel_router(guard: Guard, lines: str | None) -> APIRouter:
    """`lines`: None where there is no visual voicemail. A secret is in them: who may only read gets none."""
    router = guard.router("/v1/visual", tag="upkeep")

    @router.get(
        "/kannel",
        summary="What kannel.conf needs to bring phones' requests here; it holds the address Kannel may use",
        dependencies=[needs(Scope.UPKEEP_WRITE)],
        response_class=PlainTextResponse,
        responses={
            200: {"description": "a group of kannel.conf"},
            **answers(_409="there is no visual voicemail"),
        },
    )
    def kannel() -> Response:
        if lines is None:
            raise ProblemError(CONFLICT, "there is no visual voicemail: PERSONSVAR_VISUAL_HOST is not set")
        return PlainTextResponse(lines, headers={"Cache-Control": "no-store"})

    return router
