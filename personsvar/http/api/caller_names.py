"""What callers are called.

`/v1/names`                         the operator's list, for everybody
`/v1/subscribers/{number}/names`    a subscriber's own, which goes before it
"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request

from personsvar.http.api.guard import Guard, Who, needs
from personsvar.http.api.name_forms import (
    CallerNameForm,
    CallerNamePage,
    GivenCaller,
    GivenCallerName,
    name_form,
    name_page,
    no_such_name,
)
from personsvar.http.api.parameters import Limit, NumberSeen
from personsvar.http.api.problems import answers
from personsvar.http.api.subscribers import NO_SUCH, GivenNumber
from personsvar.http.api.subscribers import PREFIX as SUBSCRIBERS
from personsvar.mailbox.caller_names import clear_names, find_name, put_name, remove_name
from personsvar.mailbox.model.api_key import Scope
from personsvar.mailbox.provision import find_subscriber
from personsvar.mailbox.services import Services

PREFIX = "/v1/names"
NO_NAME = answers(_404="the list has no such number")
EveryName = Annotated[
    Literal["yes"], Query(alias="all", description="that all is meant: an address that lacks its end is not")
]
NO_LIST = answers(_404="nobody of that number is served, or the list has no such number")


def all_meant(every: EveryName) -> str:
    return every


def operator_names_router(services: Services, guard: Guard) -> APIRouter:
    router = guard.router(PREFIX, tag="names")
    read, write = needs(Scope.NAMES_READ), needs(Scope.NAMES_WRITE)

    @router.get("", summary="What callers are called, for everybody", dependencies=[read])
    def names(request: Request, after: NumberSeen = None, limit: Limit = 100) -> CallerNamePage:
        return name_page(services, None, request, after, limit)

    @router.get("/{caller}", summary="What one caller is called", dependencies=[read], responses=NO_NAME)
    def one(caller: GivenCaller) -> CallerNameForm:
        return name_form(find_name(services, None, caller))

    @router.put("/{caller}", summary="Add a name, or change it", dependencies=[write])
    def put(caller: GivenCaller, given: GivenCallerName, who: Who) -> CallerNameForm:
        return name_form(put_name(services, None, caller, given.name, by=who.actor))

    @router.delete(
        "/{caller}", summary="Remove one", dependencies=[write], status_code=204, responses=NO_NAME
    )
    def remove(caller: GivenCaller, who: Who) -> None:
        if not remove_name(services, None, caller, by=who.actor):
            raise no_such_name()

    @router.delete(
        "",
        summary="Remove all of the operator's list",
        dependencies=[write, Depends(all_meant)],
        status_code=204,
    )
    def clear(who: Who) -> None:
        clear_names(services, None, by=who.actor)

    return router


def own_names_router(services: Services, guard: Guard) -> APIRouter:
    router = guard.router(SUBSCRIBERS, tag="names")
    read, write = needs(Scope.NAMES_READ), needs(Scope.NAMES_WRITE)

    @router.get(
        "/{number}/names",
        summary="What callers are called by that subscriber",
        dependencies=[read],
        responses=NO_LIST,
    )
    def names(
        number: GivenNumber, request: Request, after: NumberSeen = None, limit: Limit = 100
    ) -> CallerNamePage:
        return name_page(services, find_subscriber(services, number).number, request, after, limit)

    @router.get(
        "/{number}/names/{caller}",
        summary="What one caller is called by that subscriber",
        dependencies=[read],
        responses=NO_LIST,
    )
    def one(number: GivenNumber, caller: GivenCaller) -> CallerNameForm:
        return name_form(find_name(services, find_subscriber(services, number).number, caller))

    @router.put(
        "/{number}/names/{caller}",
        summary="Add a name to the subscriber's list, or change it",
        dependencies=[write],
        responses=NO_LIST,
    )
    def put(number: GivenNumber, caller: GivenCaller, given: GivenCallerName, who: Who) -> CallerNameForm:
        owner = find_subscriber(services, number).number
        return name_form(put_name(services, owner, caller, given.name, by=who.actor))

    @router.delete(
        "/{number}/names/{caller}",
        summary="Remove one of the subscriber's list",
        dependencies=[write],
        status_code=204,
        responses=NO_LIST,
    )
    def remove(number: GivenNumber, caller: GivenCaller, who: Who) -> None:
        owner = find_subscriber(services, number).number
        if not remove_name(services, owner, caller, by=who.actor):
            raise no_such_name()

    @router.delete(
        "/{number}/names",
        summary="Remove all of the subscriber's list",
        dependencies=[write, Depends(all_meant)],
        status_code=204,
        responses=NO_SUCH,
    )
    def clear(number: GivenNumber, who: Who) -> None:
        clear_names(services, find_subscriber(services, number).number, by=who.actor)

    return router
