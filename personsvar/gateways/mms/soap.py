"""Reading what an MMSC writes: SOAP by local names, whatever the namespace, sometimes within MIME.

Nothing it sends is trusted: entities and document types are refused, and so is anything long.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from personsvar.gateways.mms.mms_parts import xml_of

LARGEST = 64 * 1024
"""Bytes. An answer is one or two thousand."""


class NotUnderstoodError(Exception):
    """It is no SOAP, or nothing we let in."""


@dataclass(frozen=True, slots=True)
class SoapMessage:
    kind: str
    """The local name of what is in the body: `SubmitRsp`, `Fault`, `DeliveryReportReq`."""
    namespace: str
    transaction: str
    _body: Element = field(repr=False)

    def word(self, name: str) -> str:
        """The text of the first element of this name in the body; empty when there is none."""
        return _word(self._body, name)


def read(body: bytes, content_type: str = "text/xml") -> SoapMessage:
    """Raise NotUnderstoodError."""
    if len(body) > LARGEST:
        raise NotUnderstoodError(f"over {LARGEST} bytes")
    root = _parsed(_xml_of(body, content_type))
    soap_body = _first(root, "Body")
    if _local(root) != "Envelope" or soap_body is None or not len(soap_body):
        raise NotUnderstoodError("no SOAP envelope with a body")
    content = soap_body[0]
    header = _first(root, "Header")
    return SoapMessage(
        kind=_local(content),
        namespace=content.tag.rpartition("}")[0].lstrip("{"),
        transaction="" if header is None else _word(header, "TransactionID"),
        _body=soap_body,
    )


def _parsed(xml: bytes) -> Element:
    try:
        root: Element = fromstring(xml, forbid_dtd=True)
    except DefusedXmlException as hostile:
        raise NotUnderstoodError(f"refused: {type(hostile).__name__}") from hostile
    except (ParseError, ValueError, LookupError) as wrong:
        raise NotUnderstoodError(f"no XML: {wrong}") from wrong
    return root


def _xml_of(body: bytes, content_type: str) -> bytes:
    """The XML itself, or that of the first part that holds some."""
    if not content_type.strip().lower().startswith("multipart/"):
        return body.strip()
    try:
        return xml_of(body, content_type)
    except ValueError as wrong:  # too deep, or a header that nobody can read
        raise NotUnderstoodError(f"no MIME: {wrong}") from wrong


def _first(root: Element, name: str) -> Element | None:
    return next((one for one in root.iter() if _local(one) == name), None)


def _word(root: Element, name: str) -> str:
    found = _first(root, name)
    return "" if found is None else (found.text or "").strip()


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
