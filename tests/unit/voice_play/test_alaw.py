"""A-law: the values ITU-T G.711 gives, and a code for each sample that comes back within half a step."""

from __future__ import annotations

import subprocess

import numpy as np
import pytest

from personsvar.voice.alaw import decode, encode, from_linear, linear


@pytest.mark.parametrize(
    ("code", "sample"),
    [(0xD5, 8), (0x55, -8), (0x80, 5504), (0xAA, 32256), (0x2A, -32256), (0xD4, 24), (0xC5, 264)],
)
def test_a_code_is_the_sample_of_the_table(code: int, sample: int) -> None:
    assert decode(bytes([code])).tolist() == [sample]
    assert encode(np.array([sample], dtype=np.int16)) == bytes([code])


def test_every_code_comes_back() -> None:
    codes = bytes(range(256))
    assert encode(decode(codes)) == codes
    assert from_linear(linear(codes)) == codes


def test_another_codec_agrees_on_every_code() -> None:
    codes = bytes(range(256))
    command = ["sox", "-t", "al", "-r", "8000", "-c", "1", "-", "-t", "raw", "-e", "signed", "-b", "16", "-"]
    raw = subprocess.run(command, input=codes, capture_output=True, check=True).stdout
    assert np.array_equal(np.frombuffer(raw, dtype="<i2"), decode(codes))


def test_no_sample_is_further_off_than_its_step() -> None:
    samples = np.arange(-32768, 32768).astype(np.int16)
    back = decode(encode(samples)).astype(int)
    samples = samples.astype(int)
    assert np.all(np.abs(back - samples) <= np.maximum(np.abs(samples) / 32, 8))


def test_half_a_sample_at_the_end_is_none() -> None:
    assert from_linear(linear(b"\xd5\x2a") + b"\x00") == b"\xd5\x2a"
