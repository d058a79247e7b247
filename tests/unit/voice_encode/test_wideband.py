"""The list of prompts that are built as G.722 too."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from personsvar.language.prompts import Catalogue, CatalogueError
from personsvar.voice.encode.wideband import wideband


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    (tmp_path / "a.toml").write_text(
        "".join(f'[{name}]\nnb = "a"\nen = "b"\n' for name in ("n1", "n1-final", "n10", "help"))
    )
    return Catalogue.load(tmp_path)


def test_without_a_list_every_prompt_is(catalogue: Catalogue, tmp_path: Path) -> None:
    assert wideband(tmp_path / "nowhere", catalogue) == set(catalogue.ids())


def test_a_star_stands_for_anything(catalogue: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "wideband.toml").write_text('prompts = ["n1*"]')
    assert wideband(tmp_path, catalogue) == {"n1", "n1-final", "n10"}


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ('prompts = ["n1", "nothing-*"]', "no prompt is called 'nothing-*'"),
        ("prompts = 3", "has no list of names"),
        ("", "has no list of names"),
        ("prompts = [", "wideband.toml"),
    ],
)
def test_a_wrong_list_says_why(catalogue: Catalogue, tmp_path: Path, content: str, fault: str) -> None:
    (tmp_path / "wideband.toml").write_text(content)
    with pytest.raises(CatalogueError, match=re.escape(fault)):
        wideband(tmp_path, catalogue)


def test_a_list_that_can_not_be_read_is_told(catalogue: Catalogue, tmp_path: Path) -> None:
    list_ = tmp_path / "wideband.toml"
    list_.write_bytes(b"\xe5")
    with pytest.raises(CatalogueError, match="is not text in UTF-8"):
        wideband(tmp_path, catalogue)
    list_.unlink()
    list_.mkdir()
    with pytest.raises(CatalogueError, match=r"wideband\.toml: Is a directory"):
        wideband(tmp_path, catalogue)
