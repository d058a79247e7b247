"""The header inside a short message: which part it is, and for which application (3GPP TS 23.040, 9.2.3.24).

05 00 03 2A 02 01        length 5; concatenation, 3 octets: reference 2A, of 2 parts the 1st
06 05 04 15 7C 00 00     length 6; ports, 4 octets: to 5500 (157C), from 0
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

from personsvar.gateways.sms.sms import Concatenation, Ports

HEADED = 0x40
"""In esm_class: the user data begins with a header (UDHI, SMPP 5.2.12)."""


class Element(IntEnum):
    CONCATENATED = 0x00
    PORTS_8 = 0x04
    PORTS_16 = 0x05
    CONCATENATED_16 = 0x08
    """With a reference of 16 bits."""


@dataclass(frozen=True, slots=True)
class UserDataHeader:
    ports: Ports | None = None
    part: Concatenation | None = None


def written(header: UserDataHeader) -> bytes:
    """The header with its length in front; nothing when it says nothing."""
    elements = b""
    if header.ports is not None:
        ports = header.ports
        elements += bytes((Element.PORTS_16, 4)) + ports.destination.to_bytes(2) + ports.source.to_bytes(2)
    if header.part is not None:
        part = header.part
        elements += bytes((Element.CONCATENATED, 3, part.reference & 0xFF, part.total, part.number))
    return bytes((len(elements),)) + elements if elements else b""


def read(user_data: bytes) -> tuple[UserDataHeader, bytes]:
    """The header and what follows it. Elements we don't know are passed over, broken ones end it."""
    if not user_data:
        return UserDataHeader(), b""
    end = 1 + user_data[0]
    ports, part = None, None
    for kind, value in _elements(user_data[1:end]):
        ports = _ports(kind, value) or ports
        part = _part(kind, value) or part
    return UserDataHeader(ports, part), user_data[end:]


def _elements(header: bytes) -> Iterator[tuple[int, bytes]]:
    while len(header) > 1:
        end = 2 + header[1]
        yield header[0], header[2:end]
        header = header[end:]


def _ports(kind: int, value: bytes) -> Ports | None:
    match kind, len(value):
        case (Element.PORTS_16, 4):
            return Ports(int.from_bytes(value[:2]), int.from_bytes(value[2:]))
        case (Element.PORTS_8, 2):
            return Ports(value[0], value[1])
    return None


def _part(kind: int, value: bytes) -> Concatenation | None:
    match kind, len(value):
        case (Element.CONCATENATED, 3):
            return Concatenation(value[0], value[1], value[2])
        case (Element.CONCATENATED_16, 4):
            return Concatenation(int.from_bytes(value[:2]), value[2], value[3])
    return None
