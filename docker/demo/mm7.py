"""MM7, as an MMSC reads and writes it (TS 23.140, 8.7): the SubmitReq, its answers, and the report on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape, quoteattr

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from docker.demo.shelf import File

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
NAMESPACE = "http://www.3gpp.org/ftp/Specs/archive/23_series/23.140/schema/REL-6-MM7-1-4"
SUCCESS, TOO_LARGE, CORRUPT, UNAVAILABLE = 1000, 2004, 2007, 4006
_VERSION = "6.8.0"


class NotUnderstoodError(Exception):
    """What was posted is no SubmitReq with a message in it."""


@dataclass(frozen=True, slots=True)
class Submission:
    transaction: str
    namespace: str
    sender: str
    recipients: Sequence[str]
    subject: str
    wants_report: bool
    text: str = field(repr=False)
    """All of its plain text."""
    files: Sequence[File] = ()
    """Everything else: the slide, the sound."""


def submission(content_type: str, body: bytes) -> Submission:
    """Raise NotUnderstoodError."""
    posted = BytesParser(policy=HTTP).parsebytes(b"Content-Type: %b\r\n\r\n%b" % (_ascii(content_type), body))
    if posted.get_content_type() != "multipart/related" or not posted.is_multipart():
        raise NotUnderstoodError("it is not multipart/related")
    envelope, *content = [part for part in posted.walk() if not part.is_multipart()]
    root = _soap(_octets(envelope))
    request = root.find(f"{{{SOAP}}}Body/{{*}}SubmitReq")
    if request is None:
        raise NotUnderstoodError("there is no SubmitReq")
    recipients = [_text(one) for one in request.iterfind(".//{*}Recipients//{*}Number")]
    if not recipients:
        raise NotUnderstoodError("there is no recipient")
    return Submission(
        transaction=_word(root, f"{{{SOAP}}}Header/{{*}}TransactionID"),
        namespace=str(request.tag)[1:].partition("}")[0],
        sender=_word(request, "{*}SenderIdentification/{*}SenderAddress/*"),
        recipients=recipients,
        subject=_word(request, "{*}Subject"),
        wants_report=_word(request, "{*}DeliveryReport").lower() in {"true", "1"},
        text="\n".join(_plain(part) for part in content if part.get_content_type() == "text/plain"),
        files=[_file(part) for part in content if part.get_content_type() != "text/plain"],
    )


def submit_rsp(taken: Submission, message_id: str) -> bytes:
    body = f"{_status(SUCCESS, 'Success')}<MessageID>{escape(message_id)}</MessageID>"
    return _enveloped(f"<SubmitRsp xmlns={quoteattr(taken.namespace)}>{body}</SubmitRsp>", taken.transaction)


def fault(code: int, why: str, *, whose: str = "Client") -> bytes:
    return _enveloped(
        f"<env:Fault><faultcode>env:{whose}</faultcode><faultstring>{escape(why)}</faultstring>"
        f"<detail><RSErrorRsp xmlns={quoteattr(NAMESPACE)}>{_status(code, why)}</RSErrorRsp></detail>"
        "</env:Fault>",
        "",
    )


def delivery_report(taken: Submission, message_id: str, recipient: str, *, at: datetime) -> bytes:
    """DeliveryReportReq: the recipient's phone has fetched it."""
    return _enveloped(
        f"<DeliveryReportReq xmlns={quoteattr(taken.namespace)}><MM7Version>{_VERSION}</MM7Version>"
        f"<MessageID>{escape(message_id)}</MessageID>"
        f"<Recipient><Number>{escape(recipient)}</Number></Recipient>"
        f"<Sender><Number>{escape(taken.sender)}</Number></Sender>"
        f"<Date>{at.astimezone(UTC).isoformat(timespec='seconds')}</Date>"
        "<MMStatus>Retrieved</MMStatus></DeliveryReportReq>",
        f"report-{message_id}",
    )


def _ascii(header: str) -> bytes:
    if not header.isascii() or "\r" in header or "\n" in header:
        raise NotUnderstoodError("its Content-Type can't be read")
    return header.encode()


def _soap(xml: bytes) -> Element:
    try:
        root: Element = fromstring(xml, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as wrong:
        raise NotUnderstoodError(f"its envelope can't be read: {wrong}") from wrong
    return root


def _octets(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _plain(part: Message) -> str:
    try:
        return _octets(part).decode(part.get_content_charset("utf-8"), "replace")
    except LookupError:
        return _octets(part).decode("utf-8", "replace")


def _file(part: Message) -> File:
    name = part.get("Content-Location") or part.get_filename() or part.get("Content-ID") or "part"
    return File(str(name).strip("<> "), part.get_content_type(), _octets(part))


def _word(element: Element, path: str) -> str:
    found = element.find(path)
    return "" if found is None else _text(found)


def _text(element: Element) -> str:
    return (element.text or "").strip()


def _status(code: int, text: str) -> str:
    return (
        f"<MM7Version>{_VERSION}</MM7Version><Status><StatusCode>{code}</StatusCode>"
        f"<StatusText>{escape(text)}</StatusText></Status>"
    )


def _enveloped(body: str, transaction: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><env:Envelope xmlns:env="{SOAP}"><env:Header>'
        f'<TransactionID xmlns="{NAMESPACE}" env:mustUnderstand="1">{escape(transaction)}</TransactionID>'
        f"</env:Header><env:Body>{body}</env:Body></env:Envelope>"
    ).encode()
