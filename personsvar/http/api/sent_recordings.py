"""A recording that is the body of a request: what it may be, and what is answered where it is none."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import Request

from personsvar.http.api.problems import UNAVAILABLE, UNSUPPORTED, ProblemError, answers, wrong_value
from personsvar.http.greeting_uploads import UnknownFormError
from personsvar.voice.encoder import EncodingFailedError

log = logging.getLogger(__name__)

RECORDING_BODY = {
    "requestBody": {
        "content": {"audio/*": {"schema": {"type": "string", "format": "binary"}}},
        "required": True,
    }
}
NO_RECORDING = answers(_413="it is larger than 25 MB", _415="it is none of these forms")
_TAKEN = ("audio/", "video/webm", "application/octet-stream")


async def sent_recording(request: Request) -> bytes:
    """Raise ProblemError: for what says that it is none, before a byte of it is read, and for nothing."""
    kind = request.headers.get("Content-Type", "")
    if kind and not kind.lower().startswith(_TAKEN):
        raise ProblemError(UNSUPPORTED, "send the recording itself, as audio/wav, audio/mpeg or audio/mp4")
    content = await request.body()
    if not content:
        raise wrong_value("body", "is empty: send the recording itself")
    return content


@contextmanager
def reading_recording() -> Iterator[None]:
    """Around what makes one of the bytes: raise ProblemError where that can't be done."""
    try:
        yield
    except UnknownFormError as wrong:
        raise ProblemError(UNSUPPORTED, str(wrong)) from wrong
    except EncodingFailedError as wrong:
        log.error("uploads can't be read", extra={"error": wrong})
        raise ProblemError(UNAVAILABLE, "recordings can't be read now") from wrong
