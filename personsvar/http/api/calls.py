"""`/v1/calls`: the call log."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from personsvar.http.api.call_forms import CallForm, call_form
from personsvar.http.api.guard import Guard, needs
from personsvar.http.api.parameters import Limit, Moment, PageBegin, link_behind, number_given, place_of
from personsvar.mailbox import call_log
from personsvar.mailbox.model.api_key import Scope
from personsvar.mailbox.model.call_record import CameOf
from personsvar.mailbox.model.ids import CallRecordId
from personsvar.mailbox.ports.call_log import CallPlace, CallsWanted
from personsvar.mailbox.services import Services


class CallFilters(BaseModel, extra="forbid"):
    """Which calls; a time is ISO 8601, in UTC when it names no zone."""

    mailbox: str | None = Field(None, description="to this subscriber")
    caller: str | None = Field(None, description="from this number")
    came_of: CameOf | None = Field(None, description="that this came of")
    since: Moment | None = Field(None, description="begun then or later")
    until: Moment | None = Field(None, description="begun before then")
    after: PageBegin | None = None
    limit: Limit = 100


class CallPage(BaseModel):
    items: list[CallForm] = Field(description="newest first")
    next: str | None = Field(description="the address of the next page; null on the last")


def calls_router(services: Services, guard: Guard) -> APIRouter:
    router = guard.router("/v1/calls", tag="calls")

    @router.get("", summary="Calls into the service, newest first", dependencies=[needs(Scope.CALLS_READ)])
    def calls(only: Annotated[CallFilters, Query()], request: Request) -> CallPage:
        wanted = CallsWanted(
            mailbox=number_given(services, "mailbox", only.mailbox),
            caller=number_given(services, "caller", only.caller),
            came_of=only.came_of,
            since=only.since,
            until=only.until,
        )
        found = call_log.calls(services, wanted, behind=_place(only.after), limit=only.limit + 1)
        page = found[: only.limit]
        last = page[-1] if len(found) > only.limit else None
        return CallPage(
            items=[call_form(call) for call in page],
            next=None if last is None else link_behind(request, last.began_at, last.id),
        )

    return router


def _place(after: str | None) -> CallPlace | None:
    if after is None:
        return None
    at, id_ = place_of(after)
    return CallPlace(at, CallRecordId(id_))
