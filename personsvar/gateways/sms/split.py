"""A long short message in parts that each fit 140 octets (3GPP TS 23.040, 9.2.3.24.1).

    by a header (`udh`)   153 letters of GSM-7 or ASCII, 134 of Latin-1 or 67 of UCS-2 a part; the way
                          every SMSC knows
    by `sar`              the same parts, told apart by the TLVs sar_msg_ref_num, sar_total_segments,
                          sar_segment_seqnum; the SMSC writes the header (SMPP 5.3.2.22 to 5.3.2.24)
    by `payload`          one PDU with all of it in message_payload; the SMSC cuts it (SMPP 5.3.2.32)

A letter is never cut: not € (two septets), not an emoji (two units of UCS-2). ASCII is counted as the GSM-7
that the SMSC makes of it (a bracket takes two), Latin-1 as octets, which is what some send it as. What is for
an application goes by a header always, since its port stands in one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

import smsutil

from personsvar.gateways.sms.alphabet import Alphabet, Coding, coding_of, encoded, septets
from personsvar.gateways.sms.sms import Concatenation, Ports, Sms
from personsvar.gateways.sms.user_data import UserDataHeader, written
from personsvar.notifier.errors import UndeliverableError

LongTexts = Literal["udh", "sar", "payload"]
OCTETS = 140
"""What a short message holds (TP-UD)."""
MOST_PARTS = 255
MOST_PAYLOAD = 0xFFFF
_PART = Concatenation(0, 0, 0)


@dataclass(frozen=True, slots=True)
class SmsPart:
    """What one submit_sm carries."""

    coding: Coding
    octets: bytes = field(repr=False)
    header: bytes = b""
    sar: Concatenation | None = None
    whole: bool = False
    """It goes as message_payload, longer than a short message may be."""


def parts_of(sms: Sms, *, long_texts: LongTexts = "udh", alphabet: Alphabet = "gsm7") -> tuple[SmsPart, ...]:
    """In the order they are sent. Raise UndeliverableError for one that no 255 parts can hold."""
    coding = Coding.BINARY if sms.binary is not None else coding_of(sms.text, alphabet)
    single = _pieces(sms, coding, header=written(UserDataHeader(sms.ports)))
    if len(single) == 1:
        return (SmsPart(coding, single[0], written(UserDataHeader(sms.ports))),)
    by: LongTexts = "udh" if sms.ports is not None else long_texts
    if by == "payload":
        return (_payload(sms, coding),)
    return _many(sms, coding, by)


def _many(sms: Sms, coding: Coding, by: LongTexts) -> tuple[SmsPart, ...]:
    pieces = _pieces(sms, coding, header=written(UserDataHeader(sms.ports, _PART)))
    if len(pieces) > MOST_PARTS:
        raise UndeliverableError("the text is longer than 255 short messages")
    places = (Concatenation(sms.reference & 0xFF, len(pieces), n) for n in range(1, len(pieces) + 1))
    return tuple(
        _part(coding, piece, place, sms.ports, by) for piece, place in zip(pieces, places, strict=True)
    )


def _part(coding: Coding, piece: bytes, place: Concatenation, ports: Ports | None, by: LongTexts) -> SmsPart:
    if by == "sar":
        return SmsPart(coding, piece, sar=place)
    return SmsPart(coding, piece, written(UserDataHeader(ports, place)))


def _payload(sms: Sms, coding: Coding) -> SmsPart:
    octets = sms.binary if sms.binary is not None else encoded(sms.text, coding)
    if len(octets) > MOST_PAYLOAD:
        raise UndeliverableError("the text is longer than a message_payload")
    return SmsPart(coding, octets, whole=True)


def _pieces(sms: Sms, coding: Coding, *, header: bytes) -> Sequence[bytes]:
    """Cut so that each piece fits beside the header."""
    room = OCTETS - len(header)
    if sms.binary is not None:
        return list(_cut(sms.binary, room)) or [b""]
    if not sms.text:
        return [b""]
    return [encoded(piece, coding) for piece in _texts(sms.text, coding, room)]


def _texts(text: str, coding: Coding, room: int) -> Iterator[str]:
    match coding:
        case Coding.GSM7:
            cut = smsutil.gsm_split(text, room * 8 // 7, room * 8 // 7)
            yield from (piece.content for piece in cut.parts)
        case Coding.ASCII:
            yield from _weighed(text, septets(text), room * 8 // 7)
        case Coding.LATIN1:
            yield from _weighed(text, [1] * len(text), room)
        case _:
            cut = smsutil.unicode_split(text, room // 2 * 2, room // 2 * 2)
            yield from (piece.content for piece in cut.parts)


def _weighed(text: str, weights: Sequence[int], room: int) -> Iterator[str]:
    """Pieces that each weigh no more than there is room for."""
    start, weight = 0, 0
    for place, rendered in enumerate(weights):
        if weight + rendered > room:
            yield text[start:place]
            start, weight = place, 0
        weight += rendered
    yield text[start:]


def _cut(octets: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(octets), size):
        yield octets[start : start + size]
