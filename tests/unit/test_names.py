"""One name, one thing: classes, files and the words of the glossary."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = (ROOT / "docs/glossary.md").read_text("utf-8")
TOUR = (ROOT / "docs/tour.md").read_text("utf-8")
LAYERS_OF_A_SUBJECT = {"cli", "dialogue", "http", "intake", "language", "mailbox", "storage", "world.py"}
"""A subject has a file of its name on several of these: its command, page, route, rules and rows."""
TELLS_WHOSE = {"api", "commands", "grammar", "mime", "model", "outbox", "ports", "tables", "visual", "vvm"}
"""Folders whose name says what their files are of a subject: a verb's grammar, a value, a port."""


def _files(folder: str) -> list[Path]:
    return [
        file
        for file in sorted((ROOT / folder).rglob("*.py"))
        if not {"migrations", "node_modules"} & set(file.parts)
    ]


def _classes(folder: str) -> Iterator[tuple[str, str]]:
    for file in _files(folder):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef):
                yield node.name, file.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("folder", ["personsvar", "tests"])
def test_no_class_name_means_two_things(folder: str) -> None:
    homes = defaultdict(list)
    for name, file in _classes(folder):
        homes[name].append(file)
    assert {name: files for name, files in homes.items() if len(files) > 1} == {}


def test_no_two_files_have_a_name_that_does_not_say_whose_it_is() -> None:
    homes = defaultdict(list)
    for file in _files("personsvar"):
        *folders, name = file.relative_to(ROOT / "personsvar").parts
        if name != "__init__.py" and not TELLS_WHOSE & set(folders):
            homes[name].append(folders[0] if folders else name)
    unclear = {
        name: rooms
        for name, rooms in homes.items()
        if len(rooms) > len(set(rooms)) or (len(rooms) > 1 and not LAYERS_OF_A_SUBJECT.issuperset(rooms))
    }
    assert unclear == {}


def _rows() -> list[tuple[str, str]]:
    return re.findall(r"^\| `?([^|`]+?)`? \| [^|]+ \| `([^|`]+)`[^|]*\|$", GLOSSARY, re.MULTILINE)


def test_each_row_of_the_glossary_names_what_is_there() -> None:
    rows = _rows()
    assert len(rows) == len(re.findall(r"^\| (?!term|---)", GLOSSARY, re.MULTILINE)) > 0
    for word, where in rows:
        path, _, name = where.partition("::")
        target = ROOT / path
        assert target.exists(), f"{word}: {where}"
        if name:
            assert re.search(
                rf"^(?:(?:class|def|async def) )?{name}\b", target.read_text("utf-8"), re.MULTILINE
            ), word


def test_no_word_of_the_glossary_stands_there_twice() -> None:
    words = [word for word, _ in _rows()]
    assert [word for word, times in Counter(words).items() if times > 1] == []


def test_every_file_of_the_tour_is_there() -> None:
    paths = re.findall(r"`((?:personsvar|dialplan|tests|prompts|docs)/[^` ]*)`", TOUR)
    assert len(paths) > 30
    assert [path for path in paths if not (ROOT / path).exists()] == []
