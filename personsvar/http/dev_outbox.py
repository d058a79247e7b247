"""What was sent, as pages to look at while no gateway is configured; secrets stand in the files only.

GET /dev/outbox               all of it, the newest first
GET /dev/outbox/NAME/mail     an e-mail as mail programs show it
GET /dev/outbox/NAME/sound    the recording in an e-mail or an MMS
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from fastapi import APIRouter, HTTPException
from fastapi.responses import HTMLResponse, Response

from personsvar.gateways.files.outbox_reader import ENDINGS, MAIL_KINDS, SentFile, mail_page, read, sound
from personsvar.http.pages.plain_pages import filled_in

T = TypeVar("T")
MOST = 200
"""Newest files shown."""
PRIVATE: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
}
_OF_OTHERS = {
    **PRIVATE,
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox",
}
"""An e-mail's page is an operator's own template: it may load nothing, and do nothing."""
_PLAYED = {
    **PRIVATE,
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'",
}
"""A browser's own player is a page, too."""
_NAME = re.compile(rf"[0-9]{{6,18}}-[a-z-]+(?:{'|'.join(map(re.escape, sorted(ENDINGS)))})")

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Outbox</title><meta http-equiv="refresh" content="5">
<style>
body { font: 16px/1.4 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
li { border-top: 1px solid #ccc; list-style: none; padding: .8rem 0 }
ul { padding: 0 }
small { color: #555 }
p { margin: .2rem 0; white-space: pre-wrap }
</style></head><body>
<h1>Outbox</h1>
<p>No gateway is configured: notices are files in <code>{{ folder }}</code>.</p>
<ul>{% for file, at, it in sent %}<li><small>{{ at }} · {{ it.kind }} to {{ it.to }} · {{ file.name }}</small>
<p>{{ it.text }}</p>
{% if it.hidden %}<p><small>The {{ it.hidden }} stands in the file only:
<a href="{{ file.as_uri() }}">{{ file }}</a></small></p>
{% endif %}{% if it.has_sound %}<a href="{{ base }}/{{ file.name }}/sound">hear the recording</a>
{% endif %}{% if it.has_page %}<a href="{{ base }}/{{ file.name }}/mail">see the e-mail</a>
{% endif %}</li>
{% else %}<li>Nothing was sent yet.</li>{% endfor %}</ul>
</body></html>
"""
BASE = "/dev/outbox"


def outbox_router(folder: Path) -> APIRouter:
    router = APIRouter(prefix=BASE, include_in_schema=False)

    @router.get("")
    def outbox() -> HTMLResponse:
        return HTMLResponse(page(folder.absolute()), headers=PRIVATE)

    @router.get("/{name}/mail")
    def mail(name: str) -> HTMLResponse:
        return HTMLResponse(_or_not_here(mail_page(_content(folder, name))), headers=_OF_OTHERS)

    @router.get("/{name}/sound")
    def recording(name: str) -> Response:
        content, media_type = _or_not_here(sound(_content(folder, name)))
        return Response(content, media_type=media_type, headers=_PLAYED)

    return router


def page(folder: Path) -> str:
    files = sorted(_files(folder), key=lambda file: file.name, reverse=True)[:MOST]
    return filled_in(
        _PAGE, folder=folder, base=BASE, sent=[shown for file in files for shown in _shown(file)]
    )


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [file for file in folder.iterdir() if file.suffix in ENDINGS and not file.name.startswith(".")]


def _shown(file: Path) -> list[tuple[Path, str, SentFile]]:
    """None of one that went meanwhile."""
    try:
        content, at = file.read_bytes(), datetime.fromtimestamp(file.stat().st_mtime).astimezone()
    except OSError:
        return []
    return [(file, f"{at:%Y-%m-%d %H:%M:%S %Z}", read(file.suffix, content))]


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
