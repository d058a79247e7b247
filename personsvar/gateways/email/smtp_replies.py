"""What a mail server's answers mean for a notice (RFC 5321, section 4.2; the finer codes: RFC 3463).

4xx                     not now: it is tried again (greylisting, a full disk, a slow day)
5xx for the recipient   never: the address is wrong, or closed
5xx for the size        not like this: it goes with a link instead
5xx for the sender, or  the operator's own mistake: no notice is given up for it
for who we are          (530, 534, 535, 538: RFC 4954)
"""

from __future__ import annotations

import re
from enum import StrEnum

from personsvar.notifier.delivery_errors import DeliveryError, GatewayAwayError, UndeliverableError

_FINE = re.compile(r"([245])\.(\d{1,3})\.(\d{1,3})")
_WHO_ARE_YOU = frozenset({530, 534, 535, 538})
_TOO_LARGE = frozenset({"5.2.3", "5.3.4"})
_MAILBOX_FULL = "5.2.2"
_STORAGE_EXCEEDED = 552
_CLOSING = 421
_PERMANENT = range(500, 600)
_NOT_NOW = range(400, 500)
_LONGEST = 200


class Stage(StrEnum):
    """What was being said when the answer came."""

    SENDER = "MAIL"
    RECIPIENT = "RCPT"
    CONTENT = "DATA"


class LostError(DeliveryError):
    """The connection was lost, or closed by the server, before anything of the mail was written."""


class MailTooLargeError(UndeliverableError):
    """It will never take a mail of this size; a smaller one it may."""


class BusyError(GatewayAwayError):
    """The server is there, and every connection to it is at work."""


class OperatorsMistakeError(GatewayAwayError):
    """The server is there and will have none of us: a password, a certificate, a sender that is not right."""


def meaning(code: int, text: str, stage: Stage, *, recipient: str) -> Exception:
    """The error that this answer is."""
    reply = quoted(code, text, recipient=recipient)
    if code == _CLOSING:
        return LostError(reply)
    if code in _NOT_NOW:
        return DeliveryError(reply)
    if code not in _PERMANENT:
        return LostError(f"an answer that is none: {reply}")
    if code in _WHO_ARE_YOU:
        return OperatorsMistakeError(reply)
    if _is_size(code, text):
        return MailTooLargeError(reply)
    return OperatorsMistakeError(reply) if stage is Stage.SENDER else UndeliverableError(reply)


def _is_size(code: int, text: str) -> bool:
    fine = _FINE.match(text)
    if fine is None:
        return code == _STORAGE_EXCEEDED
    return fine[0] in _TOO_LARGE or (code == _STORAGE_EXCEEDED and fine[0] != _MAILBOX_FULL)


def quoted(code: int, text: str, *, recipient: str = "") -> str:
    """In the server's own words, for the ledger and the log: on one line, and without the address."""
    line = " ".join(re.sub(r"[^\x20-\x7e]+", " ", text).split())
    if recipient:
        line = re.sub(re.escape(recipient), "...", line, flags=re.IGNORECASE)
    return f"{code} {line[:_LONGEST]}".strip()
