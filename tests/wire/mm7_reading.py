"""Reading a SubmitReq as a strict MMSC does: MIME by RFC 2046 and 2387, XML, and the schema's order.

Written from the standards and from nothing of ours. What breaks them raises Malformed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from xml.etree import ElementTree as ET

MM7 = "{http://www.3gpp.org/ftp/Specs/archive/23_series/23.140/schema/REL-6-MM7-1-4}"
SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
ORDER = """
MM7Version SenderIdentification Recipients ServiceCode LinkedID MessageClass TimeStamp ReplyCharging
EarliestDeliveryTime ExpiryDate DeliveryReport ReadReply Priority Subject ChargedParty ChargedPartyID
DistributionIndicator DeliveryCondition ApplicID ReplyApplicID AuxApplicInfo ContentClass DRMContent Content
""".split()  # noqa: SIM905 - read beside the schema
"""submitReqType, a sequence."""
SENDER_ORDER = ["VASPID", "VASID", "SenderAddress"]


class Malformed(Exception):  # noqa: N818 - what the MMSC says of it
    pass


@dataclass(frozen=True)
class Part:
    headers: Mapping[str, str]
    body: bytes

    @property
    def type(self) -> str:
        return self.headers["content-type"].partition(";")[0].strip()

    @property
    def id(self) -> str:
        return self.headers["content-id"].removeprefix("<").removesuffix(">")


@dataclass(frozen=True)
class Submission:
    headers: Mapping[str, str]
    request: ET.Element
    transaction: str
    smil: ET.Element
    text: str
    sound: bytes
    size: int

    def word(self, path: str) -> str:
        found = self.request.find("/".join(f"{MM7}{name}" for name in path.split("/")))
        return "" if found is None else (found.text or "")


def submission(headers: Mapping[str, str], body: bytes) -> Submission:
    soap, content = _two(related(headers["content-type"], body))
    if soap.type != "text/xml":
        raise Malformed(f"the first part is {soap.type}")
    request, transaction = _submit_req(soap.body)
    href = request.findall(f"{MM7}Content")[0].get("href")
    if href != f"cid:{content.id}":
        raise Malformed(f"{href} is not there")
    smil, text, sound = _slide(related(content.headers["content-type"], content.body))
    return Submission(headers, request, transaction, smil, text, sound, len(body))


def related(content_type: str, body: bytes) -> list[Part]:
    """RFC 2387: its start is the first part."""
    if not content_type.startswith("multipart/related"):
        raise Malformed(f"{content_type} is not multipart/related")
    parts = _parts(_parameter(content_type, "boundary"), body)
    if _parameter(content_type, "start") != f"<{parts[0].id}>":
        raise Malformed("the start is not the first part")
    if _parameter(content_type, "type") != parts[0].type:
        raise Malformed("the type is not that of the start")
    if len({part.id for part in parts}) != len(parts):
        raise Malformed("two parts of one id")
    return parts


def _parts(boundary: str, body: bytes) -> list[Part]:
    delimiter = b"\r\n--" + boundary.encode()
    pieces = (b"\r\n" + body).split(delimiter)
    if pieces[0] != b"" or pieces[-1] != b"--\r\n":
        raise Malformed("it does not begin or end with its boundary")
    return [_part(piece) for piece in pieces[1:-1]]


def _part(piece: bytes) -> Part:
    head, blank, body = piece.partition(b"\r\n\r\n")
    if not head.startswith(b"\r\n") or not blank:
        raise Malformed("a part without a head")
    lines = [line.partition(": ") for line in head.decode("ascii").split("\r\n")[1:]]
    if not all(colon for _, colon, _ in lines):
        raise Malformed("a line that is no header")
    return Part({name.lower(): value for name, _, value in lines}, body)


def _parameter(content_type: str, name: str) -> str:
    message = Message()
    message["Content-Type"] = content_type
    value = message.get_param(name)
    if not isinstance(value, str):
        raise Malformed(f"no {name}")
    return value


def _two(parts: list[Part]) -> tuple[Part, Part]:
    if len(parts) != 2:
        raise Malformed(f"{len(parts)} parts")
    return parts[0], parts[1]


def _submit_req(xml: bytes) -> tuple[ET.Element, str]:
    root = _xml(xml)
    transaction = root.find(f"{SOAP}Header/{MM7}TransactionID")
    request = root.find(f"{SOAP}Body/{MM7}SubmitReq")
    if transaction is None or request is None:
        raise Malformed("no SubmitReq with a TransactionID")
    if transaction.get(f"{SOAP}mustUnderstand") != "1":
        raise Malformed("mustUnderstand")
    _in_order(request, ORDER)
    _in_order(request[1], SENDER_ORDER)
    for name in ("TimeStamp", "ExpiryDate"):
        if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", _text(request, name)):
            raise Malformed(name)
    return request, transaction.text or ""


def _in_order(element: ET.Element, order: list[str]) -> None:
    names = [one.tag.removeprefix(MM7) for one in element]
    places = [order.index(name) if name in order else -1 for name in names]
    if places != sorted(set(places)) or -1 in places:
        raise Malformed(f"not in the schema's order: {names}")


def _text(request: ET.Element, name: str) -> str:
    return (request.findtext(f"{MM7}{name}") or "").strip()


def _slide(parts: list[Part]) -> tuple[ET.Element, str, bytes]:
    if [part.type for part in parts] != ["application/smil", "text/plain", "audio/amr"]:
        raise Malformed(f"{[part.type for part in parts]}")
    smil = _xml(parts[0].body)
    shown = {one.get("src") for one in smil.iter() if one.get("src")}
    if shown != {f"cid:{part.id}" for part in parts[1:]}:
        raise Malformed(f"the slide shows {shown}")
    return smil, parts[1].body.decode("utf-8"), parts[2].body


def _xml(content: bytes) -> ET.Element:
    try:
        return ET.fromstring(content)
    except ET.ParseError as wrong:
        raise Malformed(str(wrong)) from wrong
