"""The test phone's own codec and ear: what the tests on a real switch rely on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.real.g711 import decode, encode
from tests.real.heard import Heard, PromptSounds, sweep_second
from tests.real.line import Frame
from tests.real.rtp import Packet, key_event, pack, unpack
from tests.real.signals import dbfs_of, hiss, silence, speech, sweep


def frames(sound: bytes, *, start: float = 100.0, step: float = 0.02) -> list[Frame]:
    return [Frame(start + n * step, sound[n * 160 : n * 160 + 160]) for n in range(len(sound) // 160)]


def test_every_a_law_byte_comes_back() -> None:
    every = bytes(range(256))
    assert encode(decode(every)) == every


@pytest.mark.parametrize(
    ("byte", "sample"), [(0xD5, 8), (0x55, -8), (0xAA, 32256), (0x2A, -32256), (0x80, 5504), (0x00, -5504)]
)
def test_a_law_is_that_of_the_recommendation(byte: int, sample: int) -> None:
    assert decode(bytes([byte]))[0] == sample


@pytest.mark.parametrize("second", [0.0, 1.0, 7.5, 31.4, 66.0])
def test_the_sweep_tells_its_second(second: float) -> None:
    heard = sweep_second(decode(sweep(0.1, start_seconds=second)))
    assert heard == pytest.approx(second, abs=0.03)


@pytest.mark.parametrize("sound", [silence(0.1), hiss(0.1, dbfs=-20), hiss(0.1, dbfs=-70)])
def test_what_is_no_tone_has_no_second(sound: bytes) -> None:
    assert sweep_second(decode(sound)) is None


@pytest.mark.parametrize("dbfs", [-20.0, -50.0, -58.0])
def test_speech_has_the_level_asked_for(dbfs: float) -> None:
    said = decode(speech(5, dbfs=dbfs))
    assert len(said) == 40_000
    assert dbfs_of(said) == pytest.approx(dbfs, abs=1.0)


def test_prompts_are_found_by_their_bytes_and_their_time(tmp_path: Path) -> None:
    for name, hertz in (("one", 1.0), ("two", 20.0), ("never", 40.0)):
        (tmp_path / f"{name}.alaw").write_bytes(silence(0.05) + sweep(1, start_seconds=hertz))
    prompts = PromptSounds(tmp_path)
    one, two = prompts.sounds["one"], prompts.sounds["two"]
    heard = Heard(frames(silence(0.2) + one + silence(0.5) + two[:4000] + silence(0.1)), 100.0)
    found = heard.prompts(prompts)
    assert [hearing.prompt for hearing in found] == ["one", "two"]
    assert [hearing.at for hearing in found] == pytest.approx([0.2, 1.75], abs=0.001)
    assert found[0].seconds == pytest.approx(1.05)
    assert found[1].seconds == pytest.approx(0.5, abs=0.01)
    assert heard.find(prompts, "one") == pytest.approx(0.2)
    assert heard.find(prompts, "one", after=0.5) is None
    assert heard.find(prompts, "never") is None


def test_of_two_prompts_that_begin_alike_the_longer_fit_is_heard(tmp_path: Path) -> None:
    (tmp_path / "two-new.alaw").write_bytes(sweep(1) + sweep(1, start_seconds=30))
    (tmp_path / "two.alaw").write_bytes(sweep(1) + silence(1))
    prompts = PromptSounds(tmp_path)
    assert [h.prompt for h in Heard(frames(prompts.sounds["two-new"]), 100.0).prompts(prompts)] == ["two-new"]
    assert [h.prompt for h in Heard(frames(prompts.sounds["two"]), 100.0).prompts(prompts)] == ["two"]


def test_sound_and_silence_are_parted() -> None:
    heard = Heard(frames(silence(0.4) + sweep(1) + silence(0.6) + sweep(0.4)), 100.0)
    assert [(s.start, s.end) for s in heard.sounds()] == [
        pytest.approx((0.4, 1.4), abs=0.021),
        pytest.approx((2.0, 2.4), abs=0.021),
    ]
    assert heard.first_sound(after=1.5) == pytest.approx(2.0, abs=0.021)


def test_no_packets_are_silence_too() -> None:
    heard = Heard([*frames(sweep(1)), *frames(sweep(1), start=103.0)], 100.0)
    assert [(s.start, s.end) for s in heard.sounds()] == [
        pytest.approx((0, 1), abs=0.021),
        pytest.approx((3, 4), abs=0.021),
    ]
    assert heard.time_of(8000) == pytest.approx(3.0)


def test_a_packet_comes_back() -> None:
    packet = Packet(8, 65535, 2**32 - 1, 77, np.zeros(160, np.uint8).tobytes(), marked=True)
    assert unpack(pack(packet)) == packet
    assert unpack(b"no RTP") is None


def test_a_key_is_told_as_rfc_4733_says() -> None:
    assert key_event("#", 480, end=False) == bytes([11, 10, 1, 224])
    assert key_event("5", 800, end=True) == bytes([5, 0x8A, 3, 32])
