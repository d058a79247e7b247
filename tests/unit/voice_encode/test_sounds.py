"""Sounds that were really built, judged by what is heard."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from personsvar.language.prompts import LANGUAGES, Language, PromptId
from personsvar.voice.encode.level import TARGET_DBFS, active_level
from personsvar.voice.encode.prompt import Prompts
from tests.unit.voice_encode.ear import heard, peak_dbfs, silence_after, silence_before

SPOKEN = [PromptId("n5"), PromptId("n5-final"), PromptId("message-stored")]
every_language = pytest.mark.parametrize("language", LANGUAGES)
every_spoken = pytest.mark.parametrize("prompt", SPOKEN)


@every_language
@every_spoken
def test_a_prompt_begins_at_once(built: tuple[Prompts, Path], prompt: PromptId, language: Language) -> None:
    prompts, sounds = built
    for file in prompts[language, prompt].files(sounds):
        assert silence_before(file) < 0.020, file


@every_language
@every_spoken
def test_every_prompt_is_as_loud_as_the_others(
    built: tuple[Prompts, Path], prompt: PromptId, language: Language
) -> None:
    prompts, sounds = built
    for file in prompts[language, prompt].files(sounds):
        assert active_level(*heard(file)) == pytest.approx(TARGET_DBFS, abs=1.5), file
        assert peak_dbfs(file) < -1, file


@every_language
def test_the_two_forms_are_equally_long(built: tuple[Prompts, Path], language: Language) -> None:
    prompts, sounds = built
    for prompt in ("n5", "message-stored", "tone", "pause"):
        alaw, g722 = prompts[language, PromptId(prompt)].files(sounds)
        assert abs(alaw.stat().st_size - g722.stat().st_size) <= 8


@every_language
def test_a_part_joins_the_next_at_once_and_a_sentence_leaves_a_breath(
    built: tuple[Prompts, Path], language: Language
) -> None:
    _, sounds = built
    assert silence_after(sounds / language / "n5.alaw") < 0.08
    assert 0.09 < silence_after(sounds / language / "n5-final.alaw") < 0.25


@every_language
def test_no_pause_inside_a_prompt_drags(built: tuple[Prompts, Path], language: Language) -> None:
    _, sounds = built
    samples, rate = heard(sounds / language / "message-stored.alaw")
    loud = np.flatnonzero(np.abs(samples) > 10 ** (-40 / 20))
    assert 0.1 < float(np.diff(loud).max()) / rate < 0.25


def test_a_prompt_that_is_not_wideband_is_a_law_alone(built: tuple[Prompts, Path]) -> None:
    _, sounds = built
    assert (sounds / "nb" / "n5-final.alaw").exists()
    assert not (sounds / "nb" / "n5-final.g722").exists()


def test_the_tone_is_a_thousand_hertz_for_four_tenths_of_a_second(built: tuple[Prompts, Path]) -> None:
    _, sounds = built
    for suffix in (".alaw", ".g722"):
        samples, rate = heard(sounds / "nb" / f"tone{suffix}")
        assert samples.size / rate == pytest.approx(0.4, abs=0.002)
        spectrum = np.abs(np.fft.rfft(samples))
        assert np.fft.rfftfreq(samples.size, 1 / rate)[spectrum.argmax()] == pytest.approx(1000, abs=3)


def test_the_pause_is_silent(built: tuple[Prompts, Path]) -> None:
    _, sounds = built
    samples, rate = heard(sounds / "en" / "pause.alaw")
    assert samples.size / rate == pytest.approx(0.2, abs=0.002)
    assert np.abs(samples).max() < 0.001
