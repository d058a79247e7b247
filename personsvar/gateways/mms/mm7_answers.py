"""What the MMSC says to a SubmitReq, and what we make of it (TS 23.140, 8.7.7; docs/notices.md).

The StatusCode decides, in a SubmitRsp as in a fault, and whatever the HTTP status: MMSCs send faults with 200
and with 500. Only where there is none the HTTP status decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from http import HTTPStatus

from personsvar.gateways.mms.soap import NotUnderstoodError, SoapMessage, read
from personsvar.notifier.delivery_errors import DeliveryError, OutcomeUnknownError, UndeliverableError


class Mm7Meaning(Enum):
    TAKEN = "taken"
    PERMANENT = "permanent"
    TOO_LARGE = "too large"
    """The content is too large, or not to the MMSC's taste: a smaller one may do."""
    LATER = "later"


CODES = {
    1000: Mm7Meaning.TAKEN,
    1100: Mm7Meaning.TAKEN,  # partial success
    2000: Mm7Meaning.PERMANENT,  # client error
    2001: Mm7Meaning.PERMANENT,  # operation restricted
    2002: Mm7Meaning.PERMANENT,  # address error
    2003: Mm7Meaning.PERMANENT,  # address not found
    2004: Mm7Meaning.TOO_LARGE,  # multimedia content refused
    2005: Mm7Meaning.PERMANENT,  # message id not found
    2006: Mm7Meaning.PERMANENT,  # linked id not found
    2007: Mm7Meaning.PERMANENT,  # message format corrupt
    2008: Mm7Meaning.PERMANENT,  # application id not found
    2009: Mm7Meaning.PERMANENT,  # reply application id not found
    3000: Mm7Meaning.LATER,  # server error
    3001: Mm7Meaning.LATER,  # not possible
    3002: Mm7Meaning.PERMANENT,  # message rejected
    3003: Mm7Meaning.PERMANENT,  # multiple addresses not supported
    3004: Mm7Meaning.PERMANENT,  # application addressing not supported
    3100: Mm7Meaning.LATER,
    3500: Mm7Meaning.LATER,
    4000: Mm7Meaning.LATER,  # general service error
    4001: Mm7Meaning.PERMANENT,  # improper identification
    4002: Mm7Meaning.PERMANENT,  # unsupported version
    4003: Mm7Meaning.PERMANENT,  # unsupported operation
    4004: Mm7Meaning.PERMANENT,  # validation error
    4005: Mm7Meaning.LATER,  # service error
    4006: Mm7Meaning.LATER,  # service unavailable
    4007: Mm7Meaning.PERMANENT,  # service denied
    4008: Mm7Meaning.PERMANENT,  # application denied
}
_BY_CLASS = {"1": Mm7Meaning.TAKEN, "2": Mm7Meaning.PERMANENT}
"""A code that is in no table: by its first digit, else it is tried again."""
_FAULT_OF_THE_MMSC = {"Server", "Receiver"}
"""SOAP 1.1 and 1.2: the fault is the MMSC's own."""
_BUSY = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}
_LONGEST = 200


class MmsTooLargeError(UndeliverableError):
    """The MMSC refused the content: a smaller one may do."""


@dataclass(frozen=True, slots=True)
class Mm7Answer:
    """What came back over HTTP."""

    status: int
    content_type: str
    body: bytes
    wait_seconds: float | None = None
    """The MMSC asked for so much rest (Retry-After)."""


def message_id(answer: Mm7Answer) -> str:
    """The MMSC's id of what it took; empty when it gave none.

    Raise MmsTooLargeError, UndeliverableError, DeliveryError or OutcomeUnknownError.
    """
    try:
        soap = read(answer.body, answer.content_type)
    except NotUnderstoodError as wrong:
        raise _by_http(answer, f"its answer can't be read: {wrong}") from wrong
    code = soap.word("StatusCode")
    if not re.fullmatch("[0-9]{4}", code):
        raise _without_code(answer, soap)
    meaning = CODES.get(int(code), _BY_CLASS.get(code[0], Mm7Meaning.LATER))
    if meaning is Mm7Meaning.TAKEN and soap.kind != "Fault":
        return soap.word("MessageID")
    raise _refusal(meaning, f"MM7 {code} {_explanation(soap)}".strip(), answer)


def one_line(text: str) -> str:
    """What others wrote, fit for the ledger and the log."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+", " ", text).strip()[:_LONGEST]


def _refusal(meaning: Mm7Meaning, why: str, answer: Mm7Answer) -> Exception:
    match meaning:
        case Mm7Meaning.PERMANENT:
            return UndeliverableError(why)
        case Mm7Meaning.TOO_LARGE:
            return MmsTooLargeError(why)
        case Mm7Meaning.LATER:
            return DeliveryError(why, wait_seconds=answer.wait_seconds)
        case Mm7Meaning.TAKEN:  # and a fault all the same
            return OutcomeUnknownError(why)


def _without_code(answer: Mm7Answer, soap: SoapMessage) -> Exception:
    if soap.kind != "Fault":
        return _by_http(answer, f"no status in its {one_line(soap.kind)}")
    fault_code = (soap.word("faultcode") or soap.word("Value")).rpartition(":")[2].partition(".")[0]
    why = f"SOAP fault {one_line(fault_code)} {_explanation(soap)}".strip()
    return _refusal(
        Mm7Meaning.LATER if fault_code in _FAULT_OF_THE_MMSC else Mm7Meaning.PERMANENT, why, answer
    )


def _by_http(answer: Mm7Answer, why: str) -> Exception:
    why = f"HTTP {answer.status}, {why}"
    if answer.status < HTTPStatus.MULTIPLE_CHOICES:
        return OutcomeUnknownError(why)
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status in _BUSY:
        return _refusal(Mm7Meaning.LATER, why, answer)
    too_large = answer.status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return _refusal(Mm7Meaning.TOO_LARGE if too_large else Mm7Meaning.PERMANENT, why, answer)


def _explanation(soap: SoapMessage) -> str:
    texts = (soap.word(name) for name in ("StatusText", "Details", "faultstring", "Text"))
    return one_line(next((text for text in texts if text), ""))
