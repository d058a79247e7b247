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

from personsvar.g711 import SAMPLE_RATE
from personsvar.gateways.mms.mm7_envelope import submit_req
from personsvar.gateways.mms.mm7_options import Mm7Options
from personsvar.notifier.words.rendering import Multimedia, Rendered

START = "mm7-start"


@dataclass(frozen=True, slots=True)
class Mm7Package:
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class _MimePart:
    content_type: str
    content_id: str
    body: bytes
    file: str = ""
    """A phone saves the part under this name (Content-Location)."""


def package(rendered: Rendered, amr: bytes, options: Mm7Options, *, now: datetime) -> Mm7Package:
    content = _content(rendered, amr)
    envelope = submit_req(rendered, options, content_id=content.content_id, now=now)
    soap = _MimePart('text/xml; charset="utf-8"', START, envelope.encode())
    return Mm7Package(*_related("text/xml", [soap, content]))


def _content(rendered: Rendered, amr: bytes) -> _MimePart:
    number, message = rendered.notice.id, rendered.content_as(Multimedia)
    smil, text, sound = (f"{name}.{number}@personsvar" for name in ("smil", "text", "sound"))
    seconds = len(message.alaw or b"") / SAMPLE_RATE
    parts = [
        _MimePart(
            'application/smil; charset="utf-8"',
            smil,
            _slide(text=text, sound=sound, seconds=seconds).encode(),
            "message.smil",
        ),
        _MimePart('text/plain; charset="utf-8"', text, message.text.encode(errors="replace"), "message.txt"),
        _MimePart("audio/amr", sound, amr, "message.amr"),
    ]
    content_type, body = _related("application/smil", parts)
    return _MimePart(content_type, f"content.{number}@personsvar", body)


def _slide(*, text: str, sound: str, seconds: float) -> str:
    """One slide: the words, and the sound for as long as it lasts (OMA MMS Conformance, MMS SMIL).

    `text` and `sound` are Content-IDs, without brackets.
    """
    milliseconds = round(max(1.0, seconds) * 1000)
    return (
        "<smil><head><layout>"
        '<root-layout width="100%" height="100%"/>'
        '<region id="Text" left="0" top="0" width="100%" height="100%" fit="scroll"/>'
        "</layout></head><body>"
        f'<par dur="{milliseconds}ms">'
        f'<text src="cid:{text}" region="Text"/>'
        f'<audio src="cid:{sound}"/>'
        "</par></body></smil>"
    )


def _related(root_type: str, parts: list[_MimePart]) -> tuple[str, bytes]:
    """The type, with its boundary, and the bytes. The first part is the root."""
    boundary = _boundary(parts)
    lines = [b"--%b\r\n%b" % (boundary.encode(), _written(part)) for part in parts]
    content_type = (
        f'multipart/related; boundary="{boundary}"; type="{root_type}"; start="<{parts[0].content_id}>"'
    )
    return content_type, b"\r\n".join([*lines, b"--%b--\r\n" % boundary.encode()])


def _written(part: _MimePart) -> bytes:
    headers = [
        f"Content-Type: {part.content_type}",
        f"Content-ID: <{part.content_id}>",
        *([f"Content-Location: {part.file}"] if part.file else []),
        "Content-Transfer-Encoding: binary",
    ]
    return "\r\n".join([*headers, "", ""]).encode() + part.body


def _boundary(parts: list[_MimePart]) -> str:
    """A digest of all it parts: nobody can say a text that holds its own digest."""
    whole = sha256()
    for part in parts:
        whole.update(part.body)
    return f"personsvar-{whole.hexdigest()[:40]}"
