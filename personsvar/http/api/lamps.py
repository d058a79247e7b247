"""`/v1/lamps`: the message-waiting lamps of desk phones (docs/lamps.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from personsvar.gateways.lamps.lamp_names import lamp_lines
from personsvar.http.api.guard import Guard, Who, needs
from personsvar.http.api.problems import answers
from personsvar.mailbox.lamps import ask_for_light
from personsvar.mailbox.model.api_key import Scope
from personsvar.mailbox.provision import all_subscribers, some_subscribers
from personsvar.mailbox.services import Services


class LampsTold(BaseModel):
    told: int = Field(description="so many lamps will be told, each as its mailbox is then")


class PlainTextStream(StreamingResponse):
    media_type = "text/plain"


def lamps_router(services: Services, guard: Guard) -> APIRouter:
    router = guard.router("/v1/lamps", tag="upkeep")

    @router.get(
        "/config",
        summary="The switch's own lines, the pilot lamp and one for each subscriber: pjsip_lamps.conf",
        dependencies=[needs(Scope.UPKEEP_READ)],
        response_class=PlainTextStream,
        responses={200: {"description": "sections of Asterisk's pjsip.conf"}},
    )
    def config() -> Response:
        some_subscribers(services, after=None, limit=1)  # a database that is away is told before all else
        return PlainTextStream(_lines(lamp_lines(it.number for it in all_subscribers(services))))

    @router.post(
        "/light",
        summary="Have every lamp told again: after a restart of a switch that does not tell of it",
        dependencies=[needs(Scope.UPKEEP_WRITE)],
        status_code=202,
        responses=answers(_409="there are no lamps"),
    )
    def light(who: Who) -> LampsTold:
        return LampsTold(told=ask_for_light(services, by=who.actor))

    return router


def _lines(them: Iterable[str]) -> Iterator[str]:
    return (f"{lines}\n" for lines in them)
