"""`/v1/notices`: the delivery ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Path, Query
from pydantic import BaseModel, Field

from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model import Channel, Notice, NoticeId, NoticeKind, NoticeStatus, Number
from personsvar.mailbox.numbers import parse_subscriber_number
from personsvar.mailbox.ports import Office
from personsvar.notifier.api.forms import NoticeForm, NoticeHistoryForm, history_form, notice_form
from personsvar.notifier.api.token import Guard

MOST = 1000
LARGEST_ID = 2**63 - 1

Id = Annotated[int, Path(ge=1, le=LARGEST_ID)]


class Filters(BaseModel, extra="forbid"):
    """Which notices; a time is ISO 8601, in UTC when it names no zone."""

    to: str | None = Field(None, description="the subscriber's number")
    channel: Channel | None = None
    kind: NoticeKind | None = None
    status: NoticeStatus | None = None
    since: datetime | None = Field(None, description="caused then or later")
    until: datetime | None = Field(None, description="caused before then")
    before_id: int | None = Field(None, ge=1, le=LARGEST_ID, description="the next page: the last id seen")
    limit: int = Field(100, ge=1, le=MOST)


def notices_router(office: Office, guard: Guard) -> APIRouter:
    router = APIRouter(prefix="/v1/notices", tags=["notices"], dependencies=[Depends(guard)])

    @router.get("", summary="Notices, newest first")
    def notices(only: Annotated[Filters, Query()]) -> list[NoticeForm]:
        with office.store.look() as uow:
            found = uow.outbox.list(
                to=_number(office, only.to),
                channel=only.channel,
                kind=only.kind,
                status=only.status,
                since=_in_utc(only.since),
                until=_in_utc(only.until),
                before_id=None if only.before_id is None else NoticeId(only.before_id),
                limit=only.limit,
            )
        return [notice_form(it) for it in found]

    @router.get("/{notice}", summary="One notice, with each try and each receipt")
    def one(notice: Id) -> NoticeHistoryForm:
        return _shown(office, NoticeId(notice))

    @router.post("/{notice}/resend", summary="Send one again that has ended", status_code=202)
    def resend(notice: Id) -> NoticeHistoryForm:
        before = _found(office, NoticeId(notice))
        with office.store.begin() as uow:
            again = uow.outbox.resend(before.id, now=office.clock.now())
            uow.commit()
        if not again:
            raise HTTPException(409, f"notice {notice} is still on its way ({before.status})")
        office.wake.notices()
        return _shown(office, before.id)

    return router


def _number(office: Office, text: str | None) -> Number | None:
    if text is None:
        return None
    try:
        return parse_subscriber_number(text, region=office.rules.home_region)
    except MailboxError as wrong:
        raise HTTPException(422, str(wrong)) from wrong


def _shown(office: Office, which: NoticeId) -> NoticeHistoryForm:
    with office.store.look() as uow:
        found = uow.outbox.get(which)
        history = uow.outbox.history(which)
    if found is None:
        raise HTTPException(404, f"there is no notice {which}")
    return history_form(found, history)


def _found(office: Office, which: NoticeId) -> Notice:
    with office.store.look() as uow:
        found = uow.outbox.get(which)
    if found is None:
        raise HTTPException(404, f"there is no notice {which}")
    return found


def _in_utc(moment: datetime | None) -> datetime | None:
    """What names no zone is UTC."""
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=UTC)
