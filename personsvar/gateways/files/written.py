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
from personsvar.gateways.email.wording import Wording, wording
from personsvar.gateways.sms.sms import Sms
from personsvar.mailbox.model import Channel, Notice
from personsvar.notifier.errors import DeliveryError, UndeliverableError
from personsvar.notifier.words.rendering import Rendered
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

    def deliver_visual(self, rendered: Rendered, sms: Sms) -> None:
        """What a phone's client would get: as text here, whatever port it goes to."""
        fields = {
            **self._headings(rendered),
            "from": sms.sender or self.sms_sender,
            "port": None if sms.ports is None else sms.ports.destination,
            "text": sms.text if sms.binary is None else sms.binary.decode("ascii"),
        }
        if rendered.client_update is not None and rendered.client_update.password is not None:
            fields["password"] = rendered.client_update.password
        self._write(rendered.notice, _json(fields))

    def _write(self, notice: Notice, content: bytes) -> None:
        name = f"{notice.id:06d}-{notice.kind}{SUFFIXES[notice.channel]}"
        try:
            write_whole(self.folder / name, content)
        except OSError as wrong:
            raise DeliveryError(f"the outbox folder refuses a file: {wrong.strerror}") from wrong

    def _content(self, rendered: Rendered) -> bytes:
        match rendered.notice.channel:
            case Channel.SMS:
                return self._sms(rendered)
            case Channel.MMS:
                return self._mms(rendered).as_bytes()
            case Channel.EMAIL:
                return self._mail(rendered).as_bytes()
            case other:
                raise UndeliverableError(f"nothing of {other} goes to files")

    def _sms(self, rendered: Rendered) -> bytes:
        fields = {**self._headings(rendered), "text": rendered.text}
        if rendered.secret is not None:
            fields["pin"] = rendered.secret
        return _json(fields)

    def _headings(self, rendered: Rendered) -> dict[str, object]:
        notice = rendered.notice
        return {
            "notice": notice.id,
            "kind": notice.kind,
            "from": self.sms_sender,
            "to": notice.to,
            "created_at": notice.created_at.astimezone(UTC).isoformat(),
        }

    def _mail(self, rendered: Rendered) -> EmailMessage:
        sound = None if rendered.alaw is None else as_wav(rendered.alaw)
        return mail(rendered, sender=self.mail_from, wording=self.wording, carried=sound)

    def _mms(self, rendered: Rendered) -> EmailMessage:
        it = EmailMessage(policy=SMTP)
        it["From"], it["To"] = clean(self.sms_sender), clean(rendered.notice.to)
        it["Subject"] = clean(rendered.subject)
        it.set_content(rendered.text + "\n")
        if rendered.alaw is not None:
            it.add_attachment(wav(rendered.alaw), maintype="audio", subtype="x-wav", filename="message.wav")
        return it


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
