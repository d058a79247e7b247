"""`/v1/subscribers/…/greetings`: what callers hear first, each kind with its versions."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request, Response

from personsvar.http.api.greeting_forms import GreetingChoice, GreetingForm, GreetingList, greeting_form
from personsvar.http.api.guard import Guard, Who, needs
from personsvar.http.api.message_sounds import SOUND_ANSWERS, played
from personsvar.http.api.parameters import Id
from personsvar.http.api.problems import NOT_FOUND, ProblemError, answers
from personsvar.http.api.subscribers import GivenNumber
from personsvar.http.playable_sounds import PlayableSounds, SoundForm
from personsvar.mailbox import greeting_desk
from personsvar.mailbox.model.api_key import Scope
from personsvar.mailbox.model.greeting import GreetingKind, GreetingVersion
from personsvar.mailbox.model.ids import GreetingId, Number
from personsvar.mailbox.provision import find_subscriber
from personsvar.mailbox.services import Services

PREFIX = "/v1/subscribers/{number}/greetings"
NO_SUCH = answers(_404="there is no such subscriber, or no such version")


def greetings_router(services: Services, guard: Guard, sounds: PlayableSounds) -> APIRouter:
    router = guard.router(PREFIX, tag="greetings")
    read, write = needs(Scope.GREETINGS_READ), needs(Scope.GREETINGS_WRITE)

    @router.get("", summary="Every version of every greeting", dependencies=[read], responses=NO_SUCH)
    def greetings(number: GivenNumber) -> GreetingList:
        found = greeting_desk.versions(services, owner_of(services, number))
        return GreetingList(items=[greeting_form(version) for version in found])

    @router.get("/{version}", summary="One version", dependencies=[read], responses=NO_SUCH)
    def one(number: GivenNumber, version: Id) -> GreetingForm:
        return greeting_form(_found(services, number, version))

    @router.delete(
        "/{version}",
        summary="Remove a version for good",
        dependencies=[write],
        status_code=204,
        responses=NO_SUCH,
    )
    def remove(number: GivenNumber, version: Id, who: Who) -> None:
        owner = owner_of(services, number)
        if not greeting_desk.remove(services, owner, GreetingId(version), by=who.actor):
            raise _no_version()

    @router.put(
        "/{kind}/in-use",
        summary="Let callers hear a version, an earlier one too",
        dependencies=[write],
        responses=NO_SUCH,
    )
    def choose(number: GivenNumber, kind: GreetingKind, wanted: GreetingChoice, who: Who) -> GreetingForm:
        found = _found(services, number, wanted.version)
        if found.greeting.kind is not kind:
            raise _no_version()
        greeting = found.greeting
        chosen = greeting_desk.choose(
            services, greeting.mailbox, greeting.id, until=wanted.until, by=who.actor
        )
        if chosen is None:
            raise _no_version()
        return greeting_form(chosen)

    @router.delete(
        "/{kind}/in-use",
        summary="Back to the built-in one; the versions stay",
        dependencies=[write],
        status_code=204,
        responses=NO_SUCH,
    )
    def built_in(number: GivenNumber, kind: GreetingKind, who: Who) -> None:
        greeting_desk.back_to_built_in(services, owner_of(services, number), kind, by=who.actor)

    async def sound(number: GivenNumber, version: Id, form: SoundForm, request: Request) -> Response:
        found = await asyncio.to_thread(_found, services, number, version)
        return await played(request, sounds, found.greeting.sound.id, form)

    path = "/{version}/sound.{form}"
    router.get(
        path,
        summary="Its sound, whole or in parts",
        dependencies=[read],
        response_class=Response,
        responses=SOUND_ANSWERS,
    )(sound)
    router.head(path, dependencies=[read], include_in_schema=False)(sound)
    return router


def owner_of(services: Services, number: str) -> Number:
    return find_subscriber(services, number).number


def _found(services: Services, number: str, version: int) -> GreetingVersion:
    found = greeting_desk.version(services, owner_of(services, number), GreetingId(version))
    if found is None:
        raise _no_version()
    return found


def _no_version() -> ProblemError:
    return ProblemError(NOT_FOUND, "there is no such version")
