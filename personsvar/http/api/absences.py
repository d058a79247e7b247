"""`/v1/subscribers/{number}/absences`: when a subscriber is away, planned ahead."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr

from personsvar.http.api.forms import Moment
from personsvar.http.api.guard import Guard, Who, needs
from personsvar.http.api.idempotency import concerns
from personsvar.http.api.parameters import LARGEST_ID
from personsvar.http.api.problems import NOT_FOUND, ProblemError, answers
from personsvar.http.api.subscribers import NO_SUCH, PREFIX, GivenNumber
from personsvar.mailbox.absences import absences_ahead, plan_absence, planned, remove_absence
from personsvar.mailbox.model.api_key import Scope
from personsvar.mailbox.model.availability import Absence, AbsenceReason
from personsvar.mailbox.model.ids import AbsenceId
from personsvar.mailbox.provision import find_subscriber
from personsvar.mailbox.services import Services

_WRITTEN = (
    "by the subscriber's clock, like 2026-12-24T08:00, or with a zone, like 2026-12-24T07:00:00Z; "
    "a day alone is its first moment as a begin, its last as an end"
)
_LONGEST_TIME = 40
_CREATED = {"headers": {"Location": {"description": "where it is found", "schema": {"type": "string"}}}}
GivenAbsence = Annotated[int, Path(ge=1, le=LARGEST_ID)]


class AbsenceForm(BaseModel):
    id: int = Field(description="never used again")
    mailbox: str = Field(description="who is away", examples=["+4790000001"])
    starts_at: Moment = Field(description="when it begins")
    ends_at: Moment = Field(description="the first moment of being back")
    reason: AbsenceReason | None = Field(description="what callers hear why; null: nothing")
    takes_messages: bool = Field(description="callers may leave a message meanwhile")
    recording_seconds: float | None = Field(description="of the own words; null: the built-in ones")
    source: str = Field(description="`own`, or of a `calendar`")
    calendar: int | None = Field(description="of which calendar")


class AbsenceList(BaseModel):
    items: list[AbsenceForm] = Field(description="those that are not over, in the order they begin")


class NewAbsence(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"begin": "2026-12-24", "end": "2027-01-02", "reason": "holiday"}]},
    )

    begin: StrictStr | None = Field(None, max_length=_LONGEST_TIME, description=f"{_WRITTEN}; null: now")
    end: StrictStr = Field(max_length=_LONGEST_TIME, description=_WRITTEN)
    reason: AbsenceReason | None = Field(None, description="what callers hear why; null: nothing")
    takes_messages: StrictBool = Field(True, description="callers may leave a message meanwhile")


def absences_router(services: Services, guard: Guard) -> APIRouter:
    router = guard.router(PREFIX, tag="subscribers")
    read, write = needs(Scope.SUBSCRIBERS_READ), needs(Scope.SUBSCRIBERS_WRITE)

    @router.get(
        "/{number}/absences",
        summary="When the subscriber is away, those of calendars too",
        dependencies=[read],
        responses=NO_SUCH,
    )
    def absences(number: GivenNumber) -> AbsenceList:
        found = absences_ahead(services, find_subscriber(services, number).number)
        return AbsenceList(items=[_form(one) for one in found])

    @router.post(
        "/{number}/absences",
        summary="Plan an absence: callers hear why, and until when",
        dependencies=[write],
        status_code=201,
        responses={201: _CREATED, **NO_SUCH},
    )
    def plan(
        number: GivenNumber, new: NewAbsence, request: Request, response: Response, who: Who
    ) -> AbsenceForm:
        owner = find_subscriber(services, number)
        wanted = planned(
            owner,
            services.clock.now(),
            begin=new.begin,
            end=new.end,
            reason=new.reason,
            takes_messages=new.takes_messages,
        )
        absence = plan_absence(services, owner.number, wanted, by=who.actor)
        concerns(request, owner.number)
        response.headers["Location"] = f"{PREFIX}/{owner.number}/absences/{absence.id}"
        return _form(absence)

    @router.delete(
        "/{number}/absences/{absence}",
        summary="Remove one; if it is on it ends at once",
        dependencies=[write],
        status_code=204,
        responses={**NO_SUCH, **answers(_404="there is no such absence of that subscriber")},
    )
    def remove(number: GivenNumber, absence: GivenAbsence, who: Who) -> None:
        owner = find_subscriber(services, number)
        if absence not in {one.id for one in absences_ahead(services, owner.number)}:
            raise ProblemError(NOT_FOUND, f"there is no absence {absence} ahead")
        remove_absence(services, owner.number, AbsenceId(absence), by=who.actor)

    return router


def _form(absence: Absence) -> AbsenceForm:
    return AbsenceForm(
        id=absence.id,
        mailbox=absence.mailbox,
        starts_at=absence.starts_at,
        ends_at=absence.ends_at,
        reason=absence.reason,
        takes_messages=absence.takes_messages,
        recording_seconds=None if absence.recording is None else round(absence.recording.seconds, 1),
        source="own" if absence.calendar is None else "calendar",
        calendar=absence.calendar,
    )
