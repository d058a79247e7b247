"""Where the MMSC brings its reports: POST /gateways/mm7. Answered only once the receipt is stored."""

from __future__ import annotations

import base64
import binascii
import logging
import secrets
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from personsvar.gateways.mms.mm7_reports import (
    CORRUPT,
    REPORT,
    UNSUPPORTED,
    fault_response,
    receipt,
    success_response,
)
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
        if not _is_authorized(request, credentials):
            log.warning("a report without the right credentials")
            return PlainTextResponse("who are you?\n", HTTPStatus.UNAUTHORIZED, headers=_CHALLENGE)
        try:
            soap = read(await _body(request), request.headers.get("content-type", ""))
        except NotUnderstoodError as wrong:
            log.warning("a report that can't be read", extra={"why": str(wrong)})
            return PlainTextResponse(f"{wrong}\n", HTTPStatus.BAD_REQUEST)
        return await _taken(soap)

    async def _taken(soap: SoapMessage) -> Response:
        if soap.kind != REPORT:
            return _xml(fault_response(soap, UNSUPPORTED, "Unsupported operation", version=version), ok=False)
        taken = receipt(soap, gateway=gateway, at=clock.now())
        if taken is None:
            return _xml(fault_response(soap, CORRUPT, "Message format corrupt", version=version), ok=False)
        try:
            await take(taken)
        except StoreUnavailableError:
            later = {"Retry-After": str(RETRY_SECONDS)}
            return PlainTextResponse("later\n", HTTPStatus.SERVICE_UNAVAILABLE, headers=later)
        return _xml(success_response(soap, version=version), ok=True)

    return router


def _is_authorized(request: Request, credentials: str) -> bool:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    try:
        decoded = base64.b64decode(given.strip(), validate=True)
    except (binascii.Error, ValueError):
        return False
    return scheme.lower() == "basic" and secrets.compare_digest(decoded, credentials.encode())


async def _body(request: Request) -> bytes:
    """All of it, or enough to see that it is too long."""
    taken = bytearray()
    async for piece in request.stream():
        taken += piece
        if len(taken) > LARGEST:
            break
    return bytes(taken)


def _xml(content: str, *, ok: bool) -> Response:
    """A fault goes with 500 (SOAP 1.1, section 6.2)."""
    status = HTTPStatus.OK if ok else HTTPStatus.INTERNAL_SERVER_ERROR
    return Response(content, status, media_type="text/xml; charset=utf-8")
