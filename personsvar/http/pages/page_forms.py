"""A form as a browser sends it: few fields, each once, and all of it small."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

from fastapi import Request

from personsvar.http.pages.page_faults import BAD_REQUEST, TOO_LARGE, UNSUPPORTED, PageFault

MEDIA_TYPE = "application/x-www-form-urlencoded"
MOST_BYTES, MOST_FIELDS = 8192, 50
PageForm = Mapping[str, str]


async def read_form(request: Request) -> PageForm:
    """Raise PageFault for what no form of ours sends."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise PageFault(UNSUPPORTED)
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise PageFault(TOO_LARGE)
    try:
        fields = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(body),
            max_num_fields=MOST_FIELDS,
            errors="strict",
        )
    except ValueError as wrong:
        raise PageFault(BAD_REQUEST) from wrong
    if len({name for name, _ in fields}) < len(fields):
        raise PageFault(BAD_REQUEST)
    return dict(fields)
