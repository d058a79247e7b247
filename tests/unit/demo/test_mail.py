"""E-mails as the demo shows them, those too that are none."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from docker.demo.mail import arrived, told
from docker.demo.mta import take_over
from docker.demo.shelf import Shelf

MP3 = bytes(range(256)) * 4


def mail() -> bytes:
    it = EmailMessage()
    it["From"] = "Personsvar <voicemail@example.test>"
    it["To"] = "ola@example.test"
    it["Subject"] = "Ny beskjed på æøå"
    it.set_content("Hei på deg")
    it.add_alternative("<p>Hei på deg</p>", subtype="html")
    it.add_attachment(MP3, maintype="audio", subtype="mpeg", filename="beskjed.mp3")
    return it.as_bytes()


def test_its_words_its_page_and_what_is_attached() -> None:
    got = arrived(mail())
    assert (got.sender, got.to) == ("Personsvar <voicemail@example.test>", "ola@example.test")
    assert (got.subject, got.text, got.html) == ("Ny beskjed på æøå", "Hei på deg\n", "<p>Hei på deg</p>\n")
    assert [(file.name, file.type) for file in got.files] == [
        ("beskjed.mp3", "audio/mpeg"),
        ("message.eml", "message/rfc822"),
    ]
    assert got.files[0].content == MP3
    assert told(got) == (
        "Mail to ola@example.test from Personsvar <voicemail@example.test>: "
        "Ny beskjed på æøå (attached: beskjed.mp3 1024 bytes)"
    )


def test_whom_it_was_for_is_said_by_the_envelope() -> None:
    assert arrived(b"Envelope-To: kari@example.test\n" + mail()).to == "kari@example.test"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00",
        b"no header at all",
        b"Content-Type: text/plain; charset=martian\n\nhei",
        b"Content-Type: text/plain; charset=utf-8\n\n\xff\xfe",
        b"Content-Type: multipart/mixed\n\nno boundary",
        b'Content-Type: multipart/mixed; boundary="x"\n\n--x\nContent-Transfer-Encoding: base64\n\n!!!',
        b"From: =?utf-8?b?!!?=\nTo: <<<>\nSubject: =?x?q?=41?=\n\nhei",
        b"Content-Type: message/rfc822\n\nSubject: inner\n\nhei",
    ],
)
def test_what_is_hard_to_read_is_there_all_the_same(raw: bytes) -> None:
    got = arrived(raw)
    assert got.files[-1].content == raw
    assert told(got).startswith("Mail to ")


def test_mail_goes_from_the_maildir_to_the_shelf(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    maildir, folder = tmp_path / "maildir", tmp_path / "shelf"
    folder.mkdir()
    take_over(maildir, Shelf(folder))  # before the first mail, there is no Maildir
    (maildir / "new").mkdir(parents=True)
    (maildir / "new/1.mta").write_bytes(mail())
    take_over(maildir, Shelf(folder))
    assert [item.subject for item in Shelf(folder).items()] == ["Ny beskjed på æøå"]
    assert list((maildir / "new").iterdir()) == []
    assert capsys.readouterr().out.count("\n") == 1


def test_mail_stays_in_the_maildir_while_there_is_no_shelf(tmp_path: Path) -> None:
    (tmp_path / "maildir/new").mkdir(parents=True)
    (tmp_path / "maildir/new/1.mta").write_bytes(mail())
    with pytest.raises(OSError, match="shelf"):
        take_over(tmp_path / "maildir", Shelf(tmp_path / "shelf"))
    assert (tmp_path / "maildir/new/1.mta").exists()
