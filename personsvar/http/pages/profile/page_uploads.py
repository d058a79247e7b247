"""A form with a file (RFC 7578), as a browser sends it: bounded, and read only from who is logged in.

It stands in memory whole: a recording has 25 MB at most, and few are read at once.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import Request

from personsvar.http.pages.page_faults import BAD_REQUEST, TOO_LARGE, UNAVAILABLE, UNSUPPORTED, PageFault
from personsvar.http.pages.page_forms import PageForm
from personsvar.http.pages.profile_site import ProfileSite
from personsvar.voice.uploads import MOST_BYTES

_TYPE = re.compile(r"""multipart/form-data; *boundary="?([0-9A-Za-z'()+_,./:=?-]{1,70})"?""")
_NAME = re.compile(
    rb'^content-disposition: *form-data;(?:[^\r\n]*;)? *name="([a-z_]{1,20})"', re.IGNORECASE | re.MULTILINE
)
_FEWEST_PIECES, _MOST_PIECES = 3, 12
"""What stands before the first part and behind the last are pieces, too."""
_MOST_OF_FIELDS = 4096
AT_ONCE = 4


@dataclass(frozen=True)
class PageUploads:
    """Of one site; `name` is that of the field the file is in."""

    site: ProfileSite
    name: str = "recording"
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def read(self, request: Request) -> PageForm:
        """The form's fields; the file is in `request.state.file` then. Raise PageFault, or LogInFirst."""
        await asyncio.to_thread(self.site.visitor, request)
        boundary = _TYPE.fullmatch(request.headers.get("content-type", ""))
        if boundary is None:
            raise PageFault(UNSUPPORTED)
        if self._places.locked():
            raise PageFault(UNAVAILABLE)
        async with self._places:
            parts = parts_of(await _body(request), boundary[1].encode("ascii"))
        request.state.file = parts.get(self.name, b"")
        fields = {name: content for name, content in parts.items() if name != self.name}
        if sum(map(len, fields.values())) > _MOST_OF_FIELDS:
            raise PageFault(TOO_LARGE)
        return {name: content.decode("utf-8", "replace") for name, content in fields.items()}


def parts_of(body: bytes, boundary: bytes) -> Mapping[str, bytes]:
    """Each part by its name. Raise PageFault for what no browser sends."""
    pieces = (b"\r\n" + body).split(b"\r\n--" + boundary)
    if not _FEWEST_PIECES <= len(pieces) <= _MOST_PIECES or not pieces[-1].startswith(b"--"):
        raise PageFault(BAD_REQUEST)
    found: dict[str, bytes] = {}
    for piece in pieces[1:-1]:
        head, end, content = piece.partition(b"\r\n\r\n")
        name = _NAME.search(head)
        if not end or name is None or name[1].decode("ascii") in found:
            raise PageFault(BAD_REQUEST)
        found[name[1].decode("ascii")] = content
    return found


async def _body(request: Request) -> bytes:
    parts, size = [], 0
    async for part in request.stream():
        parts.append(part)
        size += len(part)
        if size > MOST_BYTES:
            raise PageFault(TOO_LARGE)
    return b"".join(parts)
