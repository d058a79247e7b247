"""SIP messages (RFC 3261): bytes in, values out. As much as one telephone needs."""

from __future__ import annotations

import re
from dataclasses import dataclass

Header = tuple[str, str]

_COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length"}


@dataclass(frozen=True, slots=True)
class Message:
    start: str
    headers: tuple[Header, ...]
    body: str = ""

    @property
    def status(self) -> int | None:
        """The code of a response; None for a request."""
        words = self.start.split(" ", 2)
        return int(words[1]) if words[0] == "SIP/2.0" else None

    @property
    def method(self) -> str:
        """Of a request, or of the request a response answers."""
        return self.start.split(" ", 1)[0] if self.status is None else self["CSeq"].split()[1]

    def __getitem__(self, name: str) -> str:
        """The header's first value; empty when there is none."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    @property
    def cseq(self) -> int:
        return int(self["CSeq"].split()[0])

    def tag(self, name: str) -> str:
        """The tag of From or To."""
        found = re.search(r";\s*tag=([^;\s>]+)", self[name])
        return found[1] if found else ""

    @property
    def target(self) -> str:
        """The URI of Contact: where requests of this call go."""
        found = re.search(r"<([^>]+)>", self["Contact"])
        return found[1] if found else self["Contact"].split(";")[0].strip()


def pack(message: Message) -> bytes:
    body = message.body.encode()
    headers = [*message.headers, ("Content-Length", str(len(body)))]
    if body:
        headers.insert(-1, ("Content-Type", "application/sdp"))
    lines = [message.start, *(f"{name}: {value}" for name, value in headers), "", ""]
    return "\r\n".join(lines).encode() + body


def unpack(data: bytes) -> Message | None:
    """None: an empty keep-alive, or no SIP."""
    head, _, body = data.partition(b"\r\n\r\n")
    lines = re.sub(r"\r\n[ \t]+", " ", head.decode(errors="replace")).split("\r\n")
    if "SIP/2.0" not in lines[0]:
        return None
    pairs = (line.partition(":") for line in lines[1:] if ":" in line)
    headers = tuple(
        (_COMPACT.get(name.strip().lower(), name.strip()), value.strip()) for name, _, value in pairs
    )
    return Message(lines[0], headers, body.decode(errors="replace"))


def response(
    request: Message, status: str, *, tag: str, headers: tuple[Header, ...] = (), body: str = ""
) -> Message:
    """The answer to a request (RFC 3261, 8.2.6): its Vias, From, To, Call-ID and CSeq, ours the To tag."""
    to = request["To"] if request.tag("To") else f"{request['To']};tag={tag}"
    vias = tuple(("Via", value) for value in request.all("Via"))
    kept = (("From", request["From"]), ("To", to), ("Call-ID", request["Call-ID"]), ("CSeq", request["CSeq"]))
    return Message(f"SIP/2.0 {status}", (*vias, *kept, *headers), body)


def describe(port: int, codecs: tuple[int, ...], keys: int, *, address: str = "127.0.0.1") -> str:
    """Our SDP (RFC 8866): where we listen, which codecs, and RFC 4733 keys."""
    names = {8: "PCMA/8000", 9: "G722/8000"}
    maps = [f"a=rtpmap:{kind} {names[kind]}" for kind in codecs]
    kinds = " ".join(str(kind) for kind in (*codecs, keys))
    return "\r\n".join(
        [
            "v=0",
            f"o=phone 1 1 IN IP4 {address}",
            "s=-",
            f"c=IN IP4 {address}",
            "t=0 0",
            f"m=audio {port} RTP/AVP {kinds}",
            *maps,
            f"a=rtpmap:{keys} telephone-event/8000",
            f"a=fmtp:{keys} 0-15",
            "a=ptime:20",
            "a=sendrecv",
            "",
        ],
    )


def described(body: str) -> tuple[int, tuple[int, ...]]:
    """The other end's port and its codecs, best first."""
    media = re.search(r"^m=audio (\d+) \S+ ([\d ]+)", body, re.MULTILINE)
    if media is None:
        raise ValueError("no audio in the session description")
    return int(media[1]), tuple(int(kind) for kind in media[2].split())
