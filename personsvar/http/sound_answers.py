"""A sound as players fetch it: whole or in parts (RFC 9110, section 14), and not again when it is known."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from fastapi import Request
from fastapi.responses import Response

from personsvar.http.ranges import UnsatisfiableRangeError, asked_range

_PRIVATE = {"Cache-Control": "private, no-cache", "X-Content-Type-Options": "nosniff"}


def sound_answer(
    request: Request, content: bytes, media_type: str, *, headers: Mapping[str, str] = _PRIVATE
) -> Response:
    """What was asked for of it: 200, 206, 304 or 416. A client that waits for a change is told by `ETag`."""
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    told = {**headers, "Accept-Ranges": "bytes", "ETag": tag}
    if _names(request.headers.get("If-None-Match"), tag):
        return Response(status_code=304, headers=told)
    asked = request.headers.get("Range") if _is_still(request, tag) else None
    try:
        part = asked_range(asked, len(content))
    except UnsatisfiableRangeError:
        told["Content-Range"] = f"bytes */{len(content)}"
        return Response(status_code=416, headers=told)
    if part is None:
        return Response(content, media_type=media_type, headers=told)
    told["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{len(content)}"
    return Response(content[part.start : part.stop], 206, media_type=media_type, headers=told)


def _is_still(request: Request, tag: str) -> bool:
    """Of another version a part fits to nothing: then the whole is sent (If-Range)."""
    return request.headers.get("If-Range", tag) == tag


def _names(known: str | None, tag: str) -> bool:
    """A tag that is weak is the same for this comparison."""
    tags = {one.strip().removeprefix("W/") for one in (known or "").split(",")}
    return bool(tags & {tag, "*"})
