"""docs/log-lines.md is held to the program: every line there is, and none other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/log-lines.md").read_text("utf-8")
LEVELS = {
    "info": "info",
    "warning": "warning",
    "error": "error",
    "exception": "error",
    "critical": "critical",
    "log": "warning",
}
TERMINAL = ROOT / "personsvar/telephony/terminal.py"
"""`personsvar phone`: its user sees it."""
Line = tuple[str, str]
"""Level and event."""


def test_every_line_of_the_program_stands_there_and_none_other() -> None:
    said = {line for file in _files() for line in _lines(file)}
    assert len(said) > 70
    assert set(_documented()) == said


def test_each_stands_there_once_with_what_it_means_and_what_to_do() -> None:
    rows = _rows()
    assert len({(level, event) for level, event, _, _ in rows}) == len(rows)
    for level, event, means, do in rows:
        assert means.strip(), (level, event)
        assert do.strip(), (level, event)


def _documented() -> list[Line]:
    return [(level, event) for level, event, _, _ in _rows()]


def _rows() -> list[tuple[str, str, str, str]]:
    row = re.compile(
        r"^\| (info|warning|error|critical) \| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE
    )
    found = row.findall(PAGE)
    assert len(found) == len(re.findall(r"^\| (?:info|warning|error|critical) \|", PAGE, re.MULTILINE))
    return found


def _files() -> list[Path]:
    return [file for file in sorted((ROOT / "personsvar").rglob("*.py")) if file != TERMINAL]


def _lines(file: Path) -> Iterator[Line]:
    tree = ast.parse(file.read_text("utf-8"))
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name("log"), attr=how), args=args) if how in LEVELS:
                yield from ((LEVELS[how], event) for event in _events(args[how == "log"], tree))
            case ast.Constant(str(text)) if said := re.search(r'level=(\w+) .*event="([^"]+)"', text):
                if said[1] in LEVELS:  # written by hand, by the watchdog's own process
                    yield said[1], said[2]


def _events(message: ast.expr, tree: ast.Module) -> Iterator[str]:
    match message:
        case ast.Constant(str(text)):
            yield re.sub(r"%[sd]", "…", text)
        case ast.IfExp(body=one, orelse=other):
            yield from _events(one, tree)
            yield from _events(other, tree)
        case ast.Name(name):
            constants = (it for it in tree.body if isinstance(it, ast.Assign))
            (value,) = (it.value for it in constants if ast.unparse(it.targets[0]) == name)
            yield from _events(value, tree)
        case _:
            raise AssertionError(f"what is said is not to be read: {ast.unparse(message)}")
