"""What a request may hold: no more bytes than are taken, whatever it says of its length; no field twice."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request
from starlette.types import Message

from personsvar.http.api.problems import TOO_LARGE, ProblemError, wrong_value


class UnequivocalRequest(Request):
    """Reading JSON that names a field twice raises ProblemError: nobody can tell which is meant."""

    async def json(self) -> Any:
        return json.loads(await self.body(), object_pairs_hook=_once)


def within(request: Request, most_bytes: int) -> Request:
    """The same request; reading more than that of its body raises ProblemError."""
    told = request.headers.get("Content-Length", "")
    if told.isascii() and told.isdecimal() and len(told.lstrip("0")) > len(str(most_bytes)):
        raise _too_large(most_bytes)
    taken = 0

    async def receive() -> Message:
        nonlocal taken
        message = await request.receive()
        taken += len(message.get("body", b""))
        if taken > most_bytes:
            raise _too_large(most_bytes)
        return message

    return UnequivocalRequest(request.scope, receive)


def _too_large(most_bytes: int) -> ProblemError:
    return ProblemError(TOO_LARGE, f"at most {most_bytes} bytes are taken here")


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    read = dict(pairs)
    if len(read) < len(pairs):
        raise wrong_value("body", "a field is there twice")
    return read
