"""`/v1/subscribers`: who is served, and how."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from personsvar.http.api.etags import (
    AS_IT_WAS,
    CHANGED,
    CREATED,
    NEEDED,
    VERSION,
    IfMatch,
    IfNoneMatch,
    as_it_was,
    etag,
    needed,
    version_meant,
)
from personsvar.http.api.guard import Guard, Who, needs
from personsvar.http.api.idempotency import concerns
from personsvar.http.api.paging import link_to_next, one_page
from personsvar.http.api.parameters import Limit, NumberSeen
from personsvar.http.api.problems import answers
from personsvar.http.api.subscriber_forms import (
    NewSubscriber,
    SubscriberChange,
    SubscriberForm,
    SubscriberPage,
    subscriber_form,
)
from personsvar.mailbox.details import Details
from personsvar.mailbox.model.api_key import Scope
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.provision import (
    add_subscriber,
    find_subscriber,
    remove_subscriber,
    set_subscriber,
    some_subscribers,
)
from personsvar.mailbox.services import Services
from personsvar.mailbox.subscriber_version import version_of

PREFIX = "/v1/subscribers"
NO_SUCH = answers(_404="nobody of that number is served")

GivenNumber = Annotated[
    str, Path(min_length=1, max_length=60, description="any form of the number", examples=["+4790000001"])
]


def subscribers_router(
    services: Services, guard: Guard, forget_files: Callable[[Subscriber], None]
) -> APIRouter:
    """`forget_files`: what of a removed subscriber lies elsewhere than in the database goes too."""
    router = guard.router(PREFIX, tag="subscribers")
    read, write = needs(Scope.SUBSCRIBERS_READ), needs(Scope.SUBSCRIBERS_WRITE)

    @router.get("", summary="Subscribers, by number", dependencies=[read])
    def subscribers(request: Request, after: NumberSeen = None, limit: Limit = 100) -> SubscriberPage:
        behind, now = None if after is None else Number(after), services.clock.now()
        page, is_more = one_page(some_subscribers(services, after=behind, limit=limit + 1), limit)
        following = link_to_next(request, after=page[-1].number) if is_more else None
        return SubscriberPage(items=[subscriber_form(one, now) for one in page], next=following)

    @router.post(
        "",
        summary="Add one; without a PIN the first call gives one by SMS",
        dependencies=[write],
        status_code=201,
        responses={
            201: {"description": "the subscriber there is now", **CREATED},
            **answers(_409="somebody of that number is served already"),
        },
    )
    def add(new: NewSubscriber, request: Request, response: Response, who: Who) -> SubscriberForm:
        added = add_subscriber(services, new.number, new.details(), by=who.actor)
        concerns(request, added.number)
        response.headers["Location"] = f"{PREFIX}/{added.number}"
        return _shown(services, added, response)

    @router.get(
        "/{number}",
        summary="One subscriber",
        dependencies=[read],
        response_model=SubscriberForm,
        responses={200: VERSION, **AS_IT_WAS, **NO_SUCH},
    )
    def one(number: GivenNumber, response: Response, if_none_match: IfNoneMatch = None) -> Any:
        found = find_subscriber(services, number)
        return as_it_was(if_none_match, _version(services, found)) or _shown(services, found, response)

    @router.patch(
        "/{number}",
        summary="Change what is given, and nothing else",
        dependencies=[write],
        responses={200: VERSION, **NO_SUCH, **CHANGED, **NEEDED},
    )
    def change(
        number: GivenNumber, given: SubscriberChange, response: Response, who: Who, if_match: IfMatch = None
    ) -> SubscriberForm:
        seen = _seen(services, number, needed(if_match))
        details = given.details()
        if details == Details():
            return _shown(services, find_subscriber(services, number), response)
        return _shown(
            services, set_subscriber(services, number, details, by=who.actor, as_seen=seen), response
        )

    @router.delete(
        "/{number}",
        summary="Remove one, with all messages, transcripts, greetings, notices and sounds",
        dependencies=[write],
        status_code=204,
        responses={**NO_SUCH, **CHANGED},
    )
    def remove(number: GivenNumber, who: Who, if_match: IfMatch = None) -> None:
        seen = _seen(services, number, if_match)
        forget_files(remove_subscriber(services, number, by=who.actor, as_seen=seen))

    return router


def _seen(services: Services, number: str, if_match: str | None) -> str | None:
    return version_meant(if_match, _version(services, find_subscriber(services, number)))


def _version(services: Services, subscriber: Subscriber) -> str:
    return version_of(subscriber, services.clock.now())


def _shown(services: Services, subscriber: Subscriber, response: Response) -> SubscriberForm:
    response.headers["ETag"] = etag(_version(services, subscriber))
    return subscriber_form(subscriber, services.clock.now())
