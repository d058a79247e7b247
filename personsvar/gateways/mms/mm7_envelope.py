"""The SOAP part: SubmitReq, its elements in the order of the schema (TS 23.140, REL-6-MM7-1-4).

An MMSC that validates refuses any other order, so the envelope is written out, not built.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape, quoteattr

from personsvar.gateways.mms.mm7_options import Mm7Options
from personsvar.notifier.words.rendering import Multimedia, Rendered

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write (section 2.2)."""
_LINE_ENDS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def submit_req(rendered: Rendered, options: Mm7Options, *, content_id: str, now: datetime) -> str:
    notice = rendered.notice
    return _enveloped(
        f"<MM7Version>{written(options.version)}</MM7Version>"
        f"{_sender(options)}"
        f"<Recipients><To><Number>{written(notice.to)}</Number></To></Recipients>"
        f"{_element('ServiceCode', options.service_code)}"
        "<MessageClass>Informational</MessageClass>"
        f"<TimeStamp>{_time(now)}</TimeStamp>"
        f"<ExpiryDate>{_time(_expiry(notice.created_at, options, now=now))}</ExpiryDate>"
        "<DeliveryReport>true</DeliveryReport>"
        "<ReadReply>false</ReadReply>"
        f"<Priority>{'High' if notice.facts.urgent else 'Normal'}</Priority>"
        f"{_element('Subject', rendered.content_as(Multimedia).subject)}"
        f'<Content href={quoteattr(f"cid:{content_id}")} allowAdaptations="true"/>',
        transaction=str(notice.id),
        namespace=options.namespace,
    )


def written(text: str) -> str:
    """As the text of an element, on one line; what XML can't hold is left out."""
    return escape(_NOT_XML.sub("", _LINE_ENDS.sub(" ", text))).strip()


def _enveloped(body: str, *, transaction: str, namespace: str) -> str:
    space = quoteattr(namespace)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<env:Envelope xmlns:env="{SOAP}"><env:Header>'
        f'<TransactionID xmlns={space} env:mustUnderstand="1">{written(transaction)}</TransactionID>'
        f"</env:Header><env:Body><SubmitReq xmlns={space}>{body}</SubmitReq></env:Body></env:Envelope>"
    )


def _sender(options: Mm7Options) -> str:
    kind = options.sender_kind
    return (
        "<SenderIdentification>"
        f"{_element('VASPID', options.vasp_id)}{_element('VASID', options.vas_id)}"
        f"<SenderAddress>{_element(kind, options.sender)}</SenderAddress>"
        "</SenderIdentification>"
    )


def _element(name: str, text: str) -> str:
    """The element is left out when there is nothing to say."""
    return f"<{name}>{written(text)}</{name}>" if text else ""


def _expiry(created_at: datetime, options: Mm7Options, *, now: datetime) -> datetime:
    """When the notice is too old; one that was sent again by hand has its whole life before it."""
    life = timedelta(hours=options.life_hours)
    return created_at + life if created_at + life > now else now + life


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
