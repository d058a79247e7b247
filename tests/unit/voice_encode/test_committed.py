"""The sounds in the checkout are those of the catalogue, and small enough to be there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from personsvar.language.prompts import Catalogue
from personsvar.voice.encode.check import check
from personsvar.voice.encode.level import TARGET_DBFS, Samples, active_level
from personsvar.voice.encode.manifest import Manifest
from personsvar.voice.encode.prompt import Prompts, wanted
from personsvar.voice.encode.synthesis import ESPEAK_VOICES
from personsvar.voice.encode.wideband import wideband
from tests.unit.voice_encode.ear import decoded

PROMPTS = Path(__file__).parents[3] / "prompts"
MOST_BYTES = 16_000_000


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


@pytest.fixture(scope="module")
def speech(prompts: Prompts) -> dict[str, Samples]:
    """Every spoken prompt as A-law sounds, by language and name; decoded in one go."""
    files = [p.files(PROMPTS / "sounds")[0] for p in prompts.values() if p.tone is None]
    everything = decoded(b"".join(file.read_bytes() for file in files), ".alaw")
    ends = np.cumsum([file.stat().st_size for file in files])
    parts = np.split(everything, ends[:-1])
    return {f"{file.parent.name}/{file.stem}": part for file, part in zip(files, parts, strict=True)}


def test_every_sound_begins_at_once(speech: dict[str, Samples]) -> None:
    """-45 dBFS is 26 dB under speech: an English th lies between that and speech."""
    starts = {
        name: np.flatnonzero(np.abs(heard) > 10 ** (-45 / 20))[:1] / 8000 for name, heard in speech.items()
    }
    assert len(starts) > 700
    assert {name: start for name, start in starts.items() if not start.size or start[0] > 0.020} == {}


def test_every_sound_is_as_loud_as_the_others_and_none_is_clipped(speech: dict[str, Samples]) -> None:
    levels = {name: active_level(heard, 8000) for name, heard in speech.items()}
    assert {name: level for name, level in levels.items() if abs(level - TARGET_DBFS) > 1.5} == {}
    peaks = {name: float(np.abs(heard).max()) for name, heard in speech.items()}
    assert {name: peak for name, peak in peaks.items() if peak > 0.9} == {}


def test_no_sound_is_longer_than_its_text_or_cut_short(prompts: Prompts, speech: dict[str, Samples]) -> None:
    """Between 8 and 30 letters a second, the shortest words (and `oh`) a little outside."""
    texts = {f"{p.language}/{p.id}": p.spoken for p in prompts.values()}
    pace = {
        name: len(texts[name]) / (heard.size / 8000)
        for name, heard in speech.items()
        if len(texts[name]) > 12
    }
    assert len(pace) > 300
    assert {name: letters for name, letters in pace.items() if not 8 < letters < 30} == {}
