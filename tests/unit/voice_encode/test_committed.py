"""The sounds in the checkout are those of the catalogue, and small enough to be there."""

from __future__ import annotations

from pathlib import Path

import pytest

from personsvar.language.prompts import Catalogue
from personsvar.voice.encode.check import check
from personsvar.voice.encode.manifest import Manifest
from personsvar.voice.encode.prompt import Prompts, wanted
from personsvar.voice.encode.synthesis import ESPEAK_VOICES
from personsvar.voice.encode.wideband import wideband

PROMPTS = Path(__file__).parents[3] / "prompts"
MOST_BYTES = 12_000_000


@pytest.fixture(scope="module")
def prompts() -> Prompts:
    catalogue = Catalogue.load(PROMPTS / "catalogue")
    return wanted(catalogue, wideband(PROMPTS, catalogue))


def test_every_sound_is_current(prompts: Prompts) -> None:
    found = check(prompts, PROMPTS / "sounds")
    assert not found, f"{found}\nrun 'personsvar prompts build' and commit prompts/sounds"


def test_the_sounds_were_built_with_the_voices_that_anybody_has() -> None:
    voices = Manifest.load(PROMPTS / "sounds").voices
    assert voices == {language: voice.name for language, voice in ESPEAK_VOICES.items()}


def test_the_prompts_stay_small() -> None:
    size = sum(file.stat().st_size for file in PROMPTS.rglob("*") if file.is_file())
    assert size < MOST_BYTES, f"prompts/ is {size / 1e6:.1f} MB: shorten texts, or prompts/wideband.toml"
