"""A short message from a phone, as Kannel's `sms-service` hands it over (User's Guide, "get-url").

    get-url = "http://127.0.0.1:8080/gateways/kannel/incoming?from=%p&to=%P&text=%b&udh=%u&coding=%c&token=…"

`%b` are the bytes as they came: GSM letters made UTF-8 (or what `%C` says), UCS-2 as UTF-16BE, others as is.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from personsvar.gateways.kannel.delivery_reports import check_token, token
from personsvar.gateways.kannel.request import CODINGS
from personsvar.gateways.sms.alphabet import Coding, encoded
from personsvar.gateways.sms.sms import IncomingSms
from personsvar.gateways.sms.user_data import read

PATH = "/gateways/kannel/incoming"
_ABOUT = "incoming"
_CODINGS = {"": Coding.GSM7, "-1": Coding.GSM7} | {str(theirs): ours for ours, theirs in CODINGS.items()}
"""-1: undefined (`%c` tells the number as it is); its letters come in `charset` as those of 0 do."""


def incoming_url(base: str, *, key: bytes) -> str:
    """What the operator writes in kannel.conf as `get-url`."""
    where = base.rstrip("/").replace("%", "%%") + PATH
    filled_in = "from=%p&to=%P&text=%b&udh=%u&coding=%c&charset=%C"
    return f"{where}?{filled_in}&token={token(key, _ABOUT)}"


def read_incoming(query: bytes, *, key: bytes) -> IncomingSms:
    """Of the raw query, for its bytes are not always text. Raise ForgedError or ValueError."""
    # latin-1 maps every byte to one letter and back: the bytes stay whole
    fields = dict(parse_qsl(query.decode("ascii"), keep_blank_values=True, encoding="latin-1"))
    check_token(fields.get("token", ""), key, _ABOUT)
    if not fields.get("from") or fields.get("coding", "0") not in _CODINGS:
        raise ValueError("an SMS without a sender, or in no coding of Kannel's")
    coding = _CODINGS[fields.get("coding", "0")]
    body = fields.get("text", "").encode("latin-1")
    text = _text(body, coding, fields.get("charset") or "utf-8")
    header, _ = read(fields.get("udh", "").encode("latin-1"))
    return IncomingSms(
        source=fields["from"],
        destination=fields.get("to", ""),
        data_coding=coding,
        payload=body if text is None else encoded(text, coding),
        ports=header.ports,
        part=header.part,
        text=text,
    )


def _text(body: bytes, coding: Coding, charset: str) -> str | None:
    if coding is Coding.BINARY:
        return None
    try:
        return body.decode("utf-16-be" if coding is Coding.UCS2 else charset)
    except (LookupError, UnicodeDecodeError) as wrong:
        raise ValueError("letters that can't be read") from wrong
