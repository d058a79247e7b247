"""`personsvar names …`: the operator's list and subscribers' own, by hand and from files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.conftest import OLA, Site

CALLER = "+4790000099"


@pytest.fixture
def ola(site: Site) -> Site:
    site.run("subscriber", "add", OLA)
    return site


@pytest.mark.parametrize("of", [(), ("--of", OLA)], ids=["operator's", "own"])
def test_names_are_set_imported_listed_and_removed(ola: Site, tmp_path: Path, of: tuple[str, ...]) -> None:
    ran = ola.run("names", "set", "900 00 099", "Kari Nordmann", *of)
    assert (ran.code, ran.out) == (0, f"{CALLER} is called Kari Nordmann.\n")
    file = tmp_path / "names.csv"
    file.write_text("number,name\n90000098,Per\n1881,Directory\n", "utf-8")
    ran = ola.run("names", "import", file, *of)
    assert (ran.code, ran.out) == (0, "1 names are in the list.\n")
    assert "1 entries have no number or no name" in ran.err
    assert ola.run("names", "list", *of, "--json").json == [
        {"number": "+4790000098", "name": "Per"},
        {"number": CALLER, "name": "Kari Nordmann"},
    ]
    assert "Kari Nordmann" in ola.run("names", "list", *of).out
    assert ola.run("names", "remove", CALLER, *of).code == 0
    assert ola.run("names", "remove", CALLER, *of).code == 1
    assert ola.run("names", "clear", *of).code == 1
    assert ola.run("names", "clear", *of, "--yes").out == "1 names are gone.\n"
    assert ola.run("names", "list", *of, "--json").json == []


def test_what_can_not_be_done_is_told(ola: Site, tmp_path: Path) -> None:
    for words in (
        ("import", tmp_path / "nowhere.csv"),
        ("set", "x", "Kari"),
        ("set", CALLER, ""),
        ("list", "--of", "+4790000077"),
    ):
        ran = ola.run("names", *words)
        assert ran.code == 1, words
        assert ran.err.startswith("personsvar: ")
    secret = tmp_path / "secret.csv"
    secret.write_text("pin 4711\n", "utf-8")
    assert "4711" not in ola.run("names", "import", secret).err
