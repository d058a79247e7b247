"""A file of the outbox folder, read again: what it says, its recording, its page; secrets are left out."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

from personsvar.gateways.files.outbox_writer import SUFFIXES
from personsvar.mailbox.model.notice import NoticeKind

HIDDEN = "••••"
ENDINGS = frozenset(SUFFIXES.values())
MAIL_KINDS = {".mms": "MMS", ".eml": "e-mail"}
_SECRETS = {"pin": "PIN", "password": "password"}
"""By their field; and what a reader calls them."""


@dataclass(frozen=True, slots=True)
class SentFile:
    kind: str
    to: str
    text: str
    subject: str = ""
    hidden: str = ""
    """What secret is left out."""
    code: str = field(default="", repr=False)
    """That secret, where it is the code of a log-in: good for minutes, once, and in one browser."""
    has_sound: bool = False
    has_page: bool = False
    carried: tuple[str, ...] = ()
    """The names of what is attached."""

    def with_code(self) -> SentFile:
        """As it came to the phone, if what is left out is a code."""
        return replace(self, text=self.text.replace(HIDDEN, self.code), hidden="") if self.code else self


def read(suffix: str, content: bytes) -> SentFile:
    """What a file says; one that somebody broke must not hide the others."""
    kind = MAIL_KINDS.get(suffix, "SMS")
    try:
        return _mail(kind, content) if suffix in MAIL_KINDS else _sms(kind, content)
    except (ValueError, LookupError):
        return SentFile(kind, "nobody", "can't be read")


def sound(rendered: bytes) -> tuple[bytes, str] | None:
    """The recording, and its media type."""
    for part in _parsed(rendered).walk():
        content = part.get_payload(decode=True)
        if part.get_content_maintype() == "audio" and isinstance(content, bytes):
            return content, part.get_content_type()
    return None


def mail_page(rendered: bytes) -> str | None:
    body = _parsed(rendered).get_body(("html",))
    try:
        return None if body is None else str(body.get_content())
    except (ValueError, LookupError):
        return None


def _sms(kind: str, content: bytes) -> SentFile:
    fields = json.loads(content)
    if not isinstance(fields, dict):
        raise ValueError("no SMS of ours")  # noqa: TRY004 - what a file holds is a value, not a caller's type
    to, text = str(fields["to"]), str(fields["text"])
    name = next((name for name in _SECRETS if fields.get(name)), None)
    if name is None:
        return SentFile(kind, to, text)
    secret = str(fields[name])
    is_code = fields.get("kind") == NoticeKind.LOGIN_CODE
    return SentFile(
        kind,
        to,
        text.replace(secret, HIDDEN),
        hidden="code" if is_code else _SECRETS[name],
        code=secret if is_code else "",
    )


def _mail(kind: str, content: bytes) -> SentFile:
    mail = _parsed(content)
    body = mail.get_body(("plain",))
    text = str(body.get_content()).strip() if body is not None else ""
    return SentFile(
        kind,
        str(mail["To"]),
        text,
        subject=str(mail["Subject"] or ""),
        has_sound=any(part.get_content_maintype() == "audio" for part in mail.walk()),
        has_page=mail.get_body(("html",)) is not None,
        carried=tuple(part.get_filename() or "" for part in mail.iter_attachments()),
    )


def _parsed(content: bytes) -> EmailMessage:
    return message_from_bytes(content, _class=EmailMessage, policy=SMTP)
