"""Names of callers as JSON, and a page of them."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path, Request
from pydantic import BaseModel, ConfigDict, Field, StrictStr

from personsvar.http.api.paging import link_to_next, one_page
from personsvar.http.api.problems import NOT_FOUND, ProblemError
from personsvar.mailbox.caller_names import NameList, some_names
from personsvar.mailbox.model.caller_name import CallerName
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.name_letters import LONGEST_NAME
from personsvar.mailbox.services import Services

GivenCaller = Annotated[
    str, Path(min_length=1, max_length=60, description="any form of the number", examples=["+4790000099"])
]


class CallerNameForm(BaseModel):
    number: str = Field(description="the caller", examples=["+4790000099"])
    name: str = Field(description="what the caller is called", examples=["Kari Nordmann"])


class CallerNamePage(BaseModel):
    items: list[CallerNameForm] = Field(description="by number, ascending")
    next: str | None = Field(description="the address of the next page; null: this is the last")


class GivenCallerName(BaseModel):
    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "Kari Nordmann"}]})

    name: StrictStr = Field(min_length=1, max_length=LONGEST_NAME, description="what the caller is called")


def name_page(
    services: Services, owner: NameList, request: Request, after: str | None, limit: int
) -> CallerNamePage:
    behind = None if after is None else Number(after)
    page, is_more = one_page(some_names(services, owner, after=behind, limit=limit + 1), limit)
    following = link_to_next(request, after=page[-1].number) if is_more else None
    return CallerNamePage(items=[name_form(one) for one in page], next=following)


def name_form(found: CallerName | None) -> CallerNameForm:
    """Raise ProblemError when there is none."""
    if found is None:
        raise no_such_name()
    return CallerNameForm(number=found.number, name=found.name)


def no_such_name() -> ProblemError:
    return ProblemError(NOT_FOUND, "the list has no name of that number")
