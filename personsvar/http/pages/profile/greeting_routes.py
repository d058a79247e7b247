"""Greetings: what callers hear first, each kind with its versions.

GET  /profile/greetings                   GET  /profile/greetings/ID/sound
POST /profile/greetings/ID/choose         POST /profile/greetings/ID/remove
POST /profile/greetings/KIND/built-in     POST /profile/greetings/KIND/upload
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response

from personsvar.http.greeting_uploads import GreetingUploads, UnknownFormError
from personsvar.http.pages.message_shown import length_shown, moment
from personsvar.http.pages.page_faults import NOT_FOUND, UNAVAILABLE, PageFault
from personsvar.http.pages.page_forms import PageForm
from personsvar.http.pages.page_ids import PageId
from personsvar.http.pages.page_route import form_of, page_route
from personsvar.http.pages.profile.own_changes import by_page
from personsvar.http.pages.profile.page_uploads import AT_ONCE, PageUploads
from personsvar.http.pages.profile.sound_routes import playable, played
from personsvar.http.pages.profile_site import ProfileSite
from personsvar.http.playable_sounds import PlayableSounds
from personsvar.mailbox import greeting_desk
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import GreetingId
from personsvar.mailbox.profile.web_sessions import Visitor
from personsvar.voice.encoder import EncodingFailedError

log = logging.getLogger(__name__)

SHOWN = (GreetingKind.PERSONAL, GreetingKind.SIGNATURE, GreetingKind.ABSENCE, GreetingKind.INTERNATIONAL)
"""In that order."""
DONE = ("kept", "kept_only", "removed")
"""What the page says of itself after a form."""


@dataclass(frozen=True, slots=True)
class ShownGreeting:
    id: GreetingId
    when: str
    length: str
    in_use: bool


def greetings_router(site: ProfileSite, sounds: PlayableSounds) -> APIRouter:
    router = APIRouter(prefix="/profile/greetings", include_in_schema=False, route_class=page_route(site))

    @router.get("")
    def greetings(request: Request) -> Response:
        done = request.query_params.get("done")
        return _page(site, request, site.visitor(request), done=done if done in DONE else None)

    @router.get("/{which}/sound")
    async def sound(request: Request, which: PageId) -> Response:
        visitor = await asyncio.to_thread(site.visitor, request)
        owner = visitor.subscriber.number
        found = await asyncio.to_thread(greeting_desk.version, site.services, owner, GreetingId(which))
        if found is None:
            raise PageFault(NOT_FOUND)
        return played(request, await playable(sounds, found.greeting.sound.id))

    @router.post("/{which}/choose")
    def choose(request: Request, which: PageId) -> Response:
        visitor, until = site.visitor(request), _until(form_of(request))
        owner = visitor.subscriber.number
        try:
            found = greeting_desk.choose(
                site.services, owner, GreetingId(which), until=until, by=by_page(visitor)
            )
        except MailboxError:
            return _page(site, request, visitor, wrong="last_day")
        if found is None:
            raise PageFault(NOT_FOUND)
        return site.to("/profile/greetings?done=kept")

    @router.post("/{which}/remove")
    def remove(request: Request, which: PageId) -> Response:
        visitor = site.visitor(request)
        owner = visitor.subscriber.number
        if not greeting_desk.remove(site.services, owner, GreetingId(which), by=by_page(visitor)):
            raise PageFault(NOT_FOUND)
        return site.to("/profile/greetings?done=removed")

    @router.post("/{kind}/built-in")
    def built_in(request: Request, kind: GreetingKind) -> Response:
        visitor = site.visitor(request)
        owner = visitor.subscriber.number
        greeting_desk.back_to_built_in(site.services, owner, kind, by=by_page(visitor))
        return site.to("/profile/greetings?done=kept")

    return router


def greeting_uploads_router(site: ProfileSite, uploads: GreetingUploads) -> APIRouter:
    guard = page_route(site, PageUploads(site).read)
    router = APIRouter(prefix="/profile/greetings", include_in_schema=False, route_class=guard)
    places = asyncio.Semaphore(AT_ONCE)

    @router.post("/{kind}/upload")
    async def upload(request: Request, kind: GreetingKind) -> Response:
        visitor = await asyncio.to_thread(site.visitor, request)
        if places.locked():
            raise PageFault(UNAVAILABLE)
        form = form_of(request)
        use = kind is not GreetingKind.ABSENCE or bool(form.get("until"))
        async with places:
            wrong = await _take(uploads, visitor, kind, request.state.file, _until(form), use=use)
        if wrong is not None:
            return await asyncio.to_thread(_page, site, request, visitor, wrong=wrong)
        return site.to(f"/profile/greetings?done={'kept' if use else 'kept_only'}")

    return router


async def _take(
    uploads: GreetingUploads,
    visitor: Visitor,
    kind: GreetingKind,
    content: bytes,
    until: date | None,
    *,
    use: bool,
) -> str | None:
    """Callers hear it from now, unless it is to be kept alone. Returned is what is wrong."""
    owner, by = visitor.subscriber.number, by_page(visitor)
    if kind is GreetingKind.ABSENCE and use and until is None:
        return "last_day"
    try:
        await uploads.take(owner, kind, content, use=use, until=until, by=by)
    except UnknownFormError:
        return "form"
    except MailboxError:
        return "unfit"
    except EncodingFailedError as wrong:
        log.error("a greeting from the page can't be read", extra={"why": str(wrong)})
        raise PageFault(UNAVAILABLE) from wrong
    return None


def _page(
    site: ProfileSite,
    request: Request,
    visitor: Visitor,
    *,
    done: str | None = None,
    wrong: str | None = None,
) -> Response:
    owner, most = visitor.subscriber, site.services.rules.max_greeting_seconds
    return site.own_page(
        request,
        visitor,
        "greetings",
        kinds=[(kind, _shown(site, visitor, kind)) for kind in SHOWN],
        most_seconds=int(most),
        longest=length_shown(most),
        absence_until="" if owner.absence_until is None else owner.absence_until.isoformat(),
        done=done,
        wrong=wrong,
    )


def _shown(site: ProfileSite, visitor: Visitor, kind: GreetingKind) -> Sequence[ShownGreeting]:
    """The newest first."""
    owner, now = visitor.subscriber, site.services.clock.now()
    versions = greeting_desk.versions(site.services, owner.number)
    return [
        ShownGreeting(
            it.greeting.id,
            moment(it.greeting.recorded_at, owner, now),
            length_shown(it.greeting.sound.seconds),
            it.in_use,
        )
        for it in reversed(versions)
        if it.greeting.kind is kind
    ]


def _until(form: PageForm) -> date | None:
    """Of an absence greeting; None where none is given, or it is no day."""
    with suppress(ValueError):
        return date.fromisoformat(form.get("until", ""))
    return None
