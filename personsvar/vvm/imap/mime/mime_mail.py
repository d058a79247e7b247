"""A mail of ours: multipart/mixed, flat, every part in base64, no header folded (vvmd: a fold is body).

    headers, empty line
    --=_b1, the part's headers, empty line, base64 in lines of 76, empty line
    --=_b1--

A part's body counts the end of its last line; the line end that belongs to the boundary comes after that one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from personsvar.vvm.imap.mime.mime_part import Headers, MimePart, block
from personsvar.vvm.imap.months import mail_date

BOUNDARY = "=_b1"
"""Base64 has no `_`: the boundary cannot come up in a part."""
_DELIMITER = f"--{BOUNDARY}\r\n".encode("ascii")
_END = f"--{BOUNDARY}--\r\n".encode("ascii")


@dataclass(frozen=True, slots=True)
class MailAddress:
    local: str
    host: str

    def __str__(self) -> str:
        return f"{self.local}@{self.host}"


@dataclass(frozen=True, slots=True)
class MimeMail:
    date: datetime
    """In the zone that the Date header shows."""
    sender: MailAddress
    to: MailAddress
    subject: str
    message_id: str
    about: Headers
    """What else the headers say: what kind of message it is, how long, how urgent."""
    parts: tuple[MimePart, ...]

    @property
    def headers(self) -> Headers:
        return (
            ("Date", mail_date(self.date)),
            ("From", str(self.sender)),
            ("To", str(self.to)),
            ("Subject", self.subject),
            ("Message-ID", self.message_id),
            ("MIME-Version", "1.0 (Voice Version 2.0)"),
            *self.about,
            ("Content-Type", f'multipart/mixed; boundary="{BOUNDARY}"'),
        )

    @property
    def size(self) -> int:
        """RFC822.SIZE, by the length of the sound alone."""
        parts = sum(len(_DELIMITER) + len(block(part.headers)) + part.size + 2 for part in self.parts)
        return len(block(self.headers)) + parts + len(_END)

    @property
    def content(self) -> bytes:
        """BODY[]: all of it."""
        return block(self.headers) + self.text

    @property
    def text(self) -> bytes:
        """BODY[TEXT]: all behind the headers."""
        return b"".join(_DELIMITER + block(part.headers) + part.body + b"\r\n" for part in self.parts) + _END

    @property
    def texts(self) -> Iterable[str]:
        """What a reader can search: the transcription, if there is one."""
        return (part.content.decode("utf-8") for part in self.parts if part.is_text and part.content)

    def values(self, name: str) -> list[str]:
        """What the headers of this name say, in letters of any case."""
        return [value for mine, value in self.headers if mine.lower() == name.lower()]

    def with_sound(self, amr: bytes) -> MimeMail:
        """The same with the sound itself in it."""
        return replace(self, parts=tuple(part if part.is_text else part.filled(amr) for part in self.parts))
