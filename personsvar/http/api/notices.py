"""`/v1/notices`: the delivery ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query
from pydantic import AfterValidator, BaseModel, Field

from personsvar.http.api.forms import NoticeForm, NoticeHistoryForm, history_form, notice_form
from personsvar.http.api.guard import Guard, Who, needs
from personsvar.http.api.problems import answers, wrong_value
from personsvar.mailbox import lookups
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.api_key import Scope
from personsvar.mailbox.model.ids import NoticeId, Number
from personsvar.mailbox.model.notice import Channel, NoticeKind, NoticeStatus
from personsvar.mailbox.phone_numbers import parse_subscriber_number
from personsvar.mailbox.services import Services
from personsvar.mailbox.undelivered import send_again

MOST = 1000
LARGEST_ID = 2**63 - 1

Id = Annotated[int, Path(ge=1, le=LARGEST_ID)]


def _in_utc(moment: datetime) -> datetime:
    """What names no zone is UTC; what UTC has no year for is no time of ours."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError as wrong:
        raise ValueError("out of range: in UTC it is before the year 1 or after 9999") from wrong


Moment = Annotated[datetime, AfterValidator(_in_utc)]


NO_SUCH = answers(_404="there is no such notice")
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
    limit: int = Field(100, ge=1, le=MOST)


def notices_router(services: Services, guard: Guard) -> APIRouter:
    router = guard.router("/v1/notices", tag="notices")
    read, write = needs(Scope.NOTICES_READ), needs(Scope.NOTICES_WRITE)

    @router.get("", summary="Notices, newest first", dependencies=[read])
    def notices(only: Annotated[Filters, Query()]) -> list[NoticeForm]:
        with services.store.look() as uow:
            found = uow.outbox.list(
                to=_number(services, only.to),
                channel=only.channel,
                kind=only.kind,
                status=only.status,
                since=only.since,
                until=only.until,
                before_id=None if only.before_id is None else NoticeId(only.before_id),
                limit=only.limit,
            )
        return [notice_form(notice) for notice in found]

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


def _number(services: Services, text: str | None) -> Number | None:
    if text is None:
        return None
    try:
        return parse_subscriber_number(text, region=services.rules.home_region)
    except MailboxError as wrong:
        raise wrong_value("to", str(wrong)) from wrong


def _shown(services: Services, which: NoticeId) -> NoticeHistoryForm:
    found = lookups.notice_and_history(services, which)
    if found is None:
        raise _unknown(which)
    return history_form(*found)


def _unknown(which: int) -> HTTPException:
    return HTTPException(404, f"there is no notice {which}")
