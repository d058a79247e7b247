"""`/v1/subscribers/{number}/data`: all that is kept of a subscriber, as one zip file; and removing it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Response

from personsvar.http.api.guard import Guard, Who, needs
from personsvar.http.api.problems import UNAVAILABLE, ProblemError
from personsvar.http.api.subscribers import NO_SUCH, PREFIX, GivenNumber
from personsvar.http.data_downloads import MEDIA_TYPE, DataDownloads, TooManyDownloadsError
from personsvar.http.head_answers import done_by_get
from personsvar.mailbox.emptying import empty_mailbox
from personsvar.mailbox.model.api_key import Scope
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.provision import find_subscriber
from personsvar.mailbox.services import Services

_ZIP: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "a zip file: JSON, recordings, and a page to read",
        "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    }
}
_BUSY = {"Retry-After": "60"}


def own_data_router(
    services: Services, guard: Guard, forget_files: Callable[[Subscriber], None]
) -> APIRouter:
    """`forget_files`: what of the subscriber lies elsewhere than in the database goes too."""
    router = guard.router(PREFIX, tag="subscribers")
    downloads = DataDownloads(services)

    @router.get(
        "/{number}/data",
        summary="All that is kept of the subscriber, as one zip file",
        dependencies=[needs(Scope.DATA_READ)],
        response_class=Response,
        responses={**_ZIP, **NO_SUCH},
    )
    @done_by_get
    async def data(number: GivenNumber, who: Who) -> Response:
        owner = await asyncio.to_thread(find_subscriber, services, number)
        try:
            return await downloads.begin(owner, by=who.actor, bounded=False)
        except TooManyDownloadsError as wrong:
            raise ProblemError(UNAVAILABLE, "too many are made at once: try again", _BUSY) from wrong

    @router.delete(
        "/{number}/data",
        summary="Remove all there is of the subscriber; the subscription stays, as a new one",
        dependencies=[needs(Scope.DATA_WRITE)],
        status_code=204,
        responses=NO_SUCH,
    )
    def remove(number: GivenNumber, who: Who) -> None:
        owner = find_subscriber(services, number)
        forget_files(empty_mailbox(services, owner.number, by=who.actor))

    return router
