"""What is heard and seen of a message. To fetch it is not to have heard it: that is told by a form.

GET /profile/messages/ID/sound            the recording, whole or in parts
GET /profile/messages/ID/sound?download=  the same, to be kept
GET /profile/messages/ID/waveform.svg     its picture

What was removed meanwhile is not played from what is held in memory: each time it is looked up whose it is.
"""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import Response

from personsvar.http.pages.page_faults import NOT_FOUND, PageFault
from personsvar.http.pages.page_ids import PageId
from personsvar.http.pages.page_route import page_route
from personsvar.http.pages.profile.message_picture import picture_of
from personsvar.http.pages.profile_site import ProfileSite
from personsvar.http.playable_sounds import PlayableSound, PlayableSounds
from personsvar.http.sound_answers import sound_answer
from personsvar.mailbox import lookups
from personsvar.mailbox.model.ids import MessageId, SoundId
from personsvar.mailbox.profile.inbox import own_message

_SEEN = {"Cache-Control": "private, max-age=86400"}


def sounds_router(site: ProfileSite, sounds: PlayableSounds) -> APIRouter:
    router = APIRouter(prefix="/profile/messages", include_in_schema=False, route_class=page_route(site))

    @router.get("/{which}/sound")
    async def sound(request: Request, which: PageId, download: str | None = None) -> Response:
        found = await playable(sounds, await _sound_of(site, request, which))
        response = played(request, found)
        if download is not None:
            name = f"message-{which}.{found.form}"
            response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    @router.get("/{which}/waveform.svg")
    async def picture(request: Request, which: PageId) -> Response:
        sound_id = await _sound_of(site, request, which)
        try:
            waveform = await asyncio.to_thread(lookups.waveform_of, site.services, sound_id)
        except KeyError as gone:
            raise PageFault(NOT_FOUND) from gone
        return Response(picture_of(waveform), media_type="image/svg+xml", headers=_SEEN)

    return router


async def playable(sounds: PlayableSounds, which: SoundId) -> PlayableSound:
    """Raise PageFault when it is gone."""
    try:
        return await sounds.for_a_browser(which)
    except KeyError as gone:
        raise PageFault(NOT_FOUND) from gone


def played(request: Request, found: PlayableSound) -> Response:
    """Whole, or the part that a player asks for; no browser keeps it."""
    return sound_answer(request, found.content, found.form.media_type, headers={})


async def _sound_of(site: ProfileSite, request: Request, which: int) -> SoundId:
    """Of a message of who asks. Raise PageFault where that is none."""
    visitor = await asyncio.to_thread(site.visitor, request)
    found = await asyncio.to_thread(own_message, site.services, visitor.subscriber.number, MessageId(which))
    if found is None:
        raise PageFault(NOT_FOUND)
    return found.sound.id
