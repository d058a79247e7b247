"""The table of an M4A comes first, its places still lead to the sound, and all else is left alone."""

from __future__ import annotations

import struct
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from personsvar.voice.encode.mp4_order import table_first
from personsvar.voice.uploads import AudioForm
from tests.tape import decoded, tone
from tests.unit.voice_encode.test_uploads import made


@cache
def recorded() -> bytes:
    """As a phone writes it: the table behind the sound."""
    with TemporaryDirectory() as folder:
        return made(AudioForm.M4A, tone(2, hertz=600), Path(folder))


def test_the_table_comes_first_and_the_sound_is_the_same() -> None:
    before = recorded()
    assert before.index(b"moov") > before.index(b"mdat")
    after = table_first(before)
    assert after.index(b"moov") < after.index(b"mdat")
    assert len(after) == len(before)
    assert (decoded(after, "mov") == decoded(table_first(after), "mov")).all()
    assert decoded(after, "mov").size >= 16_000


def test_one_in_order_and_what_is_no_such_file_are_left_as_they_are() -> None:
    after = table_first(recorded())
    for content in (after, b"", b"\0" * 7, recorded()[:100], b"RIFF" * 100):
        assert table_first(content) == content


@given(st.binary(max_size=400))
def test_any_bytes_come_back_as_long_as_they_were(content: bytes) -> None:
    for whole in (content, b"\0\0\0\x08mdat" + content):
        assert len(table_first(whole)) == len(whole)


@given(st.data())
def test_a_damaged_table_does_no_harm(data: st.DataObject) -> None:
    content = bytearray(recorded())
    table = content.index(b"moov") - 4
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(table, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    assert len(table_first(bytes(content))) == len(content)


def test_a_file_of_boxes_alone_is_not_gone_through() -> None:
    empty = struct.pack(">I4s", 8, b"free")
    crowd = empty * 500_000
    content = b"\0\0\0\x08mdat" + crowd + struct.pack(">I4s", 8 + len(crowd), b"moov") + crowd
    assert table_first(content) == content
