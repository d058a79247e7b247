"""docs/operations.md is held to the program: commands, settings, figures, links."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from personsvar.cli import carry_out
from personsvar.settings.all_settings import Settings
from personsvar.settings.group import variable
from tests.figures import documented

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/operations.md").read_text("utf-8")
LOG_LINES = (ROOT / "docs/log-lines.md").read_text("utf-8")
PROCESSES = ("ivr", "notifier", "visual", "transcriber")
DOCKER = "".join((ROOT / file).read_text("utf-8") for file in ("docker-compose.yml", "docker/build"))
OF_DOCKER = set(re.findall(r"\$\{?(PERSONSVAR_[A-Z0-9_]+)", DOCKER))
"""Read by compose, and where the images are built."""
COPIES = re.compile(r" > \S+|\.backup |\bpg_dump -U| -cf - ")
"""In a shell's commands: what makes a file of the database or the secrets."""


def test_every_command_exists() -> None:
    commands = set(re.findall(r"personsvar ([a-z]+) ([a-z]+(?:-[a-z]+)*)", PAGE + LOG_LINES))
    nouns = {"subscriber", "notice", "spool", "db", "visual", "retention", "message", "key"}
    asked = {(noun, verb) for noun, verb in commands if noun in nouns}
    assert len(asked) > 8
    for noun, verb in asked:
        assert carry_out([noun, verb, "--help"]) == 0, (noun, verb)
    for verb in re.findall(r"--rm migrate db ([a-z]+)", PAGE):
        assert carry_out(["db", verb, "--help"]) == 0, verb


def test_every_command_that_writes_a_copy_writes_it_for_its_owner_alone() -> None:
    """A shell's own umask lets everybody read; the database itself is 0600."""
    in_text = [code for line in PAGE.splitlines() for code in line.split("`")[1::2]]
    typed = [*re.findall(r"^ {4}(\S.*)$", PAGE, re.MULTILINE), *in_text]
    writing = [command for command in typed if COPIES.search(command)]
    assert len(writing) >= 5
    assert [command for command in writing if not command.startswith("umask 077; ")] == []


def test_every_setting_exists() -> None:
    known = {variable(name) for name in Settings.model_fields}
    known |= {f"{name}_FILE" for name in known} | OF_DOCKER
    assert set(re.findall(r"PERSONSVAR_[A-Z0-9_]*[A-Z0-9]", PAGE + LOG_LINES)) - known == set()


def test_every_figure_that_is_spoken_of_stands_in_the_table() -> None:
    told = {name for process in PROCESSES for name in documented(process)}
    histogram = {f"personsvar_notice_seconds_{part}" for part in ("bucket", "sum", "count")}
    spoken_of = set(re.findall(r"\bpersonsvar_[a-z_]*[a-z]", PAGE + LOG_LINES))
    assert spoken_of <= told | histogram
    assert told <= spoken_of


@pytest.mark.parametrize("page", ["operations.md", "backup.md", "log-lines.md", "security.md"])
def test_every_link_leads_somewhere(page: str) -> None:
    text = (ROOT / "docs" / page).read_text("utf-8")
    for file, anchor in re.findall(r"\]\(([a-z./-]*?)(?:#([a-z-]+))?\)", text):
        target = ROOT / "docs" / (file or page)
        assert target.name == "docker-compose.yml" or target.exists(), file
        if anchor:
            assert anchor in _anchors(target), f"{file}#{anchor}"


def _anchors(file: Path) -> set[str]:
    heads = re.findall(r"^#+ (.*)$", file.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^a-z0-9 -]", "", head.lower()).replace(" ", "-") for head in heads}
