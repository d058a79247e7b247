"""The two HTTP routes that Kannel calls: a receipt, and an SMS from a phone.

200 only once it is stored: smsbox takes nothing but 200 and 202 for done (gw/smsbox.c), and with
`http-request-retry` sends anything else again. 503 when the store is away, 403 when the token is not ours.
"""

from __future__ import annotations

import logging

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse

from personsvar.gateways.kannel import delivery_reports, incoming
from personsvar.gateways.sms.sms import TakeIncoming
from personsvar.http.head_answers import done_by_get
from personsvar.mailbox.errors import StoreUnavailableError
from personsvar.mailbox.ports.world import Clock
from personsvar.notifier.gateway import TakeReceipt

log = logging.getLogger(__name__)


def receipts_router(take: TakeReceipt, key: bytes, clock: Clock) -> APIRouter:
    router = APIRouter()

    @router.get(delivery_reports.PATH, include_in_schema=False)
    @done_by_get
    async def receipt(request: Request) -> PlainTextResponse:
        try:
            taken = delivery_reports.read_receipt(request.query_params, key=key, at=clock.now())
            await take(taken)
        except (ValueError, StoreUnavailableError) as wrong:
            return _refusal("a receipt", wrong)
        return PlainTextResponse("")

    return router


def incoming_router(take: TakeIncoming, key: bytes) -> APIRouter:
    router = APIRouter()

    @router.get(incoming.PATH, include_in_schema=False)
    @done_by_get
    async def sms(request: Request) -> PlainTextResponse:
        try:
            await take(incoming.read_incoming(request.scope["query_string"], key=key))
        except (ValueError, StoreUnavailableError) as wrong:
            return _refusal("an SMS", wrong)
        return PlainTextResponse("")

    return router


def _refusal(what: str, wrong: ValueError | StoreUnavailableError) -> PlainTextResponse:
    log.warning("%s from Kannel was not taken", what, extra={"why": str(wrong)})
    match wrong:
        case StoreUnavailableError():
            return PlainTextResponse("later\n", status_code=503)
        case delivery_reports.ForgedError():
            return PlainTextResponse("the token is not ours\n", status_code=403)
        case _:
            return PlainTextResponse(f"{wrong}\n", status_code=400)
