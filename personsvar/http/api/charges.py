"""`/v1/charges`: what answered call backs cost, as JSON and, for a spreadsheet, as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from personsvar.http.api.forms import Moment
from personsvar.http.api.guard import Guard, needs
from personsvar.http.api.paging import link_to_next, one_page
from personsvar.http.api.parameters import LARGEST_ID, Limit, number_given
from personsvar.http.api.parameters import Moment as GivenMoment
from personsvar.mailbox.charges import all_charges
from personsvar.mailbox.model.api_key import Scope
from personsvar.mailbox.model.charge import CallBack
from personsvar.mailbox.model.ids import CallBackId
from personsvar.mailbox.services import Services


class ChargeForm(BaseModel):
    id: int = Field(description="of the call back")
    mailbox: str = Field(description="who called back", examples=["+4790000001"])
    called: str = Field(description="the number called", examples=["+4790000002"])
    at: Moment = Field(description="when")
    price_ore: int = Field(description="the price in øre, 1/100 krone")


class ChargePage(BaseModel):
    items: list[ChargeForm] = Field(description="in the order they were written down")
    next: str | None = Field(description="the address of the next page; null: this is the last")


class ChargesWanted(BaseModel, extra="forbid"):
    """Which charges; a time is ISO 8601, in UTC when it names no zone."""

    mailbox: str | None = Field(None, max_length=60, description="who called back")
    since: GivenMoment | None = Field(None, description="dialled then or later")
    until: GivenMoment | None = Field(None, description="dialled before then")


class ChargesPageWanted(ChargesWanted):
    after_id: int | None = Field(None, ge=1, le=LARGEST_ID, description="the next page: the last id seen")
    limit: Limit = 100


class CsvResponse(StreamingResponse):
    media_type = "text/csv"


def charges_router(services: Services, guard: Guard) -> APIRouter:
    router = guard.router("/v1", tag="charges")
    read = needs(Scope.CHARGES_READ)

    @router.get("/charges", summary="Charges, oldest first", dependencies=[read])
    def charges(only: Annotated[ChargesPageWanted, Query()], request: Request) -> ChargePage:
        after = None if only.after_id is None else CallBackId(only.after_id)
        page, is_more = one_page(_found(services, only, after, only.limit + 1), only.limit)
        following = link_to_next(request, after_id=page[-1].id) if is_more else None
        return ChargePage(items=[_form(charge) for charge in page], next=following)

    @router.get(
        "/charges.csv",
        summary="All charges, as CSV",
        dependencies=[read],
        response_class=CsvResponse,
        responses={200: {"description": "a line with the names of the columns, then one for each charge"}},
    )
    def as_csv(only: Annotated[ChargesWanted, Query()]) -> Response:
        _number_of(services, only)  # what will not do is refused before the first line
        return CsvResponse(_lines(services, only))

    return router


def _number_of(services: Services, only: ChargesWanted) -> object:
    return number_given(services, "mailbox", only.mailbox)


def _found(
    services: Services, only: ChargesWanted, after: CallBackId | None, limit: int
) -> Sequence[CallBack]:
    number = number_given(services, "mailbox", only.mailbox)
    with services.store.look(may_be_late=True) as uow:
        return uow.call_backs.charges_page(
            mailbox=number, since=only.since, until=only.until, after=after, limit=limit
        )


def _lines(services: Services, only: ChargesWanted) -> Iterator[str]:
    yield _csv(list(ChargeForm.model_fields))
    number = number_given(services, "mailbox", only.mailbox)
    for charge in all_charges(services, mailbox=number, since=only.since, until=only.until):
        yield _csv(list(_form(charge).model_dump(mode="json").values()))


def _csv(fields: Sequence[object]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(fields)
    return line.getvalue()


def _form(charge: CallBack) -> ChargeForm:
    return ChargeForm(
        id=charge.id,
        mailbox=charge.mailbox,
        called=charge.called,
        at=charge.at,
        price_ore=charge.price_ore,
    )
