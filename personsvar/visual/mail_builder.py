"""A message or a greeting as the mail that phones fetch: the same bytes for the same uid.

But for two things: a recording that was taken in half, and is whole now; and words, in the same room, that
are others now or that their owner wishes no more (`mailbox.visual.texts`).
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from personsvar.mailbox.model.greeting import GreetingKind
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.visual import view
from personsvar.mailbox.visual.view import FolderEntry
from personsvar.vvm.imap.imap_message import ImapMessage
from personsvar.vvm.imap.mime import (
    GreetingMessage,
    GreetingType,
    MimeMail,
    VoiceMessage,
    greeting_mail,
    voice_mail,
)

TYPES = {GreetingKind.PERSONAL: GreetingType.NORMAL, GreetingKind.SIGNATURE: GreetingType.VOICE_SIGNATURE}
KINDS = {received: kind for kind, received in TYPES.items()}


@dataclass(frozen=True, slots=True)
class MailBuilder:
    """What every mail of one mailbox has in common."""

    host: str
    number: Number
    zone: ZoneInfo

    @property
    def to(self) -> str:
        return self.number.removeprefix("+")

    def message(self, number: int, entry: FolderEntry, text: str = "") -> ImapMessage:
        """`text`: what it says, where anything is asked for that shows it."""
        mail = self._voice(entry, text) if entry.greeting is None else self._greeting(entry, entry.greeting)
        return ImapMessage(number, entry.uid, entry.flags, entry.internal_date, mail)

    def _voice(self, entry: FolderEntry, text: str) -> MimeMail:
        return voice_mail(
            VoiceMessage(
                uid=entry.uid,
                uid_validity=view.UIDVALIDITY,
                host=self.host,
                to=self.to,
                caller=entry.caller,
                at=entry.internal_date.astimezone(self.zone),
                seconds=entry.seconds,
                octets=_octets(entry),
                urgent=entry.urgent,
                transcript=text,
            )
        )

    def _greeting(self, entry: FolderEntry, kind: GreetingKind) -> MimeMail:
        return greeting_mail(
            GreetingMessage(
                uid=entry.uid,
                uid_validity=view.UIDVALIDITY,
                host=self.host,
                to=self.to,
                kind=TYPES[kind],
                at=entry.internal_date.astimezone(self.zone),
                seconds=entry.seconds,
                octets=_octets(entry),
            )
        )


def _octets(entry: FolderEntry) -> int:
    """How long the AMR is, or will be."""
    return view.expected_bytes(entry.seconds) if entry.amr_bytes is None else entry.amr_bytes
