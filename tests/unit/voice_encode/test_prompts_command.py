"""`personsvar prompts build` and `check`, as typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from personsvar.cli.prompts import app
from tests.unit.voice_encode.conftest import SMALL

run = CliRunner().invoke


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "catalogue").mkdir()
    (tmp_path / "catalogue" / "small.toml").write_text(SMALL, encoding="utf-8")
    return tmp_path


def test_check_tells_what_is_missing_and_build_puts_it_right(folder: Path) -> None:
    where = ["--folder", str(folder)]
    before = run(app, ["check", *where])
    assert before.exit_code == 1
    assert "missing  nb/n5\n" in before.output
    assert "To put it right: personsvar prompts build" in before.output

    built = run(app, ["build", *where])
    assert built.exit_code == 0, built.output
    assert "10 built, 0 were current, 0 files removed." in built.output

    after = run(app, ["check", *where])
    assert after.exit_code == 0
    assert "10 sounds, all current." in after.output
    assert "0 built, 10 were current" in run(app, ["build", *where]).output


def test_a_piper_model_that_is_not_there_is_refused_before_anything_is_built(folder: Path) -> None:
    refused = run(app, ["build", "--folder", str(folder), "--piper-nb", str(folder / "voice.onnx")])
    assert refused.exit_code == 1
    assert "voice.onnx.json is missing" in refused.output
    assert not (folder / "sounds").exists()


def test_a_wrong_catalogue_is_told_in_one_line(folder: Path) -> None:
    (folder / "catalogue" / "small.toml").write_text('[n5]\nnb = "fem"\n')
    for command in ("build", "check"):
        refused = run(app, [command, "--folder", str(folder)])
        assert refused.exit_code == 1
        assert "[n5]: has no en" in refused.output


def test_a_manifest_that_can_not_be_read_or_written_is_told_in_one_line(folder: Path) -> None:
    manifest = folder / "sounds/manifest.toml"
    manifest.parent.mkdir()
    manifest.write_bytes(b"\xe5")
    told = run(app, ["check", "--folder", str(folder)])
    assert (told.exit_code, told.output.count("\n")) == (1, 1)
    assert "manifest.toml: is not text in UTF-8 (personsvar prompts build --force)" in told.output
    manifest.unlink()
    manifest.mkdir()
    for command in ("check", "build"):
        told = run(app, [command, "--folder", str(folder)])
        assert told.exit_code == 1
        assert told.output.splitlines()[-1] == f"{manifest}: Is a directory"
    forced = run(app, ["build", "--force", "--folder", str(folder)])
    assert forced.exit_code == 1
    assert "Is a directory" in forced.output


def test_what_could_not_be_built_is_listed_and_the_command_fails(folder: Path) -> None:
    (folder / "catalogue" / "more.toml").write_text('[dots]\nnb = "…"\nen = "dots"\n', encoding="utf-8")
    refused = run(app, ["build", "--folder", str(folder)])
    assert refused.exit_code == 1
    assert "11 built" in refused.output
    assert "1 could not be built:" in refused.output
    assert "nb/dots: espeak-ng nb" in refused.output
