"""A greeting that a phone sends with APPEND: the AMR file out of a message that nobody vouches for.

Google's app sends one part, the Orange client and the iPhone several. Headers, depth and parts are bounded,
and the sound is counted frame by frame; whoever plays it to callers encodes it anew.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from personsvar.vvm.imap.mime import amr
from personsvar.vvm.imap.mime.greeting import GreetingType

LONGEST_HEADERS = 16 * 1024
MOST_PARTS = 20
DEEPEST = 3
_HEADERS_END = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]+")
_BOUNDARY = re.compile(r';\s*boundary\s*=\s*(?:"([^"]{1,200})"|([^\s;"]{1,200}))', re.IGNORECASE)
_SECONDS = re.compile(r"\s*([0-9]{1,6})")
_RAW = ("", "7bit", "8bit", "binary")


@dataclass(frozen=True, slots=True)
class ReceivedGreeting:
    amr: bytes = field(repr=False)
    kind: GreetingType
    seconds: float
    """As the sound itself counts."""
    declared_seconds: int | None
    """What Content-Duration says."""
    apple: bool
    """With X-AppleVM-Message-Version."""


@dataclass(frozen=True, slots=True)
class RefusedGreeting:
    text: str
    """For the client: `NO …`."""


@dataclass(frozen=True, slots=True)
class _Entity:
    headers: Mapping[str, str]
    body: bytes

    @property
    def media(self) -> str:
        return self.headers.get("content-type", "text/plain").partition(";")[0].strip().lower()

    @property
    def boundary(self) -> str | None:
        found = _BOUNDARY.search(self.headers.get("content-type", ""))
        return None if found is None else found[1] or found[2]


def read_greeting(message: bytes) -> ReceivedGreeting | RefusedGreeting:
    whole = _entity(message)
    if whole is None:
        return RefusedGreeting("unreadable message")
    sound = next((part for part in _parts(whole, 0) if part.media.startswith("audio/")), None)
    if sound is None:
        return RefusedGreeting("no audio in the message")
    octets = _decoded(sound)
    seconds = None if octets is None else amr.seconds(octets)
    if octets is None or seconds is None:
        return RefusedGreeting("the audio is not AMR")
    return ReceivedGreeting(octets, _kind(whole), seconds, _declared(whole, sound), _is_apple(whole))


def _parts(entity: _Entity, depth: int) -> Iterator[_Entity]:
    """Yields the part, and what is in it, from the top down."""
    boundary = entity.boundary
    if not entity.media.startswith("multipart/") or boundary is None:
        yield entity
    elif depth < DEEPEST:
        for octets in islice(_split(entity.body, boundary), MOST_PARTS):
            part = _entity(octets)
            if part is not None:
                yield from _parts(part, depth + 1)


def _split(body: bytes, boundary: str) -> Iterator[bytes]:
    """What stands between the delimiters (RFC 2046 section 5.1.1); the last may be missing."""
    delimiter = re.compile(
        rb"(?:\A|\r?\n)--" + re.escape(boundary.encode("latin-1")) + rb"(--)?[ \t]*(?=\r?\n|\Z)"
    )
    begins: int | None = None
    for found in delimiter.finditer(body):
        if begins is not None:
            yield body[begins : found.start()]
        if found[1]:
            return
        begins = found.end()
    if begins is not None:
        yield body[begins:]


def _entity(octets: bytes) -> _Entity | None:
    """Headers and body; None: no end of the headers within reason."""
    if octets.startswith((b"\n", b"\r\n")):
        octets = octets.split(b"\n", 1)[1]
    end = _HEADERS_END.search(octets[: LONGEST_HEADERS + 4])
    if end is None:
        return None
    return _Entity(_headers(octets[: end.start()]), octets[end.end() :])


def _headers(head: bytes) -> Mapping[str, str]:
    """By name, the first of each."""
    headers: dict[str, str] = {}
    for line in _FOLD.sub(b" ", head).decode("latin-1").split("\n"):
        name, colon, value = line.partition(":")
        if colon:
            headers.setdefault(name.strip().lower(), value.strip())
    return headers


def _decoded(sound: _Entity) -> bytes | None:
    encoding = sound.headers.get("content-transfer-encoding", "").strip().lower()
    if encoding in _RAW:
        return sound.body
    if encoding != "base64":
        return None
    try:
        return binascii.a2b_base64(b"".join(sound.body.split()), strict_mode=True)
    except binascii.Error:
        return None


def _kind(whole: _Entity) -> GreetingType:
    kind = whole.headers.get("x-cns-greeting-type", "").strip().lower()
    return GreetingType.VOICE_SIGNATURE if kind == GreetingType.VOICE_SIGNATURE else GreetingType.NORMAL


def _declared(whole: _Entity, sound: _Entity) -> int | None:
    duration = whole.headers.get("content-duration") or sound.headers.get("content-duration") or ""
    found = _SECONDS.match(duration)
    return None if found is None else int(found[1])


def _is_apple(whole: _Entity) -> bool:
    return "x-applevm-message-version" in whole.headers
