"""What was sent, as a page to look at and to hear while no gateway is configured.

GET /dev/outbox               all of it, the newest first
GET /dev/outbox/NAME/mail     an e-mail as mail programs show it
GET /dev/outbox/NAME/sound    the recording in an e-mail or an MMS

Secrets stand in the files only; but the code of a log-in on Min profil is shown to whoever sits at this very
machine, where the page itself is for trying things. Nobody logs in to it: so all of it is for who asks by a
name of this machine, or by that of the settings, and not for a stranger's page whose name leads here (DNS).
Where the settings name no address nothing of it goes through a proxy: by that, strangers are on this machine.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, Response

from personsvar.gateways.files.outbox_reader import ENDINGS, MAIL_KINDS, mail_page, sound
from personsvar.http.dev_outbox.outbox_view import shown_outbox
from personsvar.http.handed_on import is_handed_on
from personsvar.http.pages.site_address import LOOPBACK, SiteAddress

T = TypeVar("T")
BASE = "/dev/outbox"
MISDIRECTED = 421
_STRICT: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_OURS = (
    "default-src 'none'; script-src 'self'; style-src 'self'; media-src 'self'; frame-src 'self'; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)
_OF_OTHERS = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"
"""An e-mail's page is an operator's own template: it may load nothing, and do nothing."""
_PLAYED = "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'"
"""A browser's own player is a page, too."""
_NAME = re.compile(rf"[0-9]{{6,18}}-[a-z-]+(?:{'|'.join(map(re.escape, sorted(ENDINGS)))})")
_ASSETS = {"outbox.css": "text/css; charset=utf-8", "outbox.js": "text/javascript; charset=utf-8"}


def outbox_router(folder: Path, address: SiteAddress | None) -> APIRouter:
    """`address`: where subscribers have their page, if anywhere."""
    guard = Depends(_only_named(address or SiteAddress(None)))
    router = APIRouter(prefix=BASE, include_in_schema=False, dependencies=[guard])

    @router.get("")
    def outbox(request: Request) -> HTMLResponse:
        shown = shown_outbox(folder.absolute(), base=BASE, with_codes=_is_at_hand(request, address))
        return HTMLResponse(shown, headers=_with(_OURS))

    @router.get("/assets/{name}")
    def asset(name: str) -> Response:
        if name not in _ASSETS:
            raise HTTPException(404, "not here")
        content = (files(__package__) / name).read_bytes()
        return Response(content, media_type=_ASSETS[name], headers=_with(_OURS))

    @router.get("/{name}/mail")
    def mail(name: str) -> HTMLResponse:
        return HTMLResponse(_or_not_here(mail_page(_content(folder, name))), headers=_with(_OF_OTHERS))

    @router.get("/{name}/sound")
    def recording(name: str) -> Response:
        content, media_type = _or_not_here(sound(_content(folder, name)))
        return Response(content, media_type=media_type, headers=_with(_PLAYED))

    return router


def _only_named(address: SiteAddress) -> Callable[[Request], None]:
    def check(request: Request) -> None:
        if not address.names(request):
            raise HTTPException(MISDIRECTED, "not at this address")
        if address.origin is None and is_handed_on(request):
            raise HTTPException(MISDIRECTED, "not by way of a proxy: set PERSONSVAR_PUBLIC_URL")

    return check


def _is_at_hand(request: Request, address: SiteAddress | None) -> bool:
    """Asked from this machine, by a name of its own, where the page is served to nobody else."""
    if address is None or address.origin is not None or request.client is None:
        return False
    return address.serves(request) and request.client.host in LOOPBACK


def _with(policy: str) -> Mapping[str, str]:
    return {**_STRICT, "Content-Security-Policy": policy}


def _content(folder: Path, name: str) -> bytes:
    """Of a letter; an SMS has neither sound nor page."""
    if not _NAME.fullmatch(name) or Path(name).suffix not in MAIL_KINDS:
        raise HTTPException(404, "not here")
    try:
        return (folder / name).read_bytes()
    except OSError as wrong:
        raise HTTPException(404, "not here") from wrong


def _or_not_here(found: T | None) -> T:
    if found is None:
        raise HTTPException(404, "not here")
    return found
