"""docs/json.md is held to what the program prints."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from personsvar.mailbox.model.ids import Number, SpoolId
from personsvar.mailbox.model.notice import Channel, NoticeKind
from personsvar.mailbox.model.transcript import MessageTranscript, Understanding
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
from tests.fakes.calendars import keep_calendar
from tests.fakes.listener import heard
from tests.unit.cli.conftest import KARI, OLA, Site

LISTED = ("subscriber", "notice", "charge", "call", "spool")
PAGE = (Path(__file__).resolve().parents[3] / "docs/json.md").read_text("utf-8")


def _documented(heading: str) -> list[str]:
    for section in PAGE.split("\n## ")[1:]:
        title, _, body = section.partition("\n")
        if f"`{heading} --json`" in title:
            return re.findall(r"^\| `(\w+)` \|", body, re.MULTILINE)
    raise AssertionError(f"{heading} is not in docs/json.md")


def test_every_kind_and_channel_of_a_notice_is_named() -> None:
    assert [word for word in (*NoticeKind, *Channel) if f"`{word}`" not in PAGE] == []


@pytest.fixture
def busy(site: Site) -> Site:
    site.run("subscriber", "add", OLA)
    site.run("names", "set", KARI, "Kari")
    site.run("key", "add", "web-shop", "--scope", "*")
    message = site.leave_message()
    application = site.application()
    with application.store.begin() as uow:
        answered = uow.call_backs.add(Number(OLA), Number(KARI), at=datetime.now(UTC), price_ore=300)
        uow.call_backs.answered(answered)
        written = MessageTranscript(message.id, heard(), Understanding.TEXT, message.received_at)
        assert uow.transcripts.put(written, of=message.sound.id)
        uow.commit()
    keep_calendar(application.services, Number(OLA))
    application.takes.place(
        SpoolHeader(SpoolId("1.2"), Purpose.MESSAGE, Number(OLA), None, message.received_at)
    )
    return site


@pytest.mark.parametrize(
    "command",
    [
        "subscriber list",
        "names list",
        "calendar list",
        "notice list",
        "charge list",
        "call list",
        "key list",
        "spool list",
    ],
)
def test_the_fields_of_a_list_are_as_documented(busy: Site, command: str) -> None:
    (thing,) = busy.run(*command.split(), "--json").json
    assert list(thing) == _documented(command)


def test_the_fields_of_messages_and_of_one_thing_are_as_documented(busy: Site, tmp_path: Path) -> None:
    (message,) = busy.run("message", "list", OLA, "--json").json
    (written,) = busy.run("transcript", "list", OLA, "--json").json
    assert list(written) == _documented("transcript list")
    assert list(message) == _documented("message list")
    both = _documented("notice list") + _documented("notice show")
    assert list(busy.run("notice", "show", 1, "--json").json) == both
    assert list(busy.run("visual", "status", OLA, "--json").json) == _documented("visual status")
    assert list(busy.run("transcript", "show", 1, "--json").json) == _documented("transcript show")
    (shown,) = busy.run("calendar", "show", OLA, "--json").json
    assert list(shown) == _documented("calendar show")
    assert list(busy.run("retention", "show", "--json").json) == _documented("retention show")
    assert busy.run("backup", tmp_path / "backups").code == 0
    (backup,) = busy.run("backup", "list", tmp_path / "backups", "--json").json
    assert list(backup) == _documented("backup list")
    shown = busy.run("subscriber", "show", OLA, "--json").json
    assert list(shown) == _documented("subscriber list") + _documented("subscriber show")


def test_every_json_option_is_documented() -> None:
    cli = Path(__file__).resolve().parents[3] / "personsvar/cli"
    options = sum(
        len(re.findall(r"as_json: (?:Json|Annotated)", file.read_text("utf-8"))) for file in cli.glob("*.py")
    )
    assert options == len(re.findall(r"`\w+ \w+ --json`", PAGE.replace("`subscriber list`", "")))
