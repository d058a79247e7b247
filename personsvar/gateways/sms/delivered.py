"""What an SMSC brings by deliver_sm (SMPP 4.6) or data_sm (4.7): receipts, and short messages from phones.

The mandatory part is read by smpplib. It raises at TLVs it does not expect, and takes an address without its
closing zero for another; SMSCs add TLVs of their own to receipts, so those are read here, and none of
them is a reason to lose a receipt.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from smpplib.command import DeliverSM

from personsvar.gateways.sms.alphabet import Alphabet, decoded
from personsvar.gateways.sms.frames import Command, Pdu
from personsvar.gateways.sms.sms import Concatenation, IncomingSms, Ports
from personsvar.gateways.sms.user_data import HEADED, UserDataHeader, read

_INTERNATIONAL = 1
_KIND = 0x3C
"""The bits of esm_class that tell what a deliver_sm is (SMPP 5.2.12)."""
_RECEIPTS = {0x04, 0x20}
"""SMSC delivery receipt, intermediate notification."""


class Tlv(IntEnum):
    """The optional parameters we read (SMPP 5.3.2)."""

    RECEIPTED_MESSAGE_ID = 0x001E
    SOURCE_PORT = 0x020A
    DESTINATION_PORT = 0x020B
    SAR_REFERENCE = 0x020C
    SAR_TOTAL = 0x020E
    SAR_NUMBER = 0x020F
    NETWORK_ERROR = 0x0423
    MESSAGE_PAYLOAD = 0x0424
    MESSAGE_STATE = 0x0427


class UnreadableError(Exception):
    """A deliver_sm or data_sm that can't be read. What it says is in no message: it may hold a text."""


@dataclass(frozen=True, slots=True)
class Delivered:
    source: str
    destination: str
    esm_class: int
    data_coding: int
    user_data: bytes = field(repr=False)
    tlvs: Mapping[int, bytes] = field(repr=False)

    @property
    def is_receipt(self) -> bool:
        """The text never decides: a phone could send one that reads like a receipt."""
        return self.esm_class & _KIND in _RECEIPTS or Tlv.RECEIPTED_MESSAGE_ID in self.tlvs


class _Lenient(DeliverSM):  # type: ignore[misc]  # smpplib has no types
    tlvs: Mapping[int, bytes]

    def parse_optional_params(self, data: bytes) -> None:
        self.tlvs = _tlvs(data)

    def _parse_string(
        self, field: str, data: bytes, pos: int, length: int | None = None
    ) -> tuple[bytes, int]:
        if data.find(b"\0", pos) < 0:
            raise UnreadableError(f"{field} does not end")
        parsed: tuple[bytes, int] = super()._parse_string(field, data, pos, length)
        return parsed


def delivered(pdu: Pdu) -> Delivered:
    """Raise UnreadableError."""
    return _from_data_sm(pdu.body) if pdu.command == Command.DATA_SM else _from_deliver_sm(pdu)


def _from_data_sm(body: bytes) -> Delivered:
    """service_type, two addresses, esm_class, registered_delivery, data_coding; the text is a TLV."""
    _, body = _string(body)
    source_ton, source, body = _address(body)
    destination_ton, destination, body = _address(body)
    if len(body) < 3:  # noqa: PLR2004 - the three octets that follow the addresses
        raise UnreadableError("it ends too early")
    tlvs = _tlvs(body[3:])
    return Delivered(
        source=_number(source_ton, source),
        destination=_number(destination_ton, destination),
        esm_class=body[0],
        data_coding=body[2],
        user_data=tlvs.get(Tlv.MESSAGE_PAYLOAD, b""),
        tlvs=tlvs,
    )


def _address(body: bytes) -> tuple[int, bytes, bytes]:
    """Its type of number, its digits, and what follows."""
    digits, rest = _string(body[2:])
    return body[0], digits, rest


def _string(body: bytes) -> tuple[bytes, bytes]:
    text, end, rest = body.partition(b"\0")
    if not end:
        raise UnreadableError("it ends too early")
    return text, rest


def _from_deliver_sm(pdu: Pdu) -> Delivered:
    message = _Lenient("deliver_sm", sequence=0)
    message.tlvs = {}
    try:
        message.parse(pdu.octets())
    except struct.error as wrong:
        raise UnreadableError("it ends too early") from wrong
    if message.sm_default_msg_id is None:
        raise UnreadableError("it ends too early")
    short = message.short_message or b""
    if len(short) != message.sm_length:
        raise UnreadableError("its text is shorter than it says")
    return Delivered(
        source=_number(message.source_addr_ton, message.source_addr),
        destination=_number(message.dest_addr_ton, message.destination_addr),
        esm_class=message.esm_class,
        data_coding=message.data_coding,
        user_data=short or message.tlvs.get(Tlv.MESSAGE_PAYLOAD, b""),
        tlvs=message.tlvs,
    )


def incoming(message: Delivered, alphabet: Alphabet = "gsm7") -> IncomingSms:
    """`alphabet`: what this SMSC means by data_coding 0."""
    header, payload = (
        read(message.user_data) if message.esm_class & HEADED else (UserDataHeader(), message.user_data)
    )
    return IncomingSms(
        source=message.source,
        destination=message.destination,
        data_coding=message.data_coding,
        payload=payload,
        ports=header.ports or _ports(message),
        part=header.part or _part(message),
        text=decoded(payload, message.data_coding, alphabet),
    )


def _ports(message: Delivered) -> Ports | None:
    if Tlv.DESTINATION_PORT not in message.tlvs:
        return None
    return Ports(_number_in(message, Tlv.DESTINATION_PORT), _number_in(message, Tlv.SOURCE_PORT))


def _part(message: Delivered) -> Concatenation | None:
    if not {Tlv.SAR_REFERENCE, Tlv.SAR_TOTAL, Tlv.SAR_NUMBER} <= message.tlvs.keys():
        return None
    reference, total, number = (
        _number_in(message, tlv) for tlv in (Tlv.SAR_REFERENCE, Tlv.SAR_TOTAL, Tlv.SAR_NUMBER)
    )
    return Concatenation(reference, total, number)


def _number_in(message: Delivered, tlv: Tlv) -> int:
    return int.from_bytes(message.tlvs.get(tlv, b""))


def _number(ton: int, address: bytes) -> str:
    digits = address.decode("latin-1")
    return f"+{digits}" if ton == _INTERNATIONAL and digits.isdigit() else digits


def _tlvs(octets: bytes) -> dict[int, bytes]:
    """Tag, length, value, one after the other; one that is cut off at the end is as much as there is."""
    found: dict[int, bytes] = {}
    while len(octets) >= 4:  # noqa: PLR2004 - a tag and a length, of two octets each
        tag, length = struct.unpack_from(">HH", octets)
        found[tag] = octets[4 : 4 + length]
        octets = octets[4 + length :]
    return found
