"""The e-mail copy of a message: its words, and the recording attached (RFC 5322, RFC 3458).

multipart/mixed
    multipart/alternative
        text/plain
        text/html
    audio/x-wav       with Content-Duration (RFC 3803)
"""

from __future__ import annotations

import html
import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from personsvar.notifier.errors import UndeliverableError
from personsvar.notifier.letters import Letter
from personsvar.notifier.sounds import wav


def mail(letter: Letter, *, sender: str) -> EmailMessage:
    """The same notice makes the same e-mail, with the same Message-ID: sent twice, it is shown once."""
    if letter.notice.address is None:
        raise UndeliverableError("no e-mail address")
    it = EmailMessage(policy=SMTP)
    it["From"] = Address(display_name="Personsvar", addr_spec=clean(sender))
    it["To"] = clean(letter.notice.address)
    it["Subject"] = clean(letter.subject)
    it["Date"] = format_datetime(letter.notice.created_at)
    it["Message-ID"] = message_id(letter, sender=sender)
    it["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies
    _voice_headers(it, letter)
    it.set_content(letter.text + "\n")
    it.add_alternative(f"<p>{html.escape(letter.text)}</p>\n", subtype="html")
    if letter.alaw is not None:
        _attach(it, letter, letter.alaw)
    return it


def message_id(letter: Letter, *, sender: str) -> str:
    return f"<notice-{letter.notice.id}@{clean(sender).rpartition('@')[2]}>"


def clean(value: str) -> str:
    """A header's value without line ends or other control characters: nobody adds a header of his own."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", value).strip()


def _voice_headers(it: EmailMessage, letter: Letter) -> None:
    facts = letter.notice.facts
    if letter.alaw is not None:
        it["Message-Context"] = "voice-message"
    if facts.seconds is not None:
        it["X-VoiceMessageDuration"] = str(round(facts.seconds))
    if facts.caller is not None:
        it["X-CallingTelephoneNumber"] = clean(facts.caller)
    if facts.urgent:
        it["Importance"] = "high"


def _attach(it: EmailMessage, letter: Letter, alaw: bytes) -> None:
    at = letter.notice.facts.at or letter.notice.created_at
    name = f"{'beskjed' if letter.language == 'nb' else 'message'}-{at:%Y-%m-%d-%H%M}.wav"
    it.add_attachment(wav(alaw), maintype="audio", subtype="x-wav", filename=name)
    parts = it.get_payload()
    if isinstance(parts, list) and isinstance(parts[-1], EmailMessage):
        parts[-1]["Content-Duration"] = str(round(len(alaw) / 8000))
