"""What is sealed comes back for who has the key and asks for the same thing, and for nobody else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personsvar.encryption.sealing import (
    KEY_BYTES,
    MORE_BYTES,
    NONCE_BYTES,
    UnsealError,
    fresh_key,
    seal,
    unseal,
)

KEYS = st.binary(min_size=KEY_BYTES, max_size=KEY_BYTES)
CONTENTS = st.binary(max_size=2_000)
ABOUTS = st.binary(max_size=40)


@given(KEYS, CONTENTS, ABOUTS)
def test_what_is_sealed_comes_back(key: bytes, content: bytes, about: bytes) -> None:
    sealed = seal(key, content, about=about)
    assert len(sealed) == len(content) + MORE_BYTES
    assert unseal(key, sealed, about=about) == content


@given(KEYS, CONTENTS, st.data())
def test_a_byte_that_was_changed_is_found(key: bytes, content: bytes, data: st.DataObject) -> None:
    sealed = bytearray(seal(key, content, about=b"it"))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(UnsealError):
        unseal(key, bytes(sealed), about=b"it")


@given(KEYS, CONTENTS, st.data())
def test_what_was_cut_short_or_lengthened_is_found(key: bytes, content: bytes, data: st.DataObject) -> None:
    sealed = seal(key, content, about=b"it")
    for wrong in (sealed[: data.draw(st.integers(0, len(sealed) - 1))], sealed + b"\0"):
        with pytest.raises(UnsealError):
            unseal(key, wrong, about=b"it")


@given(CONTENTS, ABOUTS, ABOUTS)
def test_it_opens_for_nothing_else_and_by_no_other_key(content: bytes, about: bytes, other: bytes) -> None:
    key = fresh_key()
    sealed = seal(key, content, about=about)
    with pytest.raises(UnsealError):
        unseal(fresh_key(), sealed, about=about)
    if other != about:
        with pytest.raises(UnsealError):
            unseal(key, sealed, about=other)


def test_no_nonce_comes_twice() -> None:
    key = fresh_key()
    nonces = {seal(key, b"the same", about=b"it")[1 : 1 + NONCE_BYTES] for _ in range(10_000)}
    assert len(nonces) == 10_000
