"""README.md is held to what there is: packages, commands, rooms, documents."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from personsvar.cli import carry_out
from personsvar.cli.demo import DEMO

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def table(head: str) -> str:
    """Its first column."""
    rows = README.split(f"\n| {head} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return "\n".join(re.split(r" (?<!\\)\| ", row.removeprefix("| "))[0] for row in rows)


def test_every_package_stands_there_with_why_it_is_there() -> None:
    file = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    project = file["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    groups += file["dependency-groups"].values()
    names = {re.split(r"[^a-z0-9-]", package)[0] for group in groups for package in group}
    assert set(re.split(r", |\n", table("package"))) == names


def test_the_newcomers_example_shows_a_pin_being_made_and_says_what_sounds_are_without_gateways() -> None:
    (own,) = re.findall(r"^personsvar phone --from (\d+) +# your own mailbox", README, re.MULTILINE)
    assert {number: details.pin for number, details in DEMO}[f"+47{own}"] is None
    assert re.search(r"Recordings are\s+WAV there", README)


def test_a_reader_of_english_is_told_what_a_stemmesignatur_is_and_which_settings_commands_need() -> None:
    for page in (README, (ROOT / "docs/manual.md").read_text("utf-8")):
        first = page[page.index("stemmesignatur") - 40 :]
        assert "voice signature" in " ".join(first[:100].split())
    before = README.split("## By hand", 1)[1].split("\n| command |", 1)[0]
    assert "with the same `PERSONSVAR_…` environment" in " ".join(before.split())


def test_its_pictures_are_there_small_and_told_in_words() -> None:
    pictures = re.findall(r'<img src="(docs/[^"]+)"[^>]* alt="([^"]+)">', README)
    assert len(pictures) == README.count("<img ") == 2
    for name, words in pictures:
        content = (ROOT / name).read_bytes()
        assert content[8:12] == b"WEBP"
        assert len(content) < 100_000
        assert len(words) > 20


def test_every_debian_package_stands_there() -> None:
    script = (ROOT / ".ci/packages").read_text("utf-8")
    named = set(re.findall(r"^ +need ([a-z0-9.-]+)", script, re.MULTILINE)) - {"debootstrap"}
    assert named <= set(re.split(r", |\n", table("of the system (Debian)")))


def test_every_command_stands_there_and_those_that_do_exist(capsys: pytest.CaptureFixture[str]) -> None:
    assert carry_out(["--help"]) == 0
    listed = capsys.readouterr().out.split("Commands:", 1)[1]
    commands = set(re.findall(r"^  ([a-z]+) ", listed, re.MULTILINE))
    named = set(re.findall(r"(?:personsvar |, `)([a-z]+)", README))
    assert commands - {"agi"} <= named
    for command in re.findall(r"`personsvar ([a-z]+) ([a-z]+)", table("command")):
        assert carry_out([*command, "--help"]) == 0, command


def test_every_document_stands_there_and_the_rooms_that_do_exist() -> None:
    pages = {path.name for path in (ROOT / "docs").glob("*.md")}
    assert {page for page in pages if f"(docs/{page})" not in README} == set()
    rooms = re.findall(r"`([a-z_/]+/)`", table("room"))
    assert len(rooms) > 5
    assert [room for room in rooms if not (ROOT / room).is_dir() and not list(ROOT.glob(f"*/{room}"))] == []
