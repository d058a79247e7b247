"""What the switch's answer to a NOTIFY means for the notice (RFC 3261, section 21)."""

from __future__ import annotations

from personsvar.gateways.lamps.sip import SipMessage
from personsvar.gateways.lamps.sip_port import is_accepted
from personsvar.notifier.delivery_errors import DeliveryError, UndeliverableError

_NO_LAMP = frozenset({401, 403, 404, 407})
_LATER = frozenset({408, 480, 491})
_SERVER_ERRORS = range(500, 600)


def must_be_taken(answer: SipMessage) -> None:
    """Return when the lamp was set; raise DeliveryError (later) or UndeliverableError (never)."""
    if is_accepted(answer):
        return
    status = answer.status or 0
    if status in _NO_LAMP:
        raise UndeliverableError(f"the switch has no such lamp ({answer.reason}): see docs/lamps.md")
    if status in _LATER or status in _SERVER_ERRORS:
        raise DeliveryError(f"the switch said {answer.reason}", wait_seconds=_retry_after(answer))
    raise UndeliverableError(f"the switch refused: {answer.reason}")


def _retry_after(answer: SipMessage) -> float | None:
    """Seconds, with a comment behind it now and then (RFC 3261, 20.33)."""
    digits = answer["Retry-After"].partition(";")[0].partition("(")[0].strip()
    return float(digits) if digits.isascii() and digits.isdigit() else None
