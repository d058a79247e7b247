"""`/v1/names/import`, `/v1/subscribers/{number}/names/import`: a file of contacts, taken in whole."""

from __future__ import annotations

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from personsvar.http.api.guard import Guard, Who, needs
from personsvar.http.api.idempotency import concerns
from personsvar.http.api.problems import UNSUPPORTED, ProblemError, answers
from personsvar.http.api.subscribers import NO_SUCH, GivenNumber
from personsvar.mailbox.caller_names import NamesTaken, import_names
from personsvar.mailbox.model.api_key import Scope
from personsvar.mailbox.name_files import MOST_BYTES
from personsvar.mailbox.provision import find_subscriber
from personsvar.mailbox.services import Services

KINDS = ("text/csv", "text/vcard", "text/x-vcard")
_EXAMPLES = {
    "text/csv": "number,name\n+4790000099,Kari Nordmann\n",
    "text/vcard": "BEGIN:VCARD\nVERSION:4.0\nFN:Kari Nordmann\nTEL:+4790000099\nEND:VCARD\n",
}
_FILE = {
    "requestBody": {
        "required": True,
        "content": {kind: {"example": example} for kind, example in _EXAMPLES.items()},
    }
}
_REFUSED = answers(_413="it is larger than 10 MB", _415="neither CSV nor vCard")


class NamesTakenForm(BaseModel):
    names: int = Field(description="so many of the file are in the list now")
    unread: int = Field(description="entries left out: no number, or no name, that can be read")


def name_files_router(services: Services, guard: Guard) -> APIRouter:
    """Whole files: their bodies are large."""
    router = guard.router("/v1", tag="names", most_bytes=MOST_BYTES)
    write = needs(Scope.NAMES_WRITE)

    @router.post(
        "/names/import",
        summary="Take in a file of contacts: all of it, or nothing",
        dependencies=[write],
        openapi_extra=_FILE,
        responses=_REFUSED,
    )
    async def take(request: Request, who: Who) -> NamesTakenForm:
        content = await _content(request)
        return _came_of(await run_in_threadpool(import_names, services, None, content, by=who.actor))

    @router.post(
        "/subscribers/{number}/names/import",
        summary="Take a file of contacts into the subscriber's list",
        dependencies=[write],
        openapi_extra=_FILE,
        responses={**_REFUSED, **NO_SUCH},
    )
    async def take_own(number: GivenNumber, request: Request, who: Who) -> NamesTakenForm:
        owner = (await run_in_threadpool(find_subscriber, services, number)).number
        concerns(request, owner)
        content = await _content(request)
        return _came_of(await run_in_threadpool(import_names, services, owner, content, by=who.actor))

    return router


async def _content(request: Request) -> bytes:
    kind = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in KINDS:
        raise ProblemError(UNSUPPORTED, f"send it as {', '.join(KINDS)}")
    return await request.body()


def _came_of(taken: NamesTaken) -> NamesTakenForm:
    return NamesTakenForm(names=taken.names, unread=taken.unread)
