"""A greeting as mail, in the folder Greetings: what callers hear, in OMTP's headers and the iPhone's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from personsvar.vvm.imap.mime.mime_mail import MailAddress, MimeMail
from personsvar.vvm.imap.mime.voice import plain, sound, whole_seconds


class GreetingType(StrEnum):
    """X-CNS-Greeting-Type."""

    NORMAL = "normal-greeting"
    VOICE_SIGNATURE = "voice-signature"


@dataclass(frozen=True, slots=True)
class GreetingMessage:
    uid: int
    uid_validity: int
    host: str
    to: str
    """The subscriber: from and to."""
    kind: GreetingType
    at: datetime
    seconds: float
    octets: int | None
    """The AMR file's length; None while there is none."""
    subject: str = "Greeting"


def greeting_mail(greeting: GreetingMessage) -> MimeMail:
    subscriber = MailAddress(greeting.to, greeting.host)
    return MimeMail(
        date=greeting.at,
        sender=subscriber,
        to=subscriber,
        subject=plain(greeting.subject),
        message_id=f"<greeting-{greeting.uid}.{greeting.uid_validity}@{greeting.host}>",
        about=(
            ("X-CNS-Message-Context", "x-voice-greeting-message"),
            ("X-CNS-Media-Size", "x-voice-greeting=1msgs;"),
            ("X-CNS-Greeting-Type", greeting.kind),
            ("Content-Duration", whole_seconds(greeting.seconds)),
            ("Importance", "normal"),
            ("X-AppleVM-Message-Version", "1.0"),
        ),
        parts=(sound(f"greeting-{greeting.uid}.amr", greeting.octets, greeting.seconds),),
    )
