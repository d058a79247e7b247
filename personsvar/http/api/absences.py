"""`/v1/subscribers/{number}/absences`: when a subscriber is away, planned ahead."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictStr

from personsvar.http.api.etags import (
    AS_IT_WAS,
    CHANGED,
    CREATED,
    NEEDED,
    VERSION,
    IfMatch,
    IfNoneMatch,
    as_it_was,
    etag,
    needed,
    version_meant,
)
from personsvar.http.api.forms import Moment
from personsvar.http.api.guard import Guard, Who, needs
from personsvar.http.api.idempotency import concerns
from personsvar.http.api.parameters import Id
from personsvar.http.api.problems import NOT_FOUND, ProblemError, answers
from personsvar.http.api.subscribers import NO_SUCH, PREFIX, GivenNumber
from personsvar.mailbox.absences import (
    PlannedAbsence,
    absence_ahead,
    absence_version,
    absences_ahead,
    change_absence,
    plan_absence,
    planned,
    remove_absence,
)
from personsvar.mailbox.model.api_key import Scope
from personsvar.mailbox.model.availability import Absence, AbsenceReason
from personsvar.mailbox.model.ids import AbsenceId
from personsvar.mailbox.provision import find_subscriber
from personsvar.mailbox.services import Services
from personsvar.mailbox.written_times import parse_begin, parse_end

_WRITTEN = (
    "by the subscriber's clock, like 2026-12-24T08:00, or with a zone, like 2026-12-24T07:00:00Z; "
    "a day alone is its first moment as a begin, its last as an end"
)
_LONGEST_TIME = 40
NO_ABSENCE = answers(_404="nobody of that number is served, or there is no such absence ahead")


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


class AbsenceChange(BaseModel):
    """What is given is changed, and nothing else; of what callers hear, see `recording`."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"end": "2027-01-09"}]})

    begin: StrictStr = Field("", max_length=_LONGEST_TIME, description=_WRITTEN)
    end: StrictStr = Field("", max_length=_LONGEST_TIME, description=_WRITTEN)
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
        return AbsenceList(items=[absence_form(one) for one in found])

    @router.post(
        "/{number}/absences",
        summary="Plan an absence: callers hear why, and until when",
        dependencies=[write],
        status_code=201,
        responses={201: CREATED, **NO_SUCH},
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
        return shown_absence(absence, response)

    @router.delete(
        "/{number}/absences/{absence}",
        summary="Remove one; if it is on it ends at once",
        dependencies=[write],
        status_code=204,
        responses={**NO_ABSENCE, **CHANGED},
    )
    def remove(number: GivenNumber, absence: Id, who: Who, if_match: IfMatch = None) -> None:
        found = found_absence(services, number, absence)
        seen = version_meant(if_match, absence_version(found))
        remove_absence(services, found.mailbox, found.id, by=who.actor, as_seen=seen)

    _one(router, services)
    return router


def _one(router: APIRouter, services: Services) -> None:
    @router.get(
        "/{number}/absences/{absence}",
        summary="One absence, a calendar's too",
        dependencies=[needs(Scope.SUBSCRIBERS_READ)],
        response_model=AbsenceForm,
        responses={200: VERSION, **AS_IT_WAS, **NO_ABSENCE},
    )
    def one(number: GivenNumber, absence: Id, response: Response, if_none_match: IfNoneMatch = None) -> Any:
        found = found_absence(services, number, absence)
        return as_it_was(if_none_match, absence_version(found)) or shown_absence(found, response)

    @router.patch(
        "/{number}/absences/{absence}",
        summary="Change what is given, and nothing else",
        dependencies=[needs(Scope.SUBSCRIBERS_WRITE)],
        responses={200: VERSION, **NO_ABSENCE, **CHANGED, **NEEDED},
    )
    def change(
        number: GivenNumber,
        absence: Id,
        *,
        given: AbsenceChange,
        response: Response,
        who: Who,
        if_match: IfMatch = None,
    ) -> AbsenceForm:
        wanted, found = needed(if_match), found_absence(services, number, absence)
        version_meant(wanted, absence_version(found))
        plan = _changed(services, number, found, given)
        seen = absence_version(found)  # what is not given is as it was read
        changed = change_absence(services, found.mailbox, found.id, plan, by=who.actor, as_seen=seen)
        return shown_absence(changed, response)


def _changed(services: Services, number: str, found: Absence, given: AbsenceChange) -> PlannedAbsence:
    owner, now, fields = find_subscriber(services, number), services.clock.now(), given.model_fields_set
    return PlannedAbsence(
        parse_begin(owner, given.begin, now) if "begin" in fields else found.starts_at,
        parse_end(owner, given.end, now) if "end" in fields else found.ends_at,
        given.reason if "reason" in fields else found.reason,
        given.takes_messages if "takes_messages" in fields else found.takes_messages,
        keeps_recording=True,
    )


def found_absence(services: Services, number: str, absence: int) -> Absence:
    """One that is not over. Raise ProblemError when there is none."""
    found = absence_ahead(services, find_subscriber(services, number).number, AbsenceId(absence))
    if found is None:
        raise ProblemError(NOT_FOUND, f"there is no absence {absence} ahead")
    return found


def shown_absence(absence: Absence, response: Response) -> AbsenceForm:
    response.headers["ETag"] = etag(absence_version(absence))
    return absence_form(absence)


def absence_form(absence: Absence) -> AbsenceForm:
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
