"""What a request may hold: no more bytes than are taken there, whatever it says of its length."""

from __future__ import annotations

from fastapi import Request
from starlette.types import Message

from personsvar.http.api.problems import TOO_LARGE, ProblemError


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

    return Request(request.scope, receive)


def _too_large(most_bytes: int) -> ProblemError:
    return ProblemError(TOO_LARGE, f"at most {most_bytes} bytes are taken here")
