"""What a delivery receipt says, in any of the ways SMSCs write it (SMPP appendix B, and 5.3.2.12, .31, .35).

    id:0123456789 sub:001 dlvrd:001 submit date:2603021201 done date:2603021203 stat:DELIVRD err:000 text:Ny

Fields stand in any order, in any case, and may be missing; dates have 10 digits or 12; `err` may be hex.
The TLVs receipted_message_id, message_state and network_error_code, where there are any, are believed first.
`text` is the beginning of what was sent, a PIN perhaps: it is never read, kept or logged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from personsvar.gateways.sms.alphabet import Alphabet, decoded
from personsvar.gateways.sms.delivered import Delivered, Tlv
from personsvar.mailbox.model.ledger import ReceiptState

ReceiptIds = Literal["as-is", "hex", "decimal"]
"""How a receipt's text writes the id of submit_sm_resp: alike, in hex (and the answer in decimal), or the
other way round."""

_STATES = {
    "DELIV": ReceiptState.DELIVERED,
    "EXPIR": ReceiptState.FAILED,
    "DELET": ReceiptState.FAILED,
    "UNDEL": ReceiptState.FAILED,
    "REJEC": ReceiptState.FAILED,
    "FAILE": ReceiptState.FAILED,
}
"""By five letters: SMSCs write DELIVRD and DELIVERED, UNDELIV and UNDELIVERABLE. Others: on its way."""
_NUMBERED = {
    1: "ENROUTE",
    2: "DELIVRD",
    3: "EXPIRED",
    4: "DELETED",
    5: "UNDELIV",
    6: "ACCEPTD",
    7: "UNKNOWN",
    8: "REJECTD",
}
_DIGITS = {10: r"[0-9]{1,30}", 16: r"[0-9A-Fa-f]{1,30}"}
_TEXT = re.compile(r"\btext:", re.IGNORECASE)
_SENT = re.compile(rb"\btext:", re.IGNORECASE)
_PRINTED = re.compile(rb"[\r\n\t -~]*")


@dataclass(frozen=True, slots=True)
class DeliveryReceipt:
    """One receipt. `id` is as `own_id` gives it for the answer to the submit."""

    id: str
    state: ReceiptState
    detail: str


def receipt_in(
    message: Delivered, *, ids: ReceiptIds = "as-is", alphabet: Alphabet = "gsm7"
) -> DeliveryReceipt | None:
    """None when it does not tell which short message it is about. `alphabet`: the SMSC's data_coding 0."""
    text = _text_of(message, alphabet)
    found = _id(message, text, ids)
    if not found:
        return None
    word = _word(message) or _field(text, "stat", r"[A-Za-z]+").upper() or "UNKNOWN"
    error = _error(message, text)
    state = _STATES.get(word[:5], ReceiptState.ON_ITS_WAY)
    return DeliveryReceipt(found, state, f"{word} err:{error}" if error else word)


def own_id(given: str, ids: ReceiptIds) -> str:
    """The id of a submit_sm_resp as it is kept, so that receipts find it."""
    match ids:
        case "hex":
            return _rebased(given, 10, "d")
        case "decimal":
            return _rebased(given, 16, "x")
        case "as-is":
            return given


def _id_in_text(written: str, ids: ReceiptIds) -> str:
    match ids:
        case "hex":
            return _rebased(written, 16, "d")
        case "decimal":
            return _rebased(written, 10, "x")
        case "as-is":
            return written


def _rebased(text: str, base: int, form: str) -> str:
    """The number without its leading zeros; what is no number of that base stays."""
    is_number = re.fullmatch(_DIGITS[base], text)
    return format(int(text, base), form) if is_number else text


def _id(message: Delivered, text: str, ids: ReceiptIds) -> str:
    tlv = message.tlvs.get(Tlv.RECEIPTED_MESSAGE_ID, b"").partition(b"\0")[0].decode("latin-1").strip()
    if tlv:
        return own_id(tlv, ids)  # by the specification as in the answer; only the text goes its own ways
    return _id_in_text(_field(text, "id", r"[^\s:]+"), ids)


def _word(message: Delivered) -> str:
    state = message.tlvs.get(Tlv.MESSAGE_STATE, b"")
    return _NUMBERED.get(int.from_bytes(state), "")


def _error(message: Delivered, text: str) -> str:
    code = message.tlvs.get(Tlv.NETWORK_ERROR, b"")
    if len(code) == 3:  # noqa: PLR2004 - the kind of network, then its error (SMPP 5.3.2.31)
        return f"{int.from_bytes(code[1:]):03}"
    before, *_sent = _TEXT.split(text, maxsplit=1)
    # behind `text:` only what can't be a PIN: three digits
    return _field(before, "err", r"[0-9A-Fa-f]+") or _field(text, "err", r"[0-9A-Fa-f]{1,3}\b")


def _text_of(message: Delivered, alphabet: Alphabet) -> str:
    """In the SMSC's alphabet; but where the fields are printed ASCII they are just that.

    An SMSC of GSM-7 may well write its receipts itself, in ASCII: an id has `_` in it, and never `§`.
    """
    plain = message.user_data.decode("latin-1")
    fields = _SENT.split(message.user_data, maxsplit=1)[0].rstrip(b"\0")
    if message.data_coding == 0 and _PRINTED.fullmatch(fields):
        return plain
    return decoded(message.user_data, message.data_coding, alphabet) or plain


def _field(text: str, name: str, value: str) -> str:
    """The first of that name; one before `text:` goes before one behind, where the sent text may stand."""
    for part in _TEXT.split(text, maxsplit=1):
        found = re.search(rf"(?<![A-Za-z]){name}:\s*({value})(?!\S*:)", part, re.IGNORECASE)
        if found:
            return found[1]
    return ""
