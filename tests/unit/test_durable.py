"""Files whole or not at all: what the kernel takes in parts is written to its end."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from personsvar import durable


def test_a_disk_that_takes_a_little_at_a_time_is_given_all_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """write(2) may take less than it is given: a signal came, or the disk was just about full."""
    write = os.write
    monkeypatch.setattr(os, "write", lambda opened, content: write(opened, content[:7]))
    durable.write(tmp_path / "secret", b"nothing of it is missing")
    assert (tmp_path / "secret").read_bytes() == b"nothing of it is missing"


def test_nothing_is_a_file_of_nothing(tmp_path: Path) -> None:
    durable.write(tmp_path / "empty", b"")
    assert (tmp_path / "empty").read_bytes() == b""


def test_what_the_disk_refuses_is_told_of_the_file_and_leaves_the_one_there_was(tmp_path: Path) -> None:
    durable.write(tmp_path / "secret", b"old")
    (tmp_path / f".secret.{os.getpid()}").mkdir()  # in the way of the half
    with pytest.raises(OSError, match="secret'"):
        durable.write(tmp_path / "secret", b"new")
    assert (tmp_path / "secret").read_bytes() == b"old"
