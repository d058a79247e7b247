"""`/v1/retention`: what the next round removes by its age, and the word that it may."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from personsvar.http.api.etags import VERSION, IfMatch, etag, version_meant
from personsvar.http.api.forms import Moment
from personsvar.http.api.guard import Guard, Who, needs
from personsvar.http.api.problems import answers
from personsvar.mailbox import retention as rounds
from personsvar.mailbox.model.api_key import Scope
from personsvar.mailbox.model.reckoning import Uptime
from personsvar.mailbox.retention import Doubt
from personsvar.mailbox.services import Services


class RetentionForm(BaseModel):
    to_mark: int = Field(
        description="messages past their time, which the next round moves to the deleted ones"
    )
    to_remove: int = Field(description="deleted ones past theirs, which it removes for good")
    of: int = Field(description="all messages there are, when it takes any; else 0")
    waits_for: Doubt | None = Field(description="why it takes none of them; null: it takes them")
    last_at: Moment | None = Field(description="when the clock was believed last")


def retention_router(services: Services, guard: Guard, uptime: Callable[[], Uptime]) -> APIRouter:
    router = guard.router("/v1/retention", tag="upkeep")

    @router.get(
        "",
        summary="What the next round of retention takes, and why it waits, if it does",
        dependencies=[needs(Scope.UPKEEP_READ)],
        responses={200: VERSION},
    )
    def show(response: Response) -> RetentionForm:
        return _shown(services, uptime(), response)

    @router.post(
        "/go-on",
        summary="The clock is right: the next round may take what is past its time, however much",
        dependencies=[needs(Scope.UPKEEP_WRITE)],
        responses={200: VERSION, **answers(_412="another round is due by now")},
    )
    def go_on(response: Response, who: Who, if_match: IfMatch = None) -> RetentionForm:
        planned, _ = rounds.next_round(services, uptime())
        seen = version_meant(if_match, planned.version)
        rounds.go_on(services, uptime(), by=who.actor, as_seen=seen)
        return _shown(services, uptime(), response)

    return router


def _shown(services: Services, uptime: Uptime, response: Response) -> RetentionForm:
    planned, last = rounds.next_round(services, uptime)
    response.headers["ETag"] = etag(planned.version)
    return RetentionForm(
        to_mark=planned.to_mark,
        to_remove=planned.to_remove,
        of=planned.of,
        waits_for=planned.doubt,
        last_at=None if last is None else last.at,
    )
