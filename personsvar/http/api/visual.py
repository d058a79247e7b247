"""`/v1/subscribers/{number}/visual`: how visual voicemail stands; a phone is kept out, or asks by hand."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field, StrictStr

from personsvar.gateways.visual.activation_requests import asked_of
from personsvar.http.api.forms import Moment
from personsvar.http.api.guard import Guard, Who, needs
from personsvar.http.api.idempotency import concerns
from personsvar.http.api.problems import answers, wrong_value
from personsvar.http.api.subscribers import NO_SUCH, PREFIX, GivenNumber
from personsvar.mailbox import lookups
from personsvar.mailbox.errors import NotReadyError
from personsvar.mailbox.model.api_key import Scope
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.visual_account import VisualDialect
from personsvar.mailbox.provision import find_subscriber
from personsvar.mailbox.services import Services
from personsvar.mailbox.visual import accounts
from personsvar.mailbox.visual.requests import request_for


class VisualForm(BaseModel):
    number: str = Field(description="the subscriber", examples=["+4790000001"])
    status: str = Field(description="how far it has come; `never-asked`: the phone never sent anything")
    dialect: VisualDialect | None = Field(description="how the phone speaks")
    client: str | None = Field(description="its client, in its own words")
    port: int | None = Field(description="the application port its SMS go to; 0: as text")
    prefix: str | None = Field(description="what its SMS begin with, if it said so")
    user: str = Field(description="what it logs in as; its password is shown nowhere")
    activated_at: Moment | None = Field(description="when it got its password")
    tutorial_closed: bool = Field(description="the client led its user through PIN and greeting")
    asked: int = Field(description="its requests since `asked_since`")
    asked_since: Moment | None = Field(description="when that hour began")


class PhoneSms(BaseModel):
    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"text": "Activate:pv=13;ct=acme.p1.14"}]}
    )

    text: StrictStr = Field(min_length=1, max_length=1000, description="what the phone would have sent")


def visual_router(services: Services, guard: Guard, host: str) -> APIRouter:
    """`host` is what phones reach visual voicemail by; empty where there is none."""
    router = guard.router(PREFIX, tag="subscribers")
    read, write = needs(Scope.SUBSCRIBERS_READ), needs(Scope.SUBSCRIBERS_WRITE)

    @router.get(
        "/{number}/visual", summary="How visual voicemail stands", dependencies=[read], responses=NO_SUCH
    )
    def status(number: GivenNumber) -> VisualForm:
        return _form(services, find_subscriber(services, number).number, host)

    @router.post(
        "/{number}/visual/block",
        summary="Keep the phone out; it is told so when it asks",
        dependencies=[write],
        responses=NO_SUCH,
    )
    def block(number: GivenNumber, request: Request, who: Who) -> VisualForm:
        owner = find_subscriber(services, number).number
        accounts.block(services, owner, by=who.actor)
        concerns(request, owner)
        return _form(services, owner, host)

    @router.post(
        "/{number}/visual/unblock",
        summary="Let it in again: it has to activate anew",
        dependencies=[write],
        responses=NO_SUCH,
    )
    def unblock(number: GivenNumber, request: Request, who: Who) -> VisualForm:
        owner = find_subscriber(services, number).number
        accounts.unblock(services, owner, by=who.actor)
        concerns(request, owner)
        return _form(services, owner, host)

    _by_hand(router, services, host)
    return router


def _by_hand(router: APIRouter, services: Services, host: str) -> None:
    @router.post(
        "/{number}/visual/request",
        summary="Take a request as if the phone had sent this SMS; it gets its answer by SMS",
        dependencies=[needs(Scope.SUBSCRIBERS_WRITE)],
        status_code=202,
        responses={**NO_SUCH, **answers(_409="there is no visual voicemail, or it asked too often")},
    )
    def ask(number: GivenNumber, sms: PhoneSms, request: Request, who: Who) -> VisualForm:
        if not host:
            raise NotReadyError("there is no visual voicemail: PERSONSVAR_VISUAL_HOST is not set")
        owner = find_subscriber(services, number).number
        asked = asked_of(sms.text)
        if asked is None:
            raise wrong_value("text", "should be a request of visual voicemail")
        request_for(services, owner, asked, by=who.actor)
        concerns(request, owner)
        return _form(services, owner, host)


def _form(services: Services, owner: Number, host: str) -> VisualForm:
    account, user = lookups.visual_account(services, owner), accounts.imap_user(owner, host)
    return VisualForm(
        number=owner,
        status="never-asked" if account is None else account.status,
        dialect=None if account is None else account.dialect,
        client=None if account is None else account.client,
        port=None if account is None else account.port,
        prefix=None if account is None else account.prefix,
        user=user,
        activated_at=None if account is None else account.activated_at,
        tutorial_closed=account is not None and account.tutorial_closed,
        asked=0 if account is None else account.asked,
        asked_since=None if account is None else account.asked_since,
    )
