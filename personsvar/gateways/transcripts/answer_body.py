"""What a server answers, taken in with a bound: no more of it is read than any message could need."""

from __future__ import annotations

import httpx

from personsvar.mailbox.ports.transcriber import TranscriberFaultError

MOST_BYTES = 2_000_000
"""Ten minutes of quick speech, with every field that any server tells of each word, are a quarter of it."""


async def answer_body(response: httpx.Response, *, most: int = MOST_BYTES) -> bytes:
    """All of it. Raise TranscriberFaultError, or httpx.TransportError."""
    if response.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise TranscriberFaultError("it answered packed, which nobody asked for")
    body = bytearray()
    async for piece in response.aiter_raw():
        body += piece
        if len(body) > most:
            raise TranscriberFaultError(f"it answered with over {most} bytes")
    return bytes(body)
