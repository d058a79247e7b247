"""The tests' own SRTP against the standard's figures, and libsrtp's."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.real.rtp import Packet, pack
from tests.real.srtp import EncryptedSound, Secret, secret_in

MASTER = Secret(bytes.fromhex("e1f97a0d3e018be0d64fa32c06de41390ec675ad498afeebb6960b3aabe6"))
"""RFC 3711, B.3, and libsrtp's own test."""
IN_CLEAR = bytes.fromhex("800f1234decafbadcafebabe") + b"\xab" * 16
ENCRYPTED = bytes.fromhex("800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb")


def test_a_packet_is_encrypted_as_libsrtp_does_it() -> None:
    assert EncryptedSound(MASTER).closed(IN_CLEAR) == ENCRYPTED
    assert EncryptedSound(MASTER).opened(ENCRYPTED) == IN_CLEAR


def test_what_was_changed_on_its_way_is_not_opened() -> None:
    for place in range(len(ENCRYPTED)):
        changed = bytearray(ENCRYPTED)
        changed[place] ^= 1
        assert EncryptedSound(MASTER).opened(bytes(changed)) is None
    assert EncryptedSound(Secret()).opened(ENCRYPTED) is None
    assert EncryptedSound(MASTER).opened(b"") is None


@given(st.integers(0, 2**16 - 1), st.lists(st.binary(max_size=200), max_size=50))
def test_all_is_heard_as_it_was_said_over_the_end_of_the_numbers_too(first: int, said: list[bytes]) -> None:
    there, back = EncryptedSound(MASTER), EncryptedSound(MASTER)
    for number, payload in enumerate(said):
        packet = pack(Packet(8, first + number, 160 * number, 7, payload))
        assert back.opened(there.closed(packet)) == packet


def test_its_line_in_the_description_is_read_again() -> None:
    assert secret_in(f"v=0\r\n{MASTER.line()}") == MASTER
    assert secret_in("v=0\r\na=rtpmap:8 PCMA/8000\r\n") is None
