"""Where the MMSC brings its reports: POST /gateways/mm7. Answered only once the receipt is stored."""

from __future__ import annotations

import base64
import binascii
import logging
import secrets
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from personsvar.gateways.mms.mm7_reports import CORRUPT, REPORT, UNSUPPORTED, receipt, refusal, thanks
from personsvar.gateways.mms.soap import LARGEST, NotUnderstoodError, SoapMessage, read
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.ports.world import Clock
from personsvar.notifier.gateway import TakeReceipt

log = logging.getLogger(__name__)

PATH = "/gateways/mm7"
RETRY_SECONDS = 10
_CHALLENGE = {"WWW-Authenticate": 'Basic realm="personsvar"'}


def reports_router(
    take: TakeReceipt, *, gateway: str, clock: Clock, credentials: str, version: str
) -> APIRouter:
    """`gateway`: as in `Accepted`. `credentials`: `user:password` the MMSC has to show."""
    if not credentials.strip():
        raise ValueError("reports need a login: anybody could send them")
    router = APIRouter()

    @router.post(PATH, include_in_schema=False)
    async def report(request: Request) -> Response:
        if not _shown(request, credentials):
            log.warning("a report without the right credentials")
            return PlainTextResponse("who are you?\n", HTTPStatus.UNAUTHORIZED, headers=_CHALLENGE)
        try:
            said = read(await _body(request), request.headers.get("content-type", ""))
        except NotUnderstoodError as wrong:
            log.warning("a report that can't be read", extra={"why": str(wrong)})
            return PlainTextResponse(f"{wrong}\n", HTTPStatus.BAD_REQUEST)
        return await _taken(said)

    async def _taken(said: SoapMessage) -> Response:
        if said.kind != REPORT:
            return _xml(refusal(said, UNSUPPORTED, "Unsupported operation", version=version), ok=False)
        got = receipt(said, gateway=gateway, at=clock.now())
        if got is None:
            return _xml(refusal(said, CORRUPT, "Message format corrupt", version=version), ok=False)
        try:
            await take(got)
        except StoreUnavailableError:
            later = {"Retry-After": str(RETRY_SECONDS)}
            return PlainTextResponse("later\n", HTTPStatus.SERVICE_UNAVAILABLE, headers=later)
        return _xml(thanks(said, version=version), ok=True)

    return router


def _shown(request: Request, credentials: str) -> bool:
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    try:
        decoded = base64.b64decode(shown.strip(), validate=True)
    except (binascii.Error, ValueError):
        return False
    return scheme.lower() == "basic" and secrets.compare_digest(decoded, credentials.encode())


async def _body(request: Request) -> bytes:
    """All of it, or enough to see that it is too long."""
    got = bytearray()
    async for piece in request.stream():
        got += piece
        if len(got) > LARGEST:
            break
    return bytes(got)


def _xml(content: str, *, ok: bool) -> Response:
    """SOAP 1.1, section 6.2: a fault goes with 500."""
    status = HTTPStatus.OK if ok else HTTPStatus.INTERNAL_SERVER_ERROR
    return Response(content, status, media_type="text/xml; charset=utf-8")
