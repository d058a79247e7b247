"""Notices as files: what the folder holds when no gateway is configured."""

from __future__ import annotations

import json
import stat
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from personsvar.gateways.files.folder_gateway import FolderGateway
from personsvar.gateways.files.outbox_writer import FileDelivery
from personsvar.mailbox.login import reset_pin
from personsvar.mailbox.model.notice import NoticeStatus
from personsvar.mailbox.model.subscriber import Wishes
from tests.fakes.actors import ROOT
from tests.unit.conftest import Backend
from tests.unit.notifier.outbox.conftest import Lanes

QUIET = bytes([0xD5]) * 8000 * 3


def _files(tmp_path: Path) -> FolderGateway:
    return FolderGateway(
        FileDelivery(tmp_path / "outbox", mail_from="voicemail@example.test", sms_sender="Personsvar")
    )


def test_a_message_becomes_an_sms_file_and_an_email_file_with_the_sound(
    backend: Backend, lanes: Lanes, tmp_path: Path
) -> None:
    backend.leave_message()
    assert lanes.round(_files(tmp_path)) == 2
    sms_file, mail_file = sorted((tmp_path / "outbox").iterdir(), key=lambda file: file.suffix, reverse=True)
    sms = json.loads(sms_file.read_bytes())
    assert sms["to"] == "+4790000001"
    assert sms["from"] == "Personsvar"
    assert sms["text"] == (
        "Ny beskjed fra +47 900 00 002 i dag kl. 13.00 (3 sek). Ring +47 474 71 000 for å lytte."
    )
    mail = message_from_bytes(mail_file.read_bytes(), policy=policy.SMTP)
    assert isinstance(mail, EmailMessage)
    assert mail["To"] == "ola@example.test"
    assert mail["Subject"] == "Ny beskjed fra +47 900 00 002 (3 sek)"
    assert mail["X-VoiceMessageDuration"] == "3"
    (sound,) = mail.iter_attachments()
    assert sound.get_content_type() == "audio/x-wav"
    assert sound["Content-Duration"] == "3"
    content = sound.get_content()
    assert content[:4] == b"RIFF"
    assert len(content) == 44 + 2 * len(QUIET)
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert "Fra:        +47 900 00 002\n" in plain.get_content().replace("\r\n", "\n")
    assert {notice.status for notice in lanes.notices()} == {NoticeStatus.SENT}


def test_an_mms_file_holds_text_and_sound(backend: Backend, lanes: Lanes, tmp_path: Path) -> None:
    with backend.services.store.begin() as uow:
        uow.subscribers.put(type(backend.ola)(backend.ola.number, wishes=Wishes(mms=True)))
        uow.commit()
    backend.leave_message()
    lanes.round(_files(tmp_path))
    (file,) = (tmp_path / "outbox").iterdir()
    assert file.name == "000001-new-message.mms"
    mms = message_from_bytes(file.read_bytes(), policy=policy.SMTP)
    assert [part.get_content_type() for part in mms.walk()] == [
        "multipart/mixed",
        "text/plain",
        "audio/x-wav",
    ]


def test_files_are_for_nobody_else_and_none_is_left_half(
    backend: Backend, lanes: Lanes, tmp_path: Path
) -> None:
    backend.leave_message()
    lanes.round(_files(tmp_path))
    folder = tmp_path / "outbox"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    assert not list(folder.glob(".*"))


def test_a_pin_stands_in_the_file_and_is_erased_from_its_row(
    backend: Backend, lanes: Lanes, tmp_path: Path
) -> None:
    reset_pin(backend.services, backend.ola.number, by=ROOT)
    (before,) = lanes.notices()
    assert before.facts.secret is not None
    pin = backend.services.vault.open(before.facts.secret)
    lanes.round(_files(tmp_path))
    (file,) = (tmp_path / "outbox").iterdir()
    sms = json.loads(file.read_bytes())
    assert sms["pin"] == pin
    assert f"Koden din er {pin}." in sms["text"]
    (after,) = lanes.notices()
    assert after.status is NoticeStatus.SENT
    assert after.facts.secret is None


def test_the_outbox_folder_away_is_tried_again(backend: Backend, lanes: Lanes, tmp_path: Path) -> None:
    which = lanes.backend.missed()
    (tmp_path / "outbox").write_text("a file in the folder's place")
    lanes.round(_files(tmp_path))
    notice = backend.notice(which)
    assert notice.status is NoticeStatus.READY
    assert notice.error is not None
    assert notice.error.startswith("the outbox folder refuses a file")
