"""Delivery reports: the address that Kannel calls for each, and reading its call.

The address carries what the receipt belongs to, and a proof (HMAC-SHA256) that we wrote it; Kannel fills in
`%d`, the state, and `%A`, the SMSC's own words (User's Guide, "Delivery reports"):

    http://127.0.0.1:8080/gateways/kannel/receipt?gateway=kannel.example.test:13013&id=12-1-5f0c9a1e&token=…&state=%d&answer=%A

It has to be shorter than 255 letters: where Kannel keeps reports in a database, its column holds no more.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime

from personsvar.gateways.kannel.kannel_answers import excerpt
from personsvar.mailbox.model.ledger import Receipt, ReceiptState

PATH = "/gateways/kannel/receipt"
_TOKEN_BYTES = 16
_STATES = {
    34: (ReceiptState.FAILED, "expired"),
    66: (ReceiptState.FAILED, "not delivered, nobody knows why"),
    2: (ReceiptState.FAILED, "not delivered"),
    16: (ReceiptState.FAILED, "refused by the SMSC"),
    1: (ReceiptState.DELIVERED, "delivered"),
    8: (ReceiptState.ON_ITS_WAY, "taken by the SMSC"),
    4: (ReceiptState.ON_ITS_WAY, "buffered"),
}
"""By its bits (gw/dlr.h): the first whose bits are all set. Expired (32) and unknown (64) come with 2."""
_CONTRADICTION = 1 + 2
_MOST = 127


class ForgedError(ValueError):
    """Its token is not ours."""


def receipt_url(base: str, *, gateway: str, gateway_id: str, key: bytes) -> str:
    """With a per cent sign only where Kannel shall fill in: any other it would take for one of its codes."""
    proof = token(key, gateway, gateway_id)
    where = base.rstrip("/").replace("%", "%%") + PATH
    return f"{where}?gateway={gateway}&id={gateway_id}&token={proof}&state=%d&answer=%A"


def read_receipt(query: Mapping[str, str], *, key: bytes, at: datetime) -> Receipt:
    """Raise ForgedError, or ValueError when it is no receipt."""
    gateway, gateway_id = query.get("gateway", ""), query.get("id", "")
    check_token(query.get("token", ""), key, gateway, gateway_id)
    state, meaning = _state(query.get("state", ""))
    detail = _detail(query.get("answer", "")) or meaning
    return Receipt(gateway=gateway, gateway_id=gateway_id, state=state, at=at, detail=detail)


def _state(state: str) -> tuple[ReceiptState, str]:
    bits = int(state) if re.fullmatch("[0-9]{1,3}", state) else 0
    known = [meaning for mask, meaning in _STATES.items() if bits & mask == mask]
    if not known or bits > _MOST or bits & _CONTRADICTION == _CONTRADICTION:
        raise ValueError("the state is none of Kannel's: a sum of 1, 2, 4, 8, 16, 32 and 64")
    return known[0]


def _detail(answer: str) -> str:
    """An SMPP receipt ends with the SMS's first letters (SMPP 3.4, appendix B): a PIN may stand there."""
    return excerpt(re.split(r"\btext:", answer, maxsplit=1, flags=re.IGNORECASE)[0])


def token(key: bytes, *about: str) -> str:
    if not key:
        raise ValueError("no key: anybody could make that token")
    digest = hmac.new(key, "\n".join(about).encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:_TOKEN_BYTES]).decode().rstrip("=")


def check_token(given: str, key: bytes, *about: str) -> None:
    if not hmac.compare_digest(given.encode(), token(key, *about).encode()):
        raise ForgedError("the token is not ours")
