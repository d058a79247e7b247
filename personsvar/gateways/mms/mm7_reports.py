"""Delivery reports: what became of an MMS, and what we answer (TS 23.140, 8.7.1.5; docs/notices.md).

They come twice, and some with sender and recipient swapped, so the MessageID alone says what is meant.
Only what was fetched is delivered.
"""

from __future__ import annotations

from datetime import datetime
from xml.sax.saxutils import quoteattr

from personsvar.gateways.mms.mm7_answers import one_line
from personsvar.gateways.mms.mm7_envelope import SOAP, written
from personsvar.gateways.mms.mm7_options import NAMESPACE
from personsvar.gateways.mms.soap import SoapMessage
from personsvar.mailbox.model.ledger import Receipt, ReceiptState

REPORT = "DeliveryReportReq"
SUCCESS, CORRUPT, UNSUPPORTED = "1000", "2007", "4003"

STATES = {
    "retrieved": ReceiptState.DELIVERED,
    "expired": ReceiptState.FAILED,
    "rejected": ReceiptState.FAILED,
    "unreachable": ReceiptState.FAILED,
    "unrecognised": ReceiptState.FAILED,
    "unrecognized": ReceiptState.FAILED,
    "deferred": ReceiptState.ON_ITS_WAY,
    "forwarded": ReceiptState.ON_ITS_WAY,
    "indeterminate": ReceiptState.ON_ITS_WAY,
}
"""By MMStatus in small letters. A word that is not here changes nothing: it is on its way."""


def receipt(report: SoapMessage, *, gateway: str, at: datetime) -> Receipt | None:
    """None when the report does not say what it is about."""
    given = one_line(report.word("MessageID"))
    status = one_line(report.word("MMStatus") or report.word("MMSStatus"))
    if not given or not status:
        return None
    state = STATES.get(status.lower(), ReceiptState.ON_ITS_WAY)
    detail = " ".join(filter(None, [status, one_line(report.word("StatusText"))]))
    return Receipt(gateway, given, state, at, detail)


def success_response(report: SoapMessage, *, version: str) -> str:
    """The MMSC does not send a report again after DeliveryReportRsp 1000."""
    status = _status(version, SUCCESS, "Success")
    return _enveloped(f"<DeliveryReportRsp xmlns={_space(report)}>{status}</DeliveryReportRsp>", report)


def fault_response(request: SoapMessage, code: str, why: str, *, version: str) -> str:
    """A fault with a VASPErrorRsp."""
    return _enveloped(
        "<env:Fault><faultcode>env:Client</faultcode><faultstring>Client error</faultstring>"
        f"<detail><VASPErrorRsp xmlns={_space(request)}>{_status(version, code, why)}</VASPErrorRsp></detail>"
        "</env:Fault>",
        request,
    )


def _enveloped(body: str, answered: SoapMessage) -> str:
    transaction = (
        f'<TransactionID xmlns={_space(answered)} env:mustUnderstand="1">'
        f"{written(answered.transaction)}</TransactionID>"
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<env:Envelope xmlns:env="{SOAP}"><env:Header>{transaction}</env:Header>'
        f"<env:Body>{body}</env:Body></env:Envelope>"
    )


def _status(version: str, code: str, text: str) -> str:
    return (
        f"<MM7Version>{written(version)}</MM7Version>"
        f"<Status><StatusCode>{code}</StatusCode><StatusText>{written(text)}</StatusText></Status>"
    )


def _space(answered: SoapMessage) -> str:
    """The asker's own namespace: it is the one it understands."""
    return quoteattr(answered.namespace or NAMESPACE)
