"""`personsvar subscriber export` and `empty`: all there is of a subscriber as a file, and gone."""

from __future__ import annotations

import json
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.unit.cli.conftest import KARI, OLA, Site


@pytest.fixture
def lived_in(site: Site) -> Site:
    for number in (OLA, KARI):
        site.run("subscriber", "add", number, "--name", "N. N.")
        site.leave_message(to=number, caller="+4790000099")
    return site


def test_the_file_is_for_its_owner_alone_and_nothing_is_written_over(lived_in: Site, tmp_path: Path) -> None:
    ran = lived_in.run("subscriber", "export", "90000001", tmp_path)
    assert ran.code == 0, ran.err
    [file] = tmp_path.glob("personsvar-4790000001-*.zip")
    assert str(file) in ran.out
    assert file.stat().st_mode & 0o777 == 0o600
    with ZipFile(file) as archive:
        assert archive.testzip() is None
        assert len(json.loads(archive.read("messages.json"))) == 1
        assert [name for name in archive.namelist() if name.startswith("messages/")]
    assert lived_in.run("subscriber", "export", OLA, tmp_path).code == 2
    named = tmp_path / "ola.zip"
    assert lived_in.run("subscriber", "export", OLA, named).code == 0
    assert named.exists()


def test_what_can_not_be_written_is_told_and_leaves_nothing(lived_in: Site, tmp_path: Path) -> None:
    assert lived_in.run("subscriber", "export", OLA, tmp_path / "nowhere" / "x.zip").code == 2
    assert lived_in.run("subscriber", "export", "+4790000077", tmp_path).code == 1
    assert [it.name for it in tmp_path.iterdir() if it.suffix == ".zip" or it.name.startswith(".")] == []


def test_all_of_it_goes_when_that_is_meant_and_others_keep_theirs(lived_in: Site) -> None:
    assert lived_in.run("subscriber", "empty", OLA).code == 1
    assert len(lived_in.run("message", "list", OLA, "--json").json) == 1
    assert lived_in.run("subscriber", "empty", OLA, "--yes").code == 0
    shown = lived_in.run("subscriber", "show", OLA, "--json").json
    assert (shown["name"], shown["new"]) == ("", 0)
    assert len(lived_in.run("message", "list", KARI, "--json").json) == 1
