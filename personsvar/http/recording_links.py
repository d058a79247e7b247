"""The pages behind the links in e-mails: a player for one recording, or why there is nothing to hear.

GET /r/TOKEN           200 a player · 404 no link of ours · 410 its time is over, or the message is deleted
GET /r/TOKEN/sound     the sound, whole or in parts
503                    the database is away
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.responses import HTMLResponse, Response

from personsvar.gateways.email.mail_templates import WhyGone, Wording
from personsvar.gateways.email.signed_links import PATH, SignedLinks
from personsvar.http.linked_recordings import LinkedRecordings, RecordingGoneError
from personsvar.http.sound_answers import sound_answer
from personsvar.mailbox.model.subscriber import Language
from personsvar.mailbox.services import Services
from personsvar.voice.encoder import Encoder

_PRIVATE = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'",
}
_STATUS: dict[WhyGone, int] = {"unknown": 404, "expired": 410, "deleted": 410, "later": 503}
_AcceptLanguage = Annotated[str, Header()]


def recordings_router(
    services: Services, links: SignedLinks, *, wording: Wording, encoder: Encoder
) -> APIRouter:
    """Whoever has a link hears its message: so browsers keep nothing of it, and no search finds it.

    `encoder` is of the event loop that serves this.
    """
    router = APIRouter(prefix=PATH, include_in_schema=False)
    recordings = LinkedRecordings(services, links, encoder)

    def gone(wrong: RecordingGoneError) -> Response:
        page = wording.gone(wrong.why, wrong.language)
        return HTMLResponse(page, status_code=_STATUS[wrong.why], headers=_PRIVATE)

    @router.api_route("/{token}", methods=["GET", "HEAD"])
    async def recording(token: str, accept_language: _AcceptLanguage = "") -> Response:
        try:
            found = await recordings.find(token, fallback_language=_spoken(accept_language))
        except RecordingGoneError as wrong:
            return gone(wrong)
        shown = recordings.shown(found, sound=f"{token}/sound")
        return HTMLResponse(wording.recording(shown, found.language), headers=_PRIVATE)

    @router.api_route("/{token}/sound", methods=["GET", "HEAD"])
    async def sound(request: Request, token: str, accept_language: _AcceptLanguage = "") -> Response:
        try:
            found = await recordings.find(token, fallback_language=_spoken(accept_language))
        except RecordingGoneError as wrong:
            return gone(wrong)
        played = await recordings.sound(found)
        return sound_answer(request, played.content, played.media_type, headers=_PRIVATE)

    return router


def _spoken(accept_language: str) -> Language:
    """Of somebody without a link of ours; Norwegian unless English is asked for first."""
    return "en" if accept_language.strip().lower().startswith("en") else "nb"
