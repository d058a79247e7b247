"""`subscriber remove`: nothing of the person lies anywhere, whoever wrote it; others keep theirs."""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from personsvar.gateways.files.outbox_writer import write_whole
from personsvar.mailbox.login import reset_pin
from personsvar.mailbox.model.ids import MessageId, Number
from personsvar.running.notifier_service import NotifierService
from tests.fakes.actors import ROOT
from tests.unit.cli.conftest import KARI, OLA, QUIET, Site
from tests.upkeep import purge_once

OF_NO_USE_ALONE = {"personsvar.db", "secret.key"}
PERSONAL = (".json", ".mms", ".eml", ".half", ".alaw", ".wav", ".head", ".end")


def _post(site: Site) -> None:
    """The notifier's lanes, once each."""
    application = site.application()
    notifier = NotifierService(application)
    lanes = [notifier._lane(channel, gateway) for channel, gateway in notifier.gateways.by_channel.items()]

    async def rounds() -> None:
        for lane in lanes:
            await lane.round()

    asyncio.run(rounds())
    application.close()


def _files(site: Site) -> Iterator[Path]:
    return (it for it in site.state.rglob("*") if it.is_file() and it.name not in OF_NO_USE_ALONE)


def _about(site: Site, *words: str) -> list[str]:
    """The files in which any of it stands, in any way it may be written."""
    marks = [word.encode() for word in words]
    marks += [base64.b64encode(mark).rstrip(b"=")[:-1] for mark in marks]
    return sorted(it.name for it in _files(site) if any(mark in it.read_bytes() for mark in marks))


@pytest.fixture
def lived_in(site: Site) -> Site:
    """Two subscribers with a message each, told of in all ways; Ola has a PIN on its way, too."""
    for number, name in ((OLA, "ola"), (KARI, "kari")):
        site.run("subscriber", "add", number, "--email", f"{name}@example.test")
        site.leave_message(to=number, caller="+4790000099")
        site.run("subscriber", "set", number, "--mms", "--email-copy")
        site.leave_message(to=number, caller="+4790000099")
    application = site.application()
    reset_pin(application.services, Number(OLA), by=ROOT)
    application.close()
    _post(site)
    kinds = {it.suffix for it in (site.state / "outbox").iterdir()}
    assert kinds == {".json", ".mms", ".eml"}
    return site


def test_after_remove_nothing_of_the_person_lies_anywhere(lived_in: Site) -> None:
    written = lived_in.state / "outbox"
    half = next(written.glob("*.mms"))
    assert half.name.startswith("0")
    write_whole(written / "of-the-operators-own.txt", b"left alone")
    (written / f".{half.name}.4711.half").write_bytes(half.read_bytes())  # a notifier died in mid-word
    kept = set(_about(lived_in, KARI, "kari@example.test"))
    assert kept
    assert lived_in.run("subscriber", "remove", OLA).out == f"{OLA} and all of it is gone.\n"
    assert _about(lived_in, OLA, OLA.removeprefix("+47"), "ola@example.test") == []
    left = {it.name for it in _files(lived_in) if it.suffix in PERSONAL}
    assert left == kept
    assert (written / "of-the-operators-own.txt").exists()


def test_a_file_goes_with_its_message(lived_in: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """By age: what retention removes is gone from the folder too."""
    monkeypatch.setenv("PERSONSVAR_KEEP_NEW_DAYS", "1")
    application = lived_in.application()
    notifier = NotifierService(application)
    with application.store.begin() as uow:
        (first,) = [it for it in uow.messages.list(Number(OLA)) if it.id == MessageId(1)]
        uow.messages.remove(first.id)
        uow.commit()
    before = set(_files(lived_in))
    assert purge_once(application.services) == 0
    (chore,) = [it for it in notifier.chores if it.name == "outbox files"]
    chore.once()
    gone = {it.name for it in before - set(_files(lived_in))}
    application.close()
    assert {name.partition("-")[2] for name in gone} == {"new-message.json", "new-message.eml"}
    assert any(QUIET)  # there was sound in them
    chore.once()


def test_what_was_being_written_while_the_subscriber_went_goes_too(lived_in: Site) -> None:
    lived_in.run("subscriber", "remove", OLA)
    late = lived_in.state / "outbox" / "000001-new-message.eml"
    write_whole(late, b"To: ola@example.test\r\n\r\nthe voice")
    application = lived_in.application()
    (chore,) = [it for it in NotifierService(application).chores if it.name == "outbox files"]
    chore.once()
    application.close()
    assert not late.exists()


def test_where_one_channel_has_a_gateway_no_other_writes_files(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    site.run("subscriber", "add", OLA, "--email", "ola@example.test")
    site.run("subscriber", "set", OLA, "--mms", "--email-copy")
    site.leave_message()
    monkeypatch.setenv("PERSONSVAR_SMPP_URL", "smpp://a:b@127.0.0.1:1")
    caplog.set_level("WARNING")
    logging.getLogger("personsvar.running.configured_gateways").addHandler(
        caplog.handler
    )  # the command line has its own
    _post(site)
    assert not (site.state / "outbox").exists()
    told = {record.__dict__["channel"]: record.__dict__["setting"] for record in caplog.records}
    assert told == {"mms": "PERSONSVAR_MM7_URL", "email": "PERSONSVAR_SMTP_URL"}
    notices = site.run("notice", "list", "--json").json
    failed = {it["channel"]: it["error"] for it in notices if it["status"] == "failed"}
    assert failed == {
        "mms": "no gateway: PERSONSVAR_MM7_URL is not set",
        "email": "no gateway: PERSONSVAR_SMTP_URL is not set",
    }
    waiting = {it["channel"] for it in notices if it["status"] == "ready"}
    assert waiting == {"sms"}  # what the MMS became


def test_where_the_folder_is_wanted_it_is_written(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.run("subscriber", "add", OLA, "--email", "ola@example.test")
    site.leave_message()
    monkeypatch.setenv("PERSONSVAR_SMPP_URL", "smpp://a:b@127.0.0.1:1")
    monkeypatch.setenv("PERSONSVAR_OUTBOX_FILES", "true")
    _post(site)
    assert [it.suffix for it in (site.state / "outbox").iterdir()] == [".eml"]
