"""No gateway is configured: notices become files in the outbox folder, for a first look and for tests.

    000012-new-message.json    an SMS; a PIN or a password stands in clear here and nowhere else
    000013-new-message.mms     an MMS, as MIME: its text and its sound
    000014-new-message.eml     an e-mail, as any mail program opens it

Files are readable by the service's own user only, appear whole, and keep their name when sent again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from personsvar.gateways.email.attachment import as_wav
from personsvar.gateways.email.mail_message import clean, mail
from personsvar.gateways.email.mail_templates import Wording, wording
from personsvar.gateways.sms.sms import Sms
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.notice import Channel, Notice
from personsvar.notifier.delivery_errors import DeliveryError, UndeliverableError
from personsvar.notifier.words.client_update import ClientUpdate
from personsvar.notifier.words.rendering import Mail, Multimedia, Rendered, Text
from personsvar.voice.wav import wav

SUFFIXES = {Channel.SMS: ".json", Channel.MMS: ".mms", Channel.EMAIL: ".eml", Channel.VISUAL: ".json"}


@dataclass(frozen=True, slots=True)
class FileDelivery:
    folder: Path
    mail_from: str
    sms_sender: str
    wording: Wording = field(default_factory=wording)

    def deliver(self, rendered: Rendered) -> None:
        self._write(rendered.notice, self._content(rendered))

    def deliver_sms(self, rendered: Rendered, sms: Sms) -> None:
        """What a phone's client would get: as text here, whatever port it goes to."""
        fields = {
            **self._headings(rendered),
            "from": sms.sender or self.sms_sender,
            "port": None if sms.ports is None else sms.ports.destination,
            "text": sms.text if sms.binary is None else sms.binary.decode("ascii"),
        }
        password = rendered.content_as(ClientUpdate).password
        if password is not None:
            fields["password"] = password
        self._write(rendered.notice, _json(fields))

    def _write(self, notice: Notice, content: bytes) -> None:
        name = f"{notice.id:06d}-{notice.kind}{SUFFIXES[notice.channel]}"
        try:
            write_whole(self.folder / name, content)
        except OSError as wrong:
            raise DeliveryError(f"the outbox folder refuses a file: {wrong.strerror}") from wrong

    def _content(self, rendered: Rendered) -> bytes:
        match rendered.content:
            case Text() as sms:
                pin = {} if sms.secret is None else {"pin": sms.secret}
                return _json({**self._headings(rendered), "text": sms.text, **pin})
            case Multimedia() as mms:
                return self._mms(rendered.notice.to, mms).as_bytes()
            case Mail() as email:
                sound = None if email.alaw is None else as_wav(email.alaw)
                return mail(rendered, sender=self.mail_from, wording=self.wording, carried=sound).as_bytes()
            case _:
                raise UndeliverableError(f"nothing of {rendered.notice.channel} goes to files")

    def _headings(self, rendered: Rendered) -> dict[str, object]:
        notice = rendered.notice
        return {
            "notice": notice.id,
            "kind": notice.kind,
            "from": self.sms_sender,
            "to": notice.to,
            "created_at": notice.created_at.astimezone(UTC).isoformat(),
        }

    def _mms(self, to: Number, content: Multimedia) -> EmailMessage:
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"] = clean(self.sms_sender), clean(to)
        message["Subject"] = clean(content.subject)
        message.set_content(content.text + "\n")
        if content.alaw is not None:
            sound = wav(content.alaw)
            message.add_attachment(sound, maintype="audio", subtype="x-wav", filename="message.wav")
        return message


def _json(fields: Mapping[str, object]) -> bytes:
    return (json.dumps(fields, ensure_ascii=False, indent=2) + "\n").encode()


def write_whole(file: Path, content: bytes) -> None:
    """The file appears whole or not at all, for its owner only."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = file.with_name(f".{file.name}.{os.getpid()}.half")
    opened = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(opened, "wb") as out:
            out.write(content)
        half.replace(file)
    except OSError:
        half.unlink(missing_ok=True)
        raise
