"""What is heard and seen of a message. To fetch it is not to have heard it: that is told by a form.

GET /profile/messages/ID/sound            the recording, whole or in parts
GET /profile/messages/ID/sound?download=  the same, to be kept
GET /profile/messages/ID/waveform.svg     its picture
"""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import Response

from personsvar.http.pages.page_faults import PageFault
from personsvar.http.pages.page_route import page_route
from personsvar.http.pages.profile.message_ids import PageMessageId
from personsvar.http.pages.profile.played_sounds import PlayedSounds
from personsvar.http.pages.profile_site import ProfileSite
from personsvar.http.ranges import UnsatisfiableRangeError, asked_range
from personsvar.mailbox.model.ids import MessageId, Number

NOT_FOUND = 404


def sounds_router(site: ProfileSite, played: PlayedSounds) -> APIRouter:
    router = APIRouter(prefix="/profile/messages", include_in_schema=False, route_class=page_route(site))

    @router.get("/{which}/sound")
    async def sound(request: Request, which: PageMessageId, download: str | None = None) -> Response:
        found = await played.sound(await _owner(site, request), MessageId(which))
        if found is None:
            raise PageFault(NOT_FOUND)
        asked = request.headers.get("range", "")
        response = sound_in_parts(found.content, found.media_type, asked)
        if download is not None:
            name = f"message-{which}.{found.form}"
            response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    @router.get("/{which}/waveform.svg")
    async def waveform(request: Request, which: PageMessageId) -> Response:
        picture = await played.picture(await _owner(site, request), MessageId(which))
        if picture is None:
            raise PageFault(NOT_FOUND)
        kept = {"Cache-Control": "private, max-age=86400"}
        return Response(picture, media_type="image/svg+xml", headers=kept)

    return router


async def _owner(site: ProfileSite, request: Request) -> Number:
    visitor = await asyncio.to_thread(site.visitor, request)
    return visitor.subscriber.number


def sound_in_parts(content: bytes, media_type: str, asked: str) -> Response:
    """Whole, or the part that a player asks for."""
    size, headers = len(content), {"Accept-Ranges": "bytes"}
    try:
        part = asked_range(asked, size)
    except UnsatisfiableRangeError:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    if part is None:
        return Response(content, media_type=media_type, headers=headers)
    headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{size}"
    return Response(content[part.start : part.stop], status_code=206, media_type=media_type, headers=headers)
