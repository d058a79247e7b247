"""What is built when: only what changed, the same every time, and never half."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from personsvar.voice.encode.check import check
from personsvar.voice.encode.manifest import FILE, Manifest, ManifestError
from personsvar.voice.encode.prompt import Prompts
from personsvar.voice.encode.synthesis import ESPEAK_VOICES, Espeak
from tests.unit.voice_encode.conftest import SMALL, build_quietly, prompts_of


@pytest.fixture
def copy(built: tuple[Prompts, Path], tmp_path: Path) -> tuple[Prompts, Path]:
    """The built sounds, to be spoiled."""
    prompts, sounds = built
    shutil.copytree(sounds, tmp_path / "sounds")
    return prompts, tmp_path / "sounds"


def contents(sounds: Path) -> dict[str, bytes]:
    return {str(file.relative_to(sounds)): file.read_bytes() for file in sounds.rglob("*") if file.is_file()}


def test_building_again_makes_the_same_bytes(copy: tuple[Prompts, Path]) -> None:
    prompts, sounds = copy
    before = contents(sounds)
    assert build_quietly(prompts, sounds, force=True).built == 10
    assert contents(sounds) == before


def test_nothing_is_built_when_nothing_changed(copy: tuple[Prompts, Path]) -> None:
    prompts, sounds = copy
    before = {file: file.stat().st_mtime_ns for file in sounds.rglob("*.*") if file.name != FILE}
    result = build_quietly(prompts, sounds)
    assert (result.built, result.kept, result.removed) == (0, 10, 0)
    assert {file: file.stat().st_mtime_ns for file in before} == before


def test_a_new_text_makes_its_own_sound_stale_and_no_other(
    copy: tuple[Prompts, Path], tmp_path: Path
) -> None:
    _, sounds = copy
    old = contents(sounds)
    changed = prompts_of(tmp_path / "new", SMALL.replace('nb = "fem"', 'nb = "femti"'))
    assert check(changed, sounds).stale == ["nb/n5"]
    assert build_quietly(changed, sounds).built == 1
    new = contents(sounds)
    assert {name for name in new if new[name] != old[name]} == {"nb/n5.alaw", "nb/n5.g722", FILE}
    assert not check(changed, sounds)


def test_another_voice_makes_its_language_stale(copy: tuple[Prompts, Path]) -> None:
    prompts, sounds = copy
    slower = {**ESPEAK_VOICES, "en": Espeak("en-gb", words_per_minute=140)}
    result = build_quietly(prompts, sounds, voices=slower)
    assert (result.built, result.kept) == (3, 7)
    assert Manifest.load(sounds).voices["en"] == "espeak-ng en-gb, 140 words a minute, pitch 42"
    assert not check(prompts, sounds)


def test_a_prompt_taken_out_of_the_catalogue_loses_its_sounds(
    copy: tuple[Prompts, Path], tmp_path: Path
) -> None:
    _, sounds = copy
    fewer = prompts_of(tmp_path / "new", SMALL.split("[tone]")[0])
    assert set(check(fewer, sounds).unwanted) == {
        f"{language}/{name}{suffix}"
        for language in ("nb", "en")
        for name in ("tone", "pause")
        for suffix in (".alaw", ".g722")
    }
    assert build_quietly(fewer, sounds).removed == 8
    assert not (sounds / "nb" / "tone.alaw").exists()
    assert not check(fewer, sounds)


@pytest.mark.parametrize(
    ("name", "spoiled", "fault"),
    [
        ("nb/n5.alaw", b"", "nb/n5: empty"),
        ("nb/n5.g722", b"\x00" * 100, "nb/n5: empty"),
        ("nb/n5.alaw", b"\x2a" * 900, "nb/n5: its two forms differ in length"),
        ("en/n5-final.alaw", b"\xd5" * 4000, "en/n5-final: silent"),
        ("en/n5-final.alaw", b"RIFF" + b"\x2a" * 4000, "en/n5-final: has a header"),
    ],
)
def test_a_broken_sound_is_found_and_built_again(
    copy: tuple[Prompts, Path], name: str, spoiled: bytes, fault: str
) -> None:
    prompts, sounds = copy
    before = (sounds / name).read_bytes()
    (sounds / name).write_bytes(spoiled)
    assert check(prompts, sounds).broken == [fault]
    assert build_quietly(prompts, sounds).built == 1
    assert (sounds / name).read_bytes() == before


def test_a_missing_sound_is_found_and_built_again(copy: tuple[Prompts, Path]) -> None:
    prompts, sounds = copy
    (sounds / "en" / "tone.g722").unlink()
    assert check(prompts, sounds).missing == ["en/tone"]
    assert build_quietly(prompts, sounds).built == 1
    assert not check(prompts, sounds)


def test_what_cannot_be_read_is_told_and_the_rest_is_built(tmp_path: Path) -> None:
    prompts = prompts_of(tmp_path / "catalogue")
    sounds = tmp_path / "sounds"
    unknown = {**ESPEAK_VOICES, "nb": Espeak("xx-nobody", words_per_minute=180)}
    result = build_quietly(prompts, sounds, voices=unknown)
    assert set(result.failed) == {"nb/n5", "nb/n5-final", "nb/message-stored"}
    assert "espeak-ng xx-nobody" in result.failed["nb/n5"]
    assert result.built == 7
    assert check(prompts, sounds).missing == ["nb/message-stored", "nb/n5", "nb/n5-final"]


def test_a_text_that_is_read_as_silence_is_told(tmp_path: Path) -> None:
    prompts = prompts_of(tmp_path / "catalogue", '[dots]\nnb = "…"\nen = "dots"\n')
    result = build_quietly(prompts, tmp_path / "sounds")
    assert result.failed == {"nb/dots": f"{ESPEAK_VOICES['nb'].name} read '…' as silence"}


def test_a_tone_nobody_can_make_is_told(tmp_path: Path) -> None:
    prompts = prompts_of(tmp_path / "catalogue", '[tone]\nnb = "a"\nen = "b"\ntone = "loud"\n')
    result = build_quietly(prompts, tmp_path / "sounds")
    assert set(result.failed) == {"nb/tone", "en/tone"}
    assert 'write it as "1000 Hz 400 ms"' in result.failed["nb/tone"]


def test_a_machine_without_the_programs_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prompts = prompts_of(tmp_path / "catalogue")
    monkeypatch.setenv("PATH", str(tmp_path))
    result = build_quietly(prompts, tmp_path / "sounds")
    assert result.failed["nb/n5"] == "espeak-ng is not installed: apt install espeak-ng"
    assert result.failed["nb/tone"] == "ffmpeg is not installed: apt install ffmpeg"
    assert not list((tmp_path / "sounds").rglob("*.alaw"))


def test_half_made_sounds_of_a_killed_build_are_swept_away(copy: tuple[Prompts, Path]) -> None:
    prompts, sounds = copy
    half = sounds / "nb" / ".new-killed"
    half.mkdir()
    (half / "n5.alaw").write_bytes(b"\x2a")
    assert not check(prompts, sounds)
    build_quietly(prompts, sounds)
    assert not half.exists()


def test_a_manifest_that_cannot_be_read_is_made_anew_when_forced(copy: tuple[Prompts, Path]) -> None:
    prompts, sounds = copy
    good = (sounds / FILE).read_bytes()
    (sounds / FILE).write_text("[nb\n")
    with pytest.raises(ManifestError, match="--force"):
        build_quietly(prompts, sounds)
    build_quietly(prompts, sounds, force=True)
    assert (sounds / FILE).read_bytes() == good


def test_a_manifest_that_can_not_be_written_is_told_by_its_own_name(tmp_path: Path) -> None:
    """Not by what it is called until it is whole."""
    (tmp_path / f".{FILE}.new").mkdir()
    with pytest.raises(ManifestError, match=f"^{tmp_path / FILE}: Is a directory$"):
        Manifest({}, {}).save(tmp_path)


def test_the_manifest_reads_as_it_was_written(copy: tuple[Prompts, Path]) -> None:
    _, sounds = copy
    manifest = Manifest.load(sounds)
    assert len(manifest.marks) == 10
    assert manifest.text() == (sounds / FILE).read_text(encoding="utf-8")
