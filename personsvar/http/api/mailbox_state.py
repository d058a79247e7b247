"""`/v1/subscribers/{number}/…`: what is in the mailbox, whether its ways in are closed, a new PIN."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from personsvar.http.api.forms import Moment
from personsvar.http.api.guard import Guard, Who, needs
from personsvar.http.api.idempotency import concerns
from personsvar.http.api.subscribers import NO_SUCH, PREFIX, GivenNumber
from personsvar.mailbox import login
from personsvar.mailbox.availability import availability
from personsvar.mailbox.being_back import be_back
from personsvar.mailbox.lockout import is_closed
from personsvar.mailbox.model.api_key import Scope
from personsvar.mailbox.model.availability import AbsenceReason
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.notice import Channel
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.provision import find_subscriber
from personsvar.mailbox.services import Services


class MailboxForm(BaseModel):
    number: str = Field(description="whose it is", examples=["+4790000001"])
    takes_messages: bool = Field(description="a caller may leave a message now")
    away: bool = Field(description="callers hear that the subscriber is away")
    away_reason: AbsenceReason | None = Field(description="what callers hear why")
    back_at: Moment | None = Field(description="until when callers are told it is so")
    new: int = Field(description="messages not heard, the urgent ones too")
    urgent: int = Field(description="urgent ones among the new")
    heard: int = Field(description="messages heard")
    saved: int = Field(description="messages saved")
    deleted: int = Field(description="messages that can still be taken back")
    greetings: list[str] = Field(description="those in use", examples=[["personal"]])


class WayIn(BaseModel):
    way: str = Field(description="by number and PIN from elsewhere, or on the own phone")
    failures: int = Field(description="wrong PINs in a row")
    closed_until: Moment | None = Field(description="too many of them: until when it is closed")


class LockForm(BaseModel):
    number: str = Field(description="whose it is", examples=["+4790000001"])
    locked_until: Moment | None = Field(description="until when a way in is closed; null: none is")
    ways: list[WayIn] = Field(description="each way in")


class PinReset(BaseModel):
    number: str = Field(description="whose PIN it is", examples=["+4790000001"])
    told_by: str = Field(description="how the new PIN goes to its owner, and to nobody else")


def mailbox_state_router(services: Services, guard: Guard) -> APIRouter:
    router = guard.router(PREFIX, tag="subscribers")
    read, write = needs(Scope.SUBSCRIBERS_READ), needs(Scope.SUBSCRIBERS_WRITE)

    @router.get("/{number}/mailbox", summary="What is in the mailbox", dependencies=[read], responses=NO_SUCH)
    def mailbox(number: GivenNumber) -> MailboxForm:
        return _mailbox(services, find_subscriber(services, number))

    @router.get(
        "/{number}/lock",
        summary="Whether too many wrong PINs closed a way in",
        dependencies=[read],
        responses=NO_SUCH,
    )
    def lock(number: GivenNumber) -> LockForm:
        return _lock(services, find_subscriber(services, number))

    @router.post(
        "/{number}/unlock", summary="Open the ways in again", dependencies=[write], responses=NO_SUCH
    )
    def unlock(number: GivenNumber, request: Request, who: Who) -> LockForm:
        found = find_subscriber(services, number)
        login.unlock(services, found.number, by=who.actor)
        concerns(request, found.number)
        return _lock(services, found)

    @router.post(
        "/{number}/back",
        summary="The subscriber is back: what absence is on is over; then as `mailbox`",
        dependencies=[write],
        responses=NO_SUCH,
    )
    def back(number: GivenNumber, request: Request, who: Who) -> MailboxForm:
        found = find_subscriber(services, number)
        be_back(services, found.number, by=who.actor)
        concerns(request, found.number)
        return _mailbox(services, find_subscriber(services, number))

    @router.post(
        "/{number}/pin-reset",
        summary="Give a new PIN, which goes by SMS; the old one no longer holds",
        dependencies=[write],
        status_code=202,
        responses=NO_SUCH,
    )
    def reset_pin(number: GivenNumber, request: Request, who: Who) -> PinReset:
        found = find_subscriber(services, number)
        login.reset_pin(services, found.number, by=who.actor)
        concerns(request, found.number)
        return PinReset(number=found.number, told_by=Channel.SMS)

    return router


def _mailbox(services: Services, owner: Subscriber) -> MailboxForm:
    with services.store.look() as uow:
        counts = uow.messages.counts(owner.number)
        stands = availability(uow, owner, services.bank_holidays, services.clock.now())
        used = [kind for kind in GreetingKind if uow.greetings.current(owner.number, kind) is not None]
    return MailboxForm(
        number=owner.number,
        takes_messages=stands.takes_messages,
        away=stands.is_away,
        away_reason=stands.reason,
        back_at=stands.back_at,
        new=counts.new,
        urgent=counts.urgent,
        heard=counts.heard,
        saved=counts.saved,
        deleted=counts.deleted,
        greetings=[str(kind) for kind in used],
    )


def _lock(services: Services, owner: Subscriber) -> LockForm:
    now = services.clock.now()
    ways = [
        WayIn(
            way=str(lock.scope),
            failures=lock.failures,
            closed_until=lock.closed_until if is_closed(lock, now) else None,
        )
        for lock in login.locks_of(services, owner.number)
    ]
    closed = [way.closed_until for way in ways if way.closed_until is not None]
    return LockForm(number=owner.number, locked_until=max(closed, default=None), ways=ways)
