"""A voice message as mail (VPIM's headers, RFC 3801 and 3458; OMTP; and the iPhone's)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header

from personsvar.vvm.imap.mime.mime_mail import MailAddress, MimeMail
from personsvar.vvm.imap.mime.mime_part import Headers, MimePart

ANONYMOUS = "anonymous"
"""Who withheld the number."""
_NUMBER = re.compile(r"\+?[0-9]{2,20}")


@dataclass(frozen=True, slots=True)
class VoiceMessage:
    uid: int
    uid_validity: int
    host: str
    """Behind the @ of every address."""
    to: str
    """Before the @: the subscriber as IMAP knows him."""
    caller: str | None
    """`+E164`."""
    at: datetime
    """In the subscriber's own zone: the Date header shows it."""
    seconds: float
    octets: int | None
    """The AMR file's length; None while there is none, and then nothing with a size in it is told."""
    urgent: bool = False
    subject: str = "Voice message"
    transcript: str = field(default="", repr=False)


def voice_mail(message: VoiceMessage) -> MimeMail:
    return MimeMail(
        date=message.at,
        sender=MailAddress(_caller(message.caller), message.host),
        to=MailAddress(message.to, message.host),
        subject=plain(message.subject),
        message_id=f"<{message.uid}.{message.uid_validity}@{message.host}>",
        about=(
            ("Message-Context", "voice-message"),
            ("Content-Duration", whole_seconds(message.seconds)),
            ("Importance", "high" if message.urgent else "normal"),
            ("X-AppleVM-Message-Version", "1.0"),
        ),
        parts=(
            sound(f"vm-{message.uid}.amr", message.octets, message.seconds),
            *_shown(message.transcript),
        ),
    )


def sound(name: str, octets: int | None, seconds: float) -> MimePart:
    """The part that holds the sound, the first of every mail."""
    return MimePart("audio", "amr", (("name", name),), octets, attached=True, about=_durations(seconds))


def whole_seconds(seconds: float) -> str:
    return str(max(1, round(seconds)))


def plain(subject: str) -> str:
    """One line of ASCII (RFC 2047 where it holds other letters)."""
    line = " ".join(subject.split())
    return line if line.isascii() and line.isprintable() else Header(line, "utf-8", maxlinelen=10**6).encode()


def _durations(seconds: float) -> Headers:
    return ("Content-Duration", whole_seconds(seconds)), ("X-AppleVM-Duration", whole_seconds(seconds))


def _shown(transcript: str) -> tuple[MimePart, ...]:
    """Any text part is shown as the transcription: there is none otherwise."""
    if not transcript:
        return ()
    content = f"{transcript}\n".encode()
    return (MimePart("text", "plain", (("charset", "utf-8"),), len(content), content),)


def _caller(caller: str | None) -> str:
    """Whatever is no number is nobody's: nothing else reaches a header."""
    return caller if caller and _NUMBER.fullmatch(caller) else ANONYMOUS
