"""An e-mail as the page shows it: its words, its page, and what is attached."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import SMTP

from docker.demo.shelf import Arrived, File


def arrived(raw: bytes) -> Arrived:
    """As far as it can be read; the mail itself is its last file, always."""
    whole = File("message.eml", "message/rfc822", raw)
    try:
        mail = message_from_bytes(raw, _class=EmailMessage, policy=SMTP)
        return Arrived(
            "mail",
            sender=str(mail.get("From", "")),
            to=str(mail.get("Envelope-To", mail.get("To", ""))),
            subject=str(mail.get("Subject", "")),
            text=_body(mail, "plain"),
            html=_body(mail, "html"),
            files=[*map(_file, mail.iter_attachments()), whole],
        )
    except Exception as wrong:  # noqa: BLE001 - the library raises many things at what is no mail
        return Arrived("mail", "", "", note=f"it can't be read: {type(wrong).__name__}", files=[whole])


def told(mail: Arrived) -> str:
    """In one line."""
    files = ", ".join(f"{file.name} {len(file.content)} bytes" for file in mail.files[:-1])
    attached = f" (attached: {files})" if files else ""
    return f"Mail to {mail.to} from {mail.sender}: {mail.subject}{attached}{mail.note and f' - {mail.note}'}"


def _body(mail: EmailMessage, subtype: str) -> str:
    part = mail.get_body((subtype,))
    return "" if part is None else _letters(part)


def _letters(part: Message) -> str:
    octets = _octets(part)
    try:
        text = octets.decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        text = octets.decode("utf-8", "replace")
    return text.replace("\r\n", "\n")


def _octets(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else part.as_bytes()


def _file(part: Message) -> File:
    return File(part.get_filename() or "attachment", part.get_content_type(), _octets(part))
