"""What an SMSC's command_status means for a notice (SMPP 5.1.3).

Permanent is only what is wrong with the recipient or the message: another try says the same. What is wrong
with the SMSC, with the agreement or with something unknown may be put right, and is tried again.
"""

from __future__ import annotations

from personsvar.notifier.delivery_errors import DeliveryError, UndeliverableError

OK = 0x00
SYSTEM_ERROR = 0x08
QUEUE_FULL = 0x14
THROTTLED = 0x58
TEMPORARY = 0x64
"""ESME_RX_T_APPN: also what we answer when a receipt could not be stored; it is sent again."""
UNREADABLE = 0xC0
"""ESME_RINVOPTPARSTREAM: what we answer to a deliver_sm that can't be read."""
UNKNOWN_COMMAND = 0x03

WAITS_SECONDS = {THROTTLED: 1.0, QUEUE_FULL: 5.0}
"""How long an SMSC is left alone that said this."""
_PERMANENT = {0x01, 0x0A, 0x0B, 0x45, 0x50, 0x51, 0x65, 0x66}
_WORDS = {
    0x01: "message too long",
    0x05: "already bound",
    SYSTEM_ERROR: "system error",
    0x0A: "invalid source address",
    0x0B: "invalid destination address",
    0x0D: "bind failed",
    0x0E: "invalid password",
    0x0F: "invalid system_id",
    QUEUE_FULL: "queue full",
    0x45: "submit failed",
    0x50: "invalid destination TON",
    0x51: "invalid destination NPI",
    THROTTLED: "throttled",
    TEMPORARY: "temporary error at the receiver",
    0x65: "permanent error at the receiver",
    0x66: "rejected by the receiver",
    0xFF: "unknown error",
}


def described(status: int) -> str:
    """`0x0B, invalid destination address`."""
    meaning = _WORDS.get(status)
    return f"0x{status:02X}" + (f", {meaning}" if meaning else "")


def refusal(status: int) -> DeliveryError | UndeliverableError:
    if status in _PERMANENT:
        return UndeliverableError(f"the SMSC refused it: {described(status)}")
    return DeliveryError(
        f"the SMSC did not take it: {described(status)}", wait_seconds=WAITS_SECONDS.get(status)
    )
