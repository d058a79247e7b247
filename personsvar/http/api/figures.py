"""`/v1/figures`: how much there was, and when: what the operator's graphs are drawn from."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field

from personsvar.http.api.forms import Moment
from personsvar.http.api.guard import Guard, needs
from personsvar.http.api.paging import link_to_next, one_page
from personsvar.http.api.parameters import Limit
from personsvar.http.api.parameters import Moment as GivenMoment
from personsvar.mailbox.model.api_key import Scope
from personsvar.mailbox.model.tally import Stretch, TallySubject
from personsvar.mailbox.services import Services
from personsvar.mailbox.tallies import TalliedStretch, tallied

_FOREVER = datetime.max.replace(tzinfo=UTC)
UNASKED = timedelta(days=1)
Counts = dict[str, int]


class FigureForm(BaseModel):
    begins_at: Moment = Field(description="when the stretch of time began")
    calls: Counts = Field(description="by what came of them", examples=[{"message": 3, "missed": 2}])
    notices: dict[str, Counts] = Field(
        description="by channel, and what became of them; one that arrived was sent, too",
        examples=[{"sms": {"sent": 5, "delivered": 4, "failed": 1}}],
    )
    gateways: dict[str, Counts] = Field(
        description="by channel: how often its gateway was looked at, and was there",
        examples=[{"sms": {"looked": 60, "up": 60}}],
    )


class FigurePage(BaseModel):
    items: list[FigureForm] = Field(description="oldest first; what is left out in one is 0")
    next: str | None = Field(description="the address of the next page; null on the last")


class FiguresWanted(BaseModel, extra="forbid"):
    """Of which time; a time is ISO 8601, in UTC when it names no zone."""

    stretch: Stretch = Field(Stretch.HOUR, description="an hour, or a quarter of one (of two days only)")
    since: GivenMoment | None = Field(None, description="from the one on in which this lies; or of a day")
    until: GivenMoment | None = Field(None, description="begun before then")
    limit: Limit = 100


def figures_router(services: Services, guard: Guard) -> APIRouter:
    router = guard.router("/v1/figures", tag="figures")

    @router.get("", summary="How much there was, by the hour", dependencies=[needs(Scope.FIGURES_READ)])
    def figures(only: Annotated[FiguresWanted, Query()], request: Request) -> FigurePage:
        since = services.clock.now() - UNASKED if only.since is None else only.since
        until = _FOREVER if only.until is None else only.until
        found = tallied(services, only.stretch, since=since, until=until, most=only.limit + 1)
        page, is_more = one_page(found, only.limit)
        following = link_to_next(request, since=found[-1].begins_at.isoformat()) if is_more else None
        return FigurePage(items=[_form(each) for each in page], next=following)

    return router


def _form(stretch: TalliedStretch) -> FigureForm:
    of: dict[TallySubject, defaultdict[str, Counts]] = {it: defaultdict(dict) for it in TallySubject}
    for what, times in sorted(stretch.times.items()):
        of[what.subject][what.name][what.outcome] = times
    return FigureForm(
        begins_at=stretch.begins_at,
        calls={name: counts[""] for name, counts in of[TallySubject.CALL].items()},
        notices=of[TallySubject.NOTICE],
        gateways=of[TallySubject.GATEWAY],
    )
