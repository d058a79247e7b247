"""`/v1/notices`: the delivery ledger."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request, Response
from pydantic import BaseModel, Field

from personsvar.http.api.forms import NoticeForm, NoticeHistoryForm, history_form, notice_form
from personsvar.http.api.guard import Guard, Who, needs
from personsvar.http.api.paging import link_to_next, one_page
from personsvar.http.api.parameters import LARGEST_ID, Id, Limit, Moment, number_given
from personsvar.http.api.problems import answers
from personsvar.mailbox import lookups
from personsvar.mailbox.model.api_key import Scope
from personsvar.mailbox.model.ids import NoticeId
from personsvar.mailbox.model.notice import Channel, NoticeKind, NoticeStatus
from personsvar.mailbox.services import Services
from personsvar.mailbox.undelivered import send_again

NO_SUCH = answers(_404="there is no such notice")
_NEXT = {"description": '`<…>; rel="next"`: the next page, if there is one', "schema": {"type": "string"}}
_IN_PAGES = {"headers": {"Link": _NEXT}}
"""A bare list is what was promised before there were pages: so their links stand beside it (RFC 8288)."""
UNDER_WAY = answers(_409="it is still on its way")


class Filters(BaseModel, extra="forbid"):
    """Which notices; a time is ISO 8601, in UTC when it names no zone."""

    to: str | None = Field(None, description="the subscriber's number")
    channel: Channel | None = None
    kind: NoticeKind | None = None
    status: NoticeStatus | None = None
    since: Moment | None = Field(None, description="caused then or later")
    until: Moment | None = Field(None, description="caused before then")
    before_id: int | None = Field(None, ge=1, le=LARGEST_ID, description="the next page: the last id seen")
    limit: Limit = 100


def notices_router(services: Services, guard: Guard) -> APIRouter:
    router = guard.router("/v1/notices", tag="notices")
    read, write = needs(Scope.NOTICES_READ), needs(Scope.NOTICES_WRITE)

    @router.get("", summary="Notices, newest first", dependencies=[read], responses={200: _IN_PAGES})
    def notices(only: Annotated[Filters, Query()], request: Request, response: Response) -> list[NoticeForm]:
        with services.store.look(may_be_late=True) as uow:
            found = uow.outbox.list(
                to=number_given(services, "to", only.to),
                channel=only.channel,
                kind=only.kind,
                status=only.status,
                since=only.since,
                until=only.until,
                before_id=None if only.before_id is None else NoticeId(only.before_id),
                limit=only.limit + 1,
            )
        page, is_more = one_page(found, only.limit)
        if is_more:
            response.headers["Link"] = f'<{link_to_next(request, before_id=page[-1].id)}>; rel="next"'
        return [notice_form(notice) for notice in page]

    @router.get(
        "/{notice}",
        summary="One notice, with each try and each receipt",
        dependencies=[read],
        responses=NO_SUCH,
    )
    def one(notice: Id) -> NoticeHistoryForm:
        return _shown(services, NoticeId(notice))

    @router.post(
        "/{notice}/resend",
        summary="Send one again that has ended",
        dependencies=[write],
        status_code=202,
        responses={**NO_SUCH, **UNDER_WAY},
    )
    def resend(notice: Id, who: Who) -> NoticeHistoryForm:
        before = lookups.notice(services, NoticeId(notice))
        if before is None:
            raise _unknown(notice)
        if not send_again(services, before.id, by=who.actor):
            raise HTTPException(409, f"notice {notice} is still on its way ({before.status})")
        return _shown(services, before.id)

    return router


def _shown(services: Services, which: NoticeId) -> NoticeHistoryForm:
    found = lookups.notice_and_history(services, which)
    if found is None:
        raise _unknown(which)
    return history_form(*found)


def _unknown(which: int) -> HTTPException:
    return HTTPException(404, f"there is no notice {which}")
