"""What is posted: the envelope, then the message, as MIME within MIME (RFC 2387; TS 23.140, 8.7.1).

multipart/related; start="<mm7-start>"
    text/xml                             <mm7-start>
    multipart/related                    <content…>
        application/smil                 <smil…>
        text/plain                       <text…>
        audio/amr                        <sound…>
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from personsvar.notifier.letters import Letter
from personsvar.notifier.mms.envelope import submit_req
from personsvar.notifier.mms.options import Mm7Options
from personsvar.notifier.mms.smil import slide

START = "mm7-start"
_RATE = 8000


@dataclass(frozen=True, slots=True)
class Package:
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class _Part:
    content_type: str
    content_id: str
    body: bytes
    file: str = ""
    """Content-Location: the name a phone saves it under."""


def package(letter: Letter, amr: bytes, options: Mm7Options, *, now: datetime) -> Package:
    content = _content(letter, amr)
    envelope = submit_req(letter, options, content_id=content.content_id, now=now)
    soap = _Part('text/xml; charset="utf-8"', START, envelope.encode())
    return Package(*_related("text/xml", [soap, content]))


def _content(letter: Letter, amr: bytes) -> _Part:
    number = letter.notice.id
    smil, text, sound = (f"{name}.{number}@personsvar" for name in ("smil", "text", "sound"))
    seconds = len(letter.alaw or b"") / _RATE
    parts = [
        _Part(
            'application/smil; charset="utf-8"',
            smil,
            slide(text=text, sound=sound, seconds=seconds).encode(),
            "message.smil",
        ),
        _Part('text/plain; charset="utf-8"', text, letter.text.encode(errors="replace"), "message.txt"),
        _Part("audio/amr", sound, amr, "message.amr"),
    ]
    content_type, body = _related("application/smil", parts)
    return _Part(content_type, f"content.{number}@personsvar", body)


def _related(root_type: str, parts: list[_Part]) -> tuple[str, bytes]:
    """The type, with its boundary, and the bytes. The first part is the root."""
    boundary = _boundary(parts)
    lines = [b"--%b\r\n%b" % (boundary.encode(), _written(part)) for part in parts]
    content_type = (
        f'multipart/related; boundary="{boundary}"; type="{root_type}"; start="<{parts[0].content_id}>"'
    )
    return content_type, b"\r\n".join([*lines, b"--%b--\r\n" % boundary.encode()])


def _written(part: _Part) -> bytes:
    headers = [
        f"Content-Type: {part.content_type}",
        f"Content-ID: <{part.content_id}>",
        *([f"Content-Location: {part.file}"] if part.file else []),
        "Content-Transfer-Encoding: binary",
    ]
    return "\r\n".join([*headers, "", ""]).encode() + part.body


def _boundary(parts: list[_Part]) -> str:
    """A digest of all it parts: nobody can say a text that holds its own digest."""
    whole = sha256()
    for part in parts:
        whole.update(part.body)
    return f"personsvar-{whole.hexdigest()[:40]}"
