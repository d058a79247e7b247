"""`/v1/spool`: recordings on their way in, and what was put aside, in the spool that the notifier sees."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, ConfigDict, Field, StrictStr

from personsvar.http.api.guard import Guard, Who, needs
from personsvar.http.api.paging import link_to_next, one_page
from personsvar.http.api.parameters import Limit
from personsvar.http.api.problems import NOT_FOUND, UNAVAILABLE, ProblemError, answers
from personsvar.intake.listing import ListedRecording, WaitingState
from personsvar.intake.spool_desk import SpoolDesk
from personsvar.mailbox.model.api_key import Scope

log = logging.getLogger(__name__)

_LONGEST_NAME = 2000
_AWAY = answers(_503="the spool can't be read here, or the database is away")


class WaitingForm(BaseModel):
    name: str = Field(description="the switch's unique id; of what was put aside, the file's name")
    state: WaitingState = Field(description="whether it is taken in, waits, or was put aside")
    age_seconds: int = Field(description="since it last grew")
    bytes: int = Field(description="of all its takes")
    takes: int = Field(description="how many there are")


class WaitingPage(BaseModel):
    items: list[WaitingForm] = Field(description="by name")
    next: str | None = Field(description="the address of the next page; null on the last")


class WaitingWanted(BaseModel, extra="forbid"):
    state: WaitingState | None = Field(None, description="in this state only")
    after: str | None = Field(None, max_length=_LONGEST_NAME, description="the next page: the last name seen")
    limit: Limit = 100


class RetryWanted(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "1700000000.1"}]})

    name: StrictStr | None = Field(
        None,
        min_length=1,
        max_length=_LONGEST_NAME,
        description="as the list shows it, or the call's id; null: all that was put aside",
    )


class SpoolRetried(BaseModel):
    brought_back: int = Field(description="files that were put aside and lie in the spool again")
    taken: int = Field(description="recordings of the whole spool that became messages")
    missed: int = Field(description="those that became missed calls")


def spool_router(guard: Guard, desk: SpoolDesk) -> APIRouter:
    router = guard.router("/v1/spool", tag="upkeep")

    @router.get(
        "",
        summary="What lies in the spool that the notifier sees, and what was put aside",
        dependencies=[needs(Scope.UPKEEP_READ)],
        responses=_AWAY,
    )
    def waiting(only: Annotated[WaitingWanted, Query()], request: Request) -> WaitingPage:
        with _readable():
            listed = sorted(desk.listed(), key=lambda it: it.name)
        behind = "" if only.after is None else only.after
        found = [it for it in listed if it.name > behind and only.state in (None, it.state)]
        page, is_more = one_page(found, only.limit)
        following = link_to_next(request, after=page[-1].name) if is_more else None
        return WaitingPage(items=[_form(it) for it in page], next=following)

    @router.post(
        "/retry",
        summary="Bring back what was put aside, one call's or all, and take in what can be taken in now",
        dependencies=[needs(Scope.UPKEEP_WRITE)],
        responses={**answers(_404="nothing of that name was put aside"), **_AWAY},
    )
    def retry(wanted: RetryWanted, who: Who) -> SpoolRetried:
        with _readable():
            brought, swept = desk.retry(wanted.name, by=who.actor)
        if wanted.name is not None and not brought:
            raise ProblemError(NOT_FOUND, "nothing of that name was put aside")
        return SpoolRetried(brought_back=brought, taken=swept.taken, missed=swept.missed)

    return router


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except OSError as wrong:
        log.error("the spool can't be read: %s", wrong.strerror)
        raise ProblemError(UNAVAILABLE, f"the spool can't be read: {wrong.strerror}") from wrong


def _form(recording: ListedRecording) -> WaitingForm:
    return WaitingForm(
        name=recording.name,
        state=recording.state,
        age_seconds=round(recording.age_seconds),
        bytes=recording.bytes,
        takes=recording.takes,
    )
