"""`Idempotency-Key`: a POST that is sent again is answered as before, and done no second time."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from starlette.concurrency import run_in_threadpool

from personsvar.http.api.problems import problem_of, wrong_value
from personsvar.mailbox.idempotency import begin_once, forget_request, keep_answer
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.kept_request import KeptAnswer
from personsvar.mailbox.services import Services

HEADER = "Idempotency-Key"
PATTERN = "^[!-~]{1,255}$"
_KEPT_HEADERS = ("content-type", "etag", "location")
_ERROR_OF_OURS = 500


def concerns(request: Request, mailbox: Number) -> None:
    """A route says whose mailbox its answer tells of: the kept answer goes with that subscriber."""
    request.state.mailbox = mailbox


async def once(
    services: Services,
    holder: str,
    request: Request,
    handle: Callable[[Request], Coroutine[Any, Any, Response]],
) -> Response:
    """The request is handled, or answered as it was before; what failed by our fault may be asked again."""
    key = request.headers[HEADER]
    if not re.fullmatch(PATTERN, key):
        raise wrong_value(HEADER, "should be of 1 to 255 letters, digits and signs")
    digest = await _digest(request)
    kept = await run_in_threadpool(begin_once, services, holder, key, digest)
    if kept.answer is not None:
        return Response(kept.answer.body, kept.answer.status, headers=dict(kept.answer.headers))
    try:
        response = await handle(request)
    except Exception as wrong:  # whatever it is: told as a problem, and kept, or forgotten and raised on
        response = problem_of(wrong).answer()
        if response.status_code >= _ERROR_OF_OURS:
            await run_in_threadpool(forget_request, services, kept)
            raise
    mailbox = getattr(request.state, "mailbox", None)
    await run_in_threadpool(keep_answer, services, kept, _answer_of(response), mailbox=mailbox)
    return response


async def _digest(request: Request) -> str:
    """Of all that tells what is asked; each part by itself, so that none can pass for another."""
    url, kind = request.url, request.headers.get("Content-Type", "")
    parts = (request.method.encode(), url.path.encode(), url.query.encode(), kind.encode())
    whole = hashlib.sha256()
    for part in (*parts, await request.body()):
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()


def _answer_of(response: Response) -> KeptAnswer:
    headers = tuple((name, value) for name, value in response.headers.items() if name in _KEPT_HEADERS)
    return KeptAnswer(response.status_code, headers, bytes(response.body))
