"""What the local engine needs is looked for at start, and what is missing is told in a line."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from personsvar.gateways.transcripts import engine_files
from personsvar.gateways.transcripts.engine_files import NoLocalEngineError, check_local_engine


def refused(folder: Path) -> str:
    with pytest.raises(NoLocalEngineError) as raised:
        check_local_engine(folder)
    return str(raised.value)


def test_each_file_of_a_model_that_is_missing_is_named(tmp_path: Path) -> None:
    assert refused(tmp_path / "nowhere") == "there is no such folder"
    said = "of a model in CTranslate2's form, this is missing: "
    for name in ("config.json", "model.bin"):
        (tmp_path / name).write_bytes(b"something")
    assert refused(tmp_path) == f"{said}tokenizer.json, vocabulary.json or vocabulary.txt"
    (tmp_path / "vocabulary.txt").write_bytes(b"something")
    (tmp_path / "tokenizer.json").touch()
    assert refused(tmp_path) == f"{said}tokenizer.json"
    (tmp_path / "tokenizer.json").write_bytes(b"something")
    check_local_engine(tmp_path)


def test_without_the_extra_that_is_what_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(engine_files, "version", nowhere)
    assert refused(tmp_path) == "faster-whisper is not installed: pip install 'personsvar[speech]'"
