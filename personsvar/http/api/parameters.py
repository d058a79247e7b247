"""What the API's routes are asked with: times, ids, numbers, and where a page begins."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import Path, Query, Request
from pydantic import AfterValidator, BeforeValidator, Field

from personsvar.http.api.paging import link_to_next
from personsvar.http.api.problems import wrong_value
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.phone_numbers import parse_subscriber_number
from personsvar.mailbox.services import Services

LARGEST_ID = 2**63 - 1
MOST = 1000
"""So many things are on one page, at most."""

Id = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Limit = Annotated[int, Field(ge=1, le=MOST, description="so many on a page, at most")]
NumberSeen = Annotated[
    str | None, Query(pattern=r"^\+[0-9]{1,15}$", description="the next page: the last number seen")
]
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PLACE = re.compile(r"([0-9]{1,18})-([0-9]{1,19})", re.ASCII)


def _is_written(given: object) -> object:
    """As a day with its year first: a bare number, which the library would take for seconds, is no time."""
    if not isinstance(given, str) or not _DAY.match(given):
        raise ValueError("should be a time, like 2026-03-02T12:00:00Z")
    return given


def _in_utc(moment: datetime) -> datetime:
    """What names no zone is UTC; what UTC has no year for is no time of ours."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError as wrong:
        raise ValueError("out of range: in UTC it is before the year 1 or after 9999") from wrong


Moment = Annotated[datetime, BeforeValidator(_is_written), AfterValidator(_in_utc)]


def number_given(services: Services, name: str, text: str | None) -> Number | None:
    """A telephone number as people write it. Raise ProblemError when the parameter `name` holds none."""
    if text is None:
        return None
    try:
        return parse_subscriber_number(text, region=services.rules.home_region)
    except MailboxError as wrong:
        raise wrong_value(name, str(wrong)) from wrong


def _is_place(text: str) -> str:
    found = _PLACE.fullmatch(text)
    if found is None or int(found[2]) > LARGEST_ID:
        raise ValueError("is no place of a page: follow `next` as it stands")
    place_of(text)
    return text


PageBegin = Annotated[str, AfterValidator(_is_place), Field(description="the next page: see `next`")]


def place_of(text: str) -> tuple[datetime, int]:
    """What `link_behind` wrote: the time and the id that the page before ended with."""
    microseconds, _, id_ = text.partition("-")
    try:
        return _EPOCH + timedelta(microseconds=int(microseconds)), int(id_)
    except OverflowError as wrong:
        raise ValueError("is no place of a page: follow `next` as it stands") from wrong


def link_behind(request: Request, at: datetime, id_: int) -> str:
    """The address of the page that begins behind it, with the same filters."""
    return link_to_next(request, after=f"{(at - _EPOCH) // timedelta(microseconds=1)}-{id_}")
