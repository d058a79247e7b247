"""From an SMS to what goes out: in its coding, with its header, and in parts that each fit 140 octets.

Parts of a long one (3GPP TS 23.040, 9.2.3.24.1) are told apart

    by a header (`udh`)   153 letters of GSM-7 or ASCII, 134 of Latin-1 or 67 of UCS-2 a part; the way
                          every SMSC knows
    by `sar`              the same parts, told apart by the TLVs sar_msg_ref_num, sar_total_segments,
                          sar_segment_seqnum; the SMSC writes the header (SMPP 5.3.2.22 to 5.3.2.24)
    by `payload`          one PDU with all of it in message_payload; the SMSC cuts it (SMPP 5.3.2.32)

A letter is never cut: not € (two septets), not an emoji (two units of UCS-2). ASCII is counted as the GSM-7
that the SMSC makes of it (a bracket takes two), Latin-1 as octets, which is what some send it as. What is for
an application goes by a header always, since its port stands in one. Kannel cuts by itself: it gets `uncut`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from personsvar.gateways.sms.alphabet import SECOND_TABLE, Alphabet, Coding, coding_of, encoded
from personsvar.gateways.sms.sms import Concatenation, Sms
from personsvar.gateways.sms.user_data import UserDataHeader, written
from personsvar.notifier.delivery_errors import UndeliverableError

LongTexts = Literal["udh", "sar", "payload"]
OCTETS = 140
"""What a short message holds (TP-UD)."""
MOST_PARTS = 255
MOST_PAYLOAD = 0xFFFF
_ANY_PLACE = Concatenation(0, 0, 0)


@dataclass(frozen=True, slots=True)
class SmsPart:
    """What one submit_sm carries."""

    coding: Coding
    octets: bytes = field(repr=False)
    header: bytes = b""
    sar: Concatenation | None = None
    whole: bool = False
    """It goes as message_payload, longer than a short message may be."""


def uncut(sms: Sms, alphabet: Alphabet = "gsm7") -> SmsPart:
    """All of it, with the header of its port."""
    header = written(UserDataHeader(sms.ports))
    if sms.binary is not None:
        return SmsPart(Coding.BINARY, sms.binary, header)
    coding = coding_of(sms.text, alphabet)
    return SmsPart(coding, encoded(sms.text, coding), header)


def parts_of(sms: Sms, *, long_texts: LongTexts, alphabet: Alphabet = "gsm7") -> tuple[SmsPart, ...]:
    """In the order they are sent. Raise UndeliverableError for one that no 255 parts can hold."""
    all_of_it = uncut(sms, alphabet)
    if len(_pieces(sms, all_of_it, all_of_it.header)) == 1:
        return (all_of_it,)
    by: LongTexts = "udh" if sms.ports is not None else long_texts
    if by == "payload":
        if len(all_of_it.octets) > MOST_PAYLOAD:
            raise UndeliverableError("the text is longer than a message_payload")
        return (replace(all_of_it, whole=True),)
    pieces = _pieces(sms, all_of_it, written(UserDataHeader(sms.ports, _ANY_PLACE)))
    if len(pieces) > MOST_PARTS:
        raise UndeliverableError("the text is longer than 255 short messages")
    return tuple(_part(sms, all_of_it.coding, pieces, at, by) for at in range(len(pieces)))


def _part(sms: Sms, coding: Coding, pieces: Sequence[bytes], at: int, by: LongTexts) -> SmsPart:
    place = Concatenation(sms.reference & 0xFF, len(pieces), at + 1)
    if by == "sar":
        return SmsPart(coding, pieces[at], sar=place)
    return SmsPart(coding, pieces[at], written(UserDataHeader(sms.ports, place)))


def _pieces(sms: Sms, all_of_it: SmsPart, header: bytes) -> Sequence[bytes]:
    """The content is cut so that each piece fits beside the header; there is one at least, perhaps empty."""
    room = OCTETS - len(header)
    if sms.binary is not None:
        return [sms.binary[at : at + room] for at in range(0, len(sms.binary), room)] or [b""]
    coding = all_of_it.coding
    if coding in (Coding.GSM7, Coding.ASCII):
        room = room * 8 // 7  # septets
    return [encoded(piece, coding) for piece in _cut(sms.text, _sizes(sms.text, coding), room)]


def _sizes(text: str, coding: Coding) -> list[int]:
    """What each letter takes of a part: octets, or the septets that the SMSC makes of it."""
    if coding in (Coding.GSM7, Coding.ASCII):
        return [2 if letter in SECOND_TABLE else 1 for letter in text]
    return [len(encoded(letter, coding)) for letter in text]


def _cut(text: str, sizes: Sequence[int], room: int) -> Iterator[str]:
    start, size = 0, 0
    for place, more in enumerate(sizes):
        if size + more > room:
            yield text[start:place]
            start, size = place, 0
        size += more
    yield text[start:]
