"""docs/security.md is held to the program: a row a threat, and every test and every setting it names."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from personsvar.settings.all_settings import Settings
from personsvar.settings.group import variable

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/security.md").read_text("utf-8")
THREATS = PAGE.partition("\n## Threats\n")[2]
DOCKER = (ROOT / "docker-compose.yml").read_text("utf-8")


def rows() -> list[list[str]]:
    """Of all the tables of threats: what, who, defence, test."""
    lines = [line for line in THREATS.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return [row for row in cells if row[0] != "what" and not row[0].startswith("---")]


def test_a_row_is_a_threat_with_who_what_stands_against_it_and_a_test() -> None:
    assert len(rows()) > 10
    for row in rows():
        assert len(row) == 4, row
        assert all(row), row
        assert named_in(row[3]), row[0]


def test_every_test_it_names_exists() -> None:
    named = [test for row in rows() for test in named_in(row[3])]
    assert named
    for path, name in named:
        assert name in functions(ROOT / path), f"{path}::{name}"


def test_what_stands_in_the_last_column_is_tests_and_nothing_else() -> None:
    for row in rows():
        assert ", ".join(f"`{path}::{name}`" for path, name in named_in(row[3])) == row[3], row[0]


def test_every_setting_it_names_exists() -> None:
    known = {variable(name) for name in Settings.model_fields}
    known |= {f"{name}_FILE" for name in known} | set(re.findall(r"\$\{(PERSONSVAR_[A-Z0-9_]+)", DOCKER))
    named = set(re.findall(r"PERSONSVAR_[A-Z0-9_]*[A-Z0-9]", PAGE))
    assert len(named) > 3
    assert named - known == set()


def named_in(cell: str) -> list[tuple[str, str]]:
    return re.findall(r"`(tests/[a-z0-9_/]+\.py)::(test_\w+)`", cell)


@cache
def functions(file: Path) -> frozenset[str]:
    if not file.exists():
        return frozenset()
    tree = ast.parse(file.read_text("utf-8"))
    return frozenset(
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
