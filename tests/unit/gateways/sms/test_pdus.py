"""The PDUs we send, octet by octet where it matters; the rest a real SMSC reads in tests/real."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personsvar.gateways.sms.alphabet import Coding
from personsvar.gateways.sms.command_status import refusal
from personsvar.gateways.sms.frames import Pdu
from personsvar.gateways.sms.pdus import (
    SmppAddress,
    bind_transceiver,
    destination,
    message_id,
    sender,
    submit_sm,
    validity,
)
from personsvar.gateways.sms.sms import Concatenation, Ports
from personsvar.gateways.sms.sms_parts import SmsPart
from personsvar.gateways.sms.smsc import Smsc, smscs
from personsvar.gateways.sms.user_data import UserDataHeader, read, written
from personsvar.notifier.delivery_errors import DeliveryError, UndeliverableError
from tests.unit.gateways.sms.property_tests import patient
from tests.wire.gateway_options import smpp_options


def test_a_submit_reads_like_the_specification() -> None:
    pdu = submit_sm(
        SmsPart(Coding.GSM7, b"Hei"),
        source=sender("Personsvar"),
        to=destination("+4790000001"),
        lives_seconds=86400,
    )
    assert pdu.body == b"".join(
        (
            b"\0",  # service_type
            bytes((5, 0)) + b"Personsvar\0",
            bytes((1, 1)) + b"4790000001\0",
            bytes((0, 0, 0)),  # esm_class, protocol_id, priority_flag
            b"\0" + b"000001000000000R\0",  # schedule_delivery_time, validity_period
            bytes(
                (1, 0, 0, 0)
            ),  # registered_delivery, replace_if_present_flag, data_coding, sm_default_msg_id
            bytes((3,)) + b"Hei",
        )
    )


def test_a_bind_reads_like_the_specification() -> None:
    pdu = bind_transceiver(
        Smsc("smsc.example.test", system_id="voicemail", password="hemmelig"), system_type="VMN"
    )
    assert pdu.octets() == b"".join(
        (bytes((0, 0, 0, 43, 0, 0, 0, 9)) + bytes(8), b"voicemail\0hemmelig\0VMN\0", bytes((0x34, 0, 0, 0)))
    )


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, "000000000100000R"),
        (90, "000000000130000R"),
        (900, "000000001500000R"),
        (86400, "000001000000000R"),
        (7 * 86400 + 3661, "000007010101000R"),
        (10**9, "010221000000000R"),
    ],
)
def test_how_long_the_smsc_may_keep_it(seconds: float, told: str) -> None:
    assert validity(seconds) == told


def test_how_addresses_are_written() -> None:
    assert sender("Personsvar") == SmppAddress(5, 0, "Personsvar")
    assert sender("+4747471000") == SmppAddress(1, 1, "4747471000")
    assert sender("2442") == SmppAddress(3, 0, "2442")


@patient
@given(
    st.none() | st.builds(Ports, st.integers(0, 0xFFFF), st.integers(0, 0xFFFF)),
    st.none() | st.builds(Concatenation, st.integers(0, 255), st.integers(1, 255), st.integers(1, 255)),
    st.binary(max_size=100),
)
def test_a_header_is_read_as_it_was_written(
    ports: Ports | None, part: Concatenation | None, payload: bytes
) -> None:
    heading = UserDataHeader(ports, part)
    header = written(heading)
    if header:
        assert read(header + payload) == (heading, payload)


@patient
@given(st.binary(max_size=200))
def test_any_octets_can_be_read_as_a_header(octets: bytes) -> None:
    heading, payload = read(octets)
    assert octets.endswith(payload)
    assert isinstance(heading, UserDataHeader)


def test_headers_of_other_kinds() -> None:
    """8-bit ports, a reference of 16 bits, an element nobody knows."""
    assert read(bytes.fromhex("0e 0402fa10 0804123402 01 7002ffff") + b"x") == (
        UserDataHeader(Ports(0xFA, 0x10), Concatenation(0x1234, 2, 1)),
        b"x",
    )


@pytest.mark.parametrize(
    ("body", "given"), [(b"", ""), (b"42\0", "42"), (b"42", "42"), (b"42\0\0\x1e\0\1x", "42")]
)
def test_the_id_an_smsc_gives(body: bytes, given: str) -> None:
    assert message_id(Pdu(0x80000004, 0, 1, body)) == given


def test_where_the_smscs_are() -> None:
    assert smscs("smpp://vm:hem%40lig@smsc1.example.test , smpps://vm@[::1]:4444,") == (
        Smsc("smsc1.example.test", 2775, tls=False, system_id="vm", password="hem@lig"),
        Smsc("::1", 4444, tls=True, system_id="vm"),
    )
    assert smscs("smpps://vm@smsc.example.test")[0].port == 3550


@pytest.mark.parametrize(
    "url",
    [
        "http://smsc.example.test",
        "smpp://",
        "smpp://smsc.example.test",
        "smpp://:password-too-long@smsc.example.test",
        f"smpp://vm:a-password-too-long{'-' * 240}@smsc.example.test",
        f"smpp://a-name-that-is-too-long{'-' * 240}:pw@smsc.example.test",
        "smpp://vm:%C3%A6@smsc.example.test",
    ],
)
def test_what_can_be_no_smsc_is_told_and_its_password_is_not(url: str) -> None:
    with pytest.raises(ValueError, match=r"SMPP|smpp") as wrong:
        smscs(url)
    assert "password-too-long" not in str(wrong.value)
    with pytest.raises(ValueError, match="system_type"):
        smpp_options(system_type="a-type-too-long")


@pytest.mark.parametrize(
    ("status", "permanent", "wait"),
    [(0x58, False, 1.0), (0x14, False, 5.0), (0x08, False, None), (0x64, False, None), (0x4FF, False, None)]
    + [(status, True, None) for status in (0x0A, 0x0B, 0x45, 0x01, 0x66)],
)
def test_what_a_status_means(status: int, permanent: bool, wait: float | None) -> None:
    wrong = refusal(status)
    assert isinstance(wrong, UndeliverableError if permanent else DeliveryError)
    assert getattr(wrong, "wait_seconds", None) == wait
    assert f"0x{status:02X}" in str(wrong)


@pytest.mark.parametrize("length", [9, 16, 255])
def test_an_id_and_a_password_longer_than_the_specification_are_sent_whole(length: int) -> None:
    word = "x" * length
    (smsc,) = smscs(f"smpp://{word}:{word}@smsc.example.test")
    sent = bind_transceiver(smsc, system_type="")
    assert sent.body.split(b"\0")[:2] == [word.encode()] * 2
    assert smsc.is_longer_than_smpp
