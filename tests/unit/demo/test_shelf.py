"""What the demo's gateways took lies on a shelf: whole, in order, and not for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from docker.demo import shelf as module
from docker.demo.shelf import Arrived, File, Listed, Shelf, line

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
AMR = File("message.amr", "audio/amr", b"#!AMR\n")


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def sms(text: str = "hei") -> Arrived:
    return Arrived("sms", "1996", "+4790000001", text=text)


def test_what_is_put_there_is_found_there(shelf: Shelf) -> None:
    mms = Arrived("mms", "1996", "+4790000001", "Tittel", "Ærlig", "<p>", [AMR], "note")
    name = shelf.put(mms, at=NOON.astimezone(timezone(timedelta(hours=1))))
    (item,) = shelf.items()
    assert item == shelf.item(name)
    assert (item.kind, item.sender, item.to, item.subject) == ("mms", "1996", "+4790000001", "Tittel")
    assert (item.text, item.html, item.note, item.at) == ("Ærlig", "<p>", "note", "2026-03-02T12:00:00.000Z")
    assert item.files == [Listed("message.amr", "audio/amr", 6)]
    assert shelf.content(name, 0) == AMR.content
    assert shelf.content(name, 1) is None


def test_the_newest_comes_first(shelf: Shelf) -> None:
    for minutes in (2, 0, 1):
        shelf.put(sms(str(minutes)), at=NOON + timedelta(minutes=minutes))
    assert [item.text for item in shelf.items()] == ["2", "1", "0"]


def test_the_oldest_of_a_kind_go(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 2)
    shelf.put(Arrived("mail", "a", "b"), at=NOON - timedelta(days=1))
    for minutes in range(4):
        shelf.put(sms(str(minutes)), at=NOON + timedelta(minutes=minutes))
    assert [item.text for item in shelf.items()] == ["3", "2", ""]


def test_what_is_half_written_or_of_others_is_not_there(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / ".20260302T120000.000000Z-sms-00000000").mkdir()
    (tmp_path / "20260302T120000.000000Z-sms-00000001").mkdir()
    (tmp_path / "20260302T120000.000000Z-sms-00000002").mkdir()
    (tmp_path / "20260302T120000.000000Z-sms-00000002/item.json").write_text('["nothing"]')
    (tmp_path / ".mta").mkdir()
    (tmp_path / "lost+found").mkdir()
    assert shelf.items() == []


@pytest.mark.parametrize(
    "name", ["..", "../shelf", ".mta", "", "/etc", "20260302T120000.000000Z-sms-0000000"]
)
def test_there_is_no_way_out_of_it(shelf: Shelf, name: str) -> None:
    assert shelf.item(name) is None
    assert shelf.content(name, 0) is None


def test_a_line_is_one_line() -> None:
    assert line("a\r\nb\x1b[2J\u2028c\u202ed ") == "a b [2J c d"
