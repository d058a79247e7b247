"""The e-mail copy of a message: its words, and the recording attached (RFC 5322, RFC 3458).

multipart/mixed
    multipart/alternative
        text/plain
        text/html
    audio/mpeg        or audio/x-wav, with Content-Duration (RFC 3803)
"""

from __future__ import annotations

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from personsvar.gateways.email.attachment import Attachment, Carried
from personsvar.gateways.email.mail_content import mail_content
from personsvar.gateways.email.mail_templates import Wording
from personsvar.mailbox.email_address import as_sent
from personsvar.notifier.delivery_errors import UndeliverableError
from personsvar.notifier.words.rendering import Mail, Rendered

SENDER_NAME = "Personsvar"
_PLAIN = SMTP.clone(cte_type="7bit")
"""Every server takes it, whether or not it offers 8BITMIME (RFC 6152)."""
_IN_ANY_LETTERS = _PLAIN.clone(utf8=True)
"""For a server that offers SMTPUTF8: the address stands in the headers as it is (RFC 6532)."""


def mail(
    rendered: Rendered,
    *,
    sender: str,
    wording: Wording,
    carried: Carried | None = None,
    sender_name: str = SENDER_NAME,
) -> EmailMessage:
    """The same notice makes the same e-mail, with the same Message-ID: sent twice, it is shown once."""
    content, language = mail_content(rendered, carried), rendered.language
    to = recipient(rendered)
    message = EmailMessage(policy=_PLAIN if to.isascii() else _IN_ANY_LETTERS)
    message["From"] = Address(display_name=clean(sender_name), addr_spec=clean(sender))
    message["To"] = to
    message["Subject"] = clean(wording.subject(content, language))
    message["Date"] = format_datetime(rendered.notice.created_at)
    message["Message-ID"] = message_id(rendered, sender=sender)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies
    message["Content-Language"] = language
    _voice_headers(message, rendered)
    message.set_content(wording.text(content, language))
    message.add_alternative(wording.page(content, language), subtype="html")
    if isinstance(carried, Attachment):
        _attach(message, rendered, carried)
    return message


def recipient(rendered: Rendered) -> str:
    """Where it goes, with the domain as its A-label. Raise UndeliverableError when that is no address."""
    address = rendered.notice.address
    if address is None:
        raise UndeliverableError("no e-mail address")
    try:
        return as_sent(address)
    except ValueError as wrong:
        raise UndeliverableError("what stands as e-mail address is none") from wrong


def message_id(rendered: Rendered, *, sender: str) -> str:
    """Of the notice's id and time: a new database, whose ids begin at 1 again, makes none that was there."""
    notice = rendered.notice
    return f"<notice-{notice.id}.{round(notice.created_at.timestamp())}@{clean(sender).rpartition('@')[2]}>"


def clean(value: str) -> str:
    """A header's value without line ends or other control characters: nobody adds a header of his own."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+", " ", value).strip()


def _voice_headers(message: EmailMessage, rendered: Rendered) -> None:
    facts = rendered.notice.facts
    if rendered.content_as(Mail).alaw is not None:
        message["Message-Context"] = "voice-message"
    if facts.seconds is not None:
        message["X-VoiceMessageDuration"] = str(round(facts.seconds))
    if facts.caller is not None:
        message["X-CallingTelephoneNumber"] = clean(facts.caller)
    if facts.urgent:
        message["Importance"] = "high"


def _attach(message: EmailMessage, rendered: Rendered, sound: Attachment) -> None:
    name = f"{file_stem(rendered)}.{sound.form}"
    message.add_attachment(sound.content, maintype="audio", subtype=sound.subtype, filename=name)
    *_, part = message.iter_attachments()
    part["Content-Duration"] = str(round(sound.seconds))


def file_stem(rendered: Rendered) -> str:
    """`beskjed-2026-03-02-1332`: they sort by time, as the subscriber's clock has it."""
    at = rendered.content_as(Mail).facts.at
    return f"{'beskjed' if rendered.language == 'nb' else 'message'}-{at:%Y-%m-%d-%H%M}"
