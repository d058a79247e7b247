"""SIP messages (RFC 3261, section 7): bytes in, values out. As much as telling a lamp needs."""

from __future__ import annotations

import re
from dataclasses import dataclass

Header = tuple[str, str]

_COMPACT = {
    "v": "via",
    "f": "from",
    "t": "to",
    "i": "call-id",
    "m": "contact",
    "l": "content-length",
    "o": "event",
}
_VERSION = "SIP/2.0"
_STATUS = re.compile(r"SIP/2\.0 ([1-6][0-9]{2})(?: (.*))?")


class NotSipError(ValueError):
    """What came is no SIP message."""


@dataclass(frozen=True, slots=True)
class SipMessage:
    start: str
    """The request line, or the status line."""
    headers: tuple[Header, ...]
    body: str = ""

    @property
    def status(self) -> int | None:
        """The code of a response; None for a request."""
        found = _STATUS.fullmatch(self.start)
        return None if found is None else int(found[1])

    @property
    def reason(self) -> str:
        """A response in its sender's words: `404 Not Found`."""
        return self.start.removeprefix(f"{_VERSION} ")

    @property
    def method(self) -> str:
        """Of a request, or of the request a response answers."""
        return self.start.split(" ", 1)[0] if self.status is None else self["CSeq"].rpartition(" ")[2]

    @property
    def branch(self) -> str:
        """The transaction's id: the branch of the topmost Via (RFC 3261, 8.1.1.7)."""
        found = re.search(r";\s*branch=([^;,\s]+)", self["Via"])
        return found[1] if found else ""

    def __getitem__(self, name: str) -> str:
        """The header's first value; empty when there is none."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]


def pack(message: SipMessage) -> bytes:
    body = message.body.encode()
    headers = (*message.headers, ("Content-Length", str(len(body))))
    lines = [message.start, *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode() + body


def unpack(data: bytes) -> SipMessage:
    """Raise NotSipError for anything else: a keep-alive, noise."""
    head, _, body = data.partition(b"\r\n\r\n")
    lines = re.sub(r"\r\n[ \t]+", " ", head.decode(errors="replace")).split("\r\n")
    if _STATUS.fullmatch(lines[0]) is None and not lines[0].endswith(f" {_VERSION}"):
        raise NotSipError("no SIP message")
    pairs = (line.partition(":") for line in lines[1:] if ":" in line)
    headers = tuple((_full(name.strip()), value.strip()) for name, _, value in pairs)
    return SipMessage(lines[0], headers, body.decode(errors="replace"))


def response(request: SipMessage, status: str, *, tag: str) -> SipMessage:
    """The answer to a request (RFC 3261, 8.2.6.2): its Vias, From, To, Call-ID and CSeq; our tag in To."""
    to = request["To"] if ";tag=" in request["To"].replace(" ", "") else f"{request['To']};tag={tag}"
    vias = (("Via", value) for value in request.all("Via"))
    kept = (("From", request["From"]), ("To", to), ("Call-ID", request["Call-ID"]), ("CSeq", request["CSeq"]))
    return SipMessage(f"{_VERSION} {status}", (*vias, *kept))


def _full(name: str) -> str:
    return _COMPACT.get(name.lower(), name)
