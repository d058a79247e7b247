"""The PDUs we send, made by smpplib."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from smpplib.command import SubmitSM

from personsvar.gateways.sms.frames import HEAD, Command, Pdu
from personsvar.gateways.sms.sms_parts import SmsPart
from personsvar.gateways.sms.smsc import Smsc
from personsvar.gateways.sms.user_data import HEADED

VERSION = 0x34
"""Of SMPP."""
RECEIPT_WANTED = 0x01
"""registered_delivery: tell success and failure (SMPP 5.2.17)."""
LONGEST_LIFE_SECONDS = 63 * 7 * 86400
SHORTEST_LIFE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class SmppAddress:
    """An address with its type of number and numbering plan (SMPP 5.2.5, 5.2.6)."""

    ton: int
    npi: int
    digits: str


def sender(shown: str) -> SmppAddress:
    """`+4747471000` is a number, `2442` a short code, `Personsvar` a name."""
    if shown.startswith("+"):
        return destination(shown)
    return SmppAddress(3, 0, shown) if shown.isdigit() else SmppAddress(5, 0, shown)


def destination(number: str) -> SmppAddress:
    """The number is international, and goes without its plus."""
    return SmppAddress(1, 1, number.removeprefix("+"))


def validity(seconds: float) -> str:
    """From when the SMSC gets it: `YYMMDDhhmmss000R` (SMPP 7.1.1.2). No clock needs to be right for it."""
    whole = round(min(max(seconds, SHORTEST_LIFE_SECONDS), LONGEST_LIFE_SECONDS))
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    months, day = divmod(days, 30)
    return f"{months // 12:02}{months % 12:02}{day:02}{hour:02}{minute:02}{second:02}000R"


def submit_sm(
    part: SmsPart, *, source: SmppAddress, to: SmppAddress, lives_seconds: float | None = None
) -> Pdu:
    content = part.header + part.octets
    made = SubmitSM(
        "submit_sm",
        sequence=0,
        source_addr_ton=source.ton,
        source_addr_npi=source.npi,
        source_addr=source.digits,
        dest_addr_ton=to.ton,
        dest_addr_npi=to.npi,
        destination_addr=to.digits,
        esm_class=HEADED if part.header else 0,
        registered_delivery=RECEIPT_WANTED,
        data_coding=int(part.coding),
        validity_period="" if lives_seconds is None else validity(lives_seconds),
        **({"message_payload": content} if part.whole else {"short_message": content}),
        **_segment(part),
    )
    return _pdu(Command.SUBMIT_SM, made)


def _segment(part: SmsPart) -> dict[str, int]:
    if part.sar is None:
        return {}
    return {
        "sar_msg_ref_num": part.sar.reference,
        "sar_total_segments": part.sar.total,
        "sar_segment_seqnum": part.sar.number,
    }


def bind_transceiver(smsc: Smsc, *, system_type: str) -> Pdu:
    """By hand: smpplib cuts off what is longer than the specification has room for."""
    words = (smsc.system_id, smsc.password, system_type)
    strings = b"".join(word.encode("ascii") + b"\0" for word in words)
    return Pdu(Command.BIND_TRANSCEIVER, 0, 0, strings + bytes((VERSION, 0, 0)) + b"\0")


def enquire_link() -> Pdu:
    return Pdu(Command.ENQUIRE_LINK, 0, 0)


def unbind() -> Pdu:
    return Pdu(Command.UNBIND, 0, 0)


def numbered(pdu: Pdu, sequence: int) -> Pdu:
    return Pdu(pdu.command, pdu.status, sequence, pdu.body)


def message_id(answer: Pdu) -> str:
    """Of a submit_sm_resp. An SMSC may leave out the closing zero."""
    return answer.body.partition(b"\0")[0].decode("latin-1").strip()


def _pdu(command: Command, made: SubmitSM) -> Pdu:
    try:
        octets: bytes = made.generate()
    except (struct.error, UnicodeEncodeError) as wrong:
        raise ValueError("an address, an id or a password that SMPP can't hold") from wrong
    return Pdu(command, 0, 0, octets[HEAD.size :])
