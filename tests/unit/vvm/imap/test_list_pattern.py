"""Names of folders and the patterns of LIST."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personsvar.vvm.imap.list_pattern import decoded, encoded, listed
from tests.effort import grows_no_faster_than_its_input

FOLDERS = ("INBOX", "Trash", "Greetings")
PRINTABLE = st.text(st.characters(exclude_categories=("Cs", "Cc")))


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("INBOX", b"INBOX"),
        ("ære", b"&AOY-re"),
        ("A&B", b"A&-B"),
        ("~peter/台北", b"~peter/&U,BTFw-"),
        ("😀", b"&2D3eAA-"),
    ],
)
def test_modified_utf_7(name: str, written: bytes) -> None:
    assert encoded(name).encode("ascii") == written
    assert decoded(written) == name


@given(name=PRINTABLE)
def test_every_name_comes_back(name: str) -> None:
    assert decoded(encoded(name).encode("ascii")) == name


@pytest.mark.parametrize(
    ("reference", "pattern", "found"),
    [
        ("", "*", FOLDERS),
        ("", "%", FOLDERS),
        ("INBOX", "*", ("INBOX",)),
        ("", "inbox", ("INBOX",)),
        ("", "GREETINGS", ("Greetings",)),
        ("", "%r%s%", ("Trash", "Greetings")),
        ("", "Tr", ()),
        ("", "", ()),
        ("", "Trash/%", ()),
    ],
)
def test_what_a_pattern_finds(reference: str, pattern: str, found: tuple[str, ...]) -> None:
    assert tuple(listed(reference, pattern, FOLDERS)) == found


@given(
    pattern=st.text(st.sampled_from("ab/*%"), max_size=8),
    names=st.lists(st.text(st.sampled_from("ab/"), max_size=8), max_size=4),
)
def test_a_percent_sign_stays_on_its_level(pattern: str, names: list[str]) -> None:
    as_regex = re.compile(pattern.replace("*", ".*").replace("%", "[^/]*"))
    assert listed("", pattern, tuple(names)) == [name for name in names if as_regex.fullmatch(name)]


@pytest.mark.parametrize("signs", ["*g%", "%", "*", "%e*"])
def test_no_pattern_is_slow(signs: str) -> None:
    def found(pattern: str) -> None:
        assert listed("", pattern, FOLDERS) == []

    grows_no_faster_than_its_input(found, lambda size: signs * size + "y", 8000 // len(signs))
