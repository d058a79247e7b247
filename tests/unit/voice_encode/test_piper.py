"""A Piper voice that is not what it should be is refused before anything is built."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from personsvar.voice.encode.piper import Piper
from personsvar.voice.encode.synthesis import SynthesisError

DESCRIPTION = json.dumps({"audio": {"sample_rate": 22050}})


def test_a_model_without_its_description_is_refused(tmp_path: Path) -> None:
    (tmp_path / "voice.onnx").write_bytes(b"model")
    with pytest.raises(SynthesisError, match=r"voice\.onnx\.json is missing"):
        Piper.load(tmp_path / "voice.onnx")


@pytest.mark.parametrize(
    "description", ["", "{", "[]", "{}", '{"audio": 1}', '{"audio": {"sample_rate": "fast"}}', "\x00"]
)
def test_a_broken_description_is_refused(tmp_path: Path, description: str) -> None:
    (tmp_path / "voice.onnx").write_bytes(b"model")
    (tmp_path / "voice.onnx.json").write_text(description)
    with pytest.raises(SynthesisError, match="describes no Piper model"):
        Piper.load(tmp_path / "voice.onnx")


@pytest.mark.parametrize("name", [".", "/", "x" * 300])
def test_what_can_be_no_model_s_name_is_refused(name: str) -> None:
    with pytest.raises(SynthesisError, match=r"is missing|File name too long"):
        Piper.load(Path(name))


def test_a_missing_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "voice.onnx.json").write_text(DESCRIPTION)
    with pytest.raises(SynthesisError, match=r"the Piper model can't be read: \S*voice\.onnx: No such file"):
        Piper.load(tmp_path / "voice.onnx")


def test_a_broken_model_is_refused_with_or_without_piper(tmp_path: Path) -> None:
    (tmp_path / "voice.onnx").write_bytes(b"no model at all")
    (tmp_path / "voice.onnx.json").write_text(DESCRIPTION)
    refusals = f"{re.escape(str(tmp_path / 'voice.onnx'))} is no working Piper model|Piper is not installed"
    with pytest.raises(SynthesisError, match=refusals):
        Piper.load(tmp_path / "voice.onnx")
