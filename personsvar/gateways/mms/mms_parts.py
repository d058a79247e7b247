"""The XML within MIME (RFC 2046, 5.1): the first part that holds some, a few levels down and no further.

The standard library reads parts within parts by calling itself, as deep as whoever wrote them likes: so they
are taken apart here, level by level.
"""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message
from email.parser import BytesHeaderParser

DEEPEST = 4
"""Levels. An MMSC's answer is one or two."""


class TooDeepError(ValueError):
    """The parts go deeper than anybody needs."""


def xml_of(body: bytes, content_type: str) -> bytes:
    """Raise TooDeepError. Nothing, where no part holds XML."""
    part = _read(b"Content-Type: %b\r\n\r\n%b" % (content_type.encode(errors="replace"), body))
    level = [part]
    for _ in range(DEEPEST):
        for one in level:
            if one.get_content_maintype() != "multipart" and "xml" in one.get_content_type():
                return _payload(one).strip()
        level = [inner for one in level for inner in _inner(one)]
    if level:
        raise TooDeepError(f"parts within parts, over {DEEPEST} deep")
    return b""


def _inner(part: Message) -> Iterator[Message]:
    boundary = part.get_boundary() if part.get_content_maintype() == "multipart" else None
    if not boundary:
        return
    line = b"\n--" + boundary.encode(errors="replace")
    for piece in (b"\n" + _payload(part)).split(line)[1:]:
        if piece.startswith(b"--"):
            return
        yield _read(piece.lstrip(b" \t").removeprefix(b"\r").removeprefix(b"\n"))


def _read(part: bytes) -> Message:
    return BytesHeaderParser().parsebytes(part)


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
