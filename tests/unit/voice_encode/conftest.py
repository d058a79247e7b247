"""A small catalogue, built for real with espeak-ng and ffmpeg."""

from __future__ import annotations

from pathlib import Path

import pytest

from personsvar.language.prompts import Catalogue, PromptId
from personsvar.voice.encode.build import Built, build
from personsvar.voice.encode.prompt import Prompts, wanted
from personsvar.voice.encode.synthesis import ESPEAK_VOICES, Voices

SMALL = """
[n5]
nb = "fem"
en = "five"

[n5-final]
nb = "fem."
en = "five."

[message-stored]
nb = "Beskjeden er lagret. Tast 1 for å høre den, eller legg på."
en = "Your message is stored. Press 1 to hear it, or hang up."

[tone]
nb = "(pipetone)"
en = "(tone)"
tone = "1000 Hz 400 ms"

[pause]
nb = ","
en = ","
tone = "0 Hz 200 ms"
"""
NARROW = PromptId("n5-final")


def prompts_of(folder: Path, content: str = SMALL) -> Prompts:
    """The catalogue with this content; all but one prompt wideband."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "small.toml").write_text(content, encoding="utf-8")
    catalogue = Catalogue.load(folder)
    return wanted(catalogue, set(catalogue.ids()) - {NARROW})


def build_quietly(
    prompts: Prompts, sounds: Path, *, voices: Voices = ESPEAK_VOICES, force: bool = False
) -> Built:
    return build(prompts, voices, sounds, progress=lambda _done, _of: None, force=force)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Prompts, Path]:
    """Built once and only looked at."""
    folder = tmp_path_factory.mktemp("prompts")
    prompts, sounds = prompts_of(folder / "catalogue"), folder / "sounds"
    result = build_quietly(prompts, sounds)
    assert result.failed == {}
    assert result.built == len(prompts) == 10
    return prompts, sounds
