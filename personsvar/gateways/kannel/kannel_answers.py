"""What smsbox's answer to `sendsms` means for the notice (Kannel User's Guide, "sendsms response codes").

| answer | is |
|---|---|
| 202 `0: Accepted for delivery` | taken |
| 202 `3: Queued for later delivery` | taken: no SMSC is connected, and bearerbox keeps it |
| 400, and 403 `Not routable` | refused for good: the number, or what is sent |
| 401, 403, 404, 3xx | the operator's mistake: name, password, address; the notice is tried again |
| 408, 425, 429, 5xx | later: `503 Temporal failure, try again later.` |
"""

from __future__ import annotations

import logging
import re
from http import HTTPStatus

from personsvar.notifier.delivery_errors import DeliveryError, UndeliverableError

log = logging.getLogger(__name__)

LONGEST_WORDS = 100
_TAKEN = frozenset({"0", "3"})
_CODE = re.compile(r"\s*(\d+):")
_LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})
_MISTAKEN = frozenset(
    {
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.METHOD_NOT_ALLOWED,
        HTTPStatus.PROXY_AUTHENTICATION_REQUIRED,
    }
)


def check_answer(gateway: str, status: int, body: str) -> None:
    """Return when it was taken; raise DeliveryError or UndeliverableError."""
    answer = f"{status} {excerpt(body)}".strip()
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        _check_code(answer, body)
    elif (status in _MISTAKEN and "not routable" not in body.lower()) or status < HTTPStatus.BAD_REQUEST:
        log.error(
            "the SMS gateway refuses us: see PERSONSVAR_KANNEL_URL",
            extra={"gateway": gateway, "answer": answer},
        )
        raise DeliveryError(f"the gateway refuses us: {answer}")
    elif status in _LATER or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise DeliveryError(answer)
    else:
        raise UndeliverableError(answer)


def _check_code(answer: str, body: str) -> None:
    """Older gateways of this shape answer `Sent.` without a code."""
    code = _CODE.match(body)
    if code is not None and code[1] not in _TAKEN:
        raise DeliveryError(answer)


def excerpt(body: str) -> str:
    """An answer that quotes the SMS must not carry its PIN into the ledger: no digits in a row."""
    line = " ".join(re.sub(r"[^\x20-\x7e\xa1-\uffff]+", " ", body).split())
    return re.sub(r"\d{4,}", "••••", line)[:LONGEST_WORDS]
