"""The requests of a lamp: NOTIFY, which sets it (RFC 3842), and SUBSCRIBE, which asks for it (RFC 6665)."""

from __future__ import annotations

from secrets import token_hex

from personsvar.gateways.lamps.sip import Header, SipMessage
from personsvar.gateways.lamps.summary import CONTENT_TYPE, EVENT, summary
from personsvar.mailbox.model.message import Counts

SUBSCRIBED_SECONDS = 60
"""The shortest that Asterisk takes; it lapses by itself."""


def notify(who: str, counts: Counts, *, account: str, switch: str, here: str) -> SipMessage:
    """A lamp's state, unasked (RFC 3842, section 3): `who` is the switch's name for it, before the @."""
    headers = (
        ("Event", EVENT),
        ("Subscription-State", "terminated;reason=noresource"),
        ("Content-Type", CONTENT_TYPE),
    )
    body = summary(counts, account=f"sip:{account}@{switch}")
    return _request("NOTIFY", who, switch=switch, here=here, headers=headers, body=body)


def subscribe(who: str, *, switch: str, here: str) -> SipMessage:
    """Ask for a lamp's state: it comes in a NOTIFY with the same Call-ID."""
    headers = (("Event", EVENT), ("Accept", CONTENT_TYPE), ("Expires", str(SUBSCRIBED_SECONDS)))
    return _request("SUBSCRIBE", who, switch=switch, here=here, headers=headers)


def _request(
    method: str, who: str, *, switch: str, here: str, headers: tuple[Header, ...], body: str = ""
) -> SipMessage:
    """A request outside a dialogue (RFC 3261, 8.1.1), from and to the lamp itself."""
    return SipMessage(
        f"{method} sip:{who}@{switch} SIP/2.0",
        (
            ("Via", f"SIP/2.0/UDP {here};rport;branch=z9hG4bK{token_hex(12)}"),
            ("Max-Forwards", "70"),
            ("From", f"<sip:{who}@{switch}>;tag={token_hex(6)}"),
            ("To", f"<sip:{who}@{switch}>"),
            ("Contact", f"<sip:{who}@{here}>"),
            ("Call-ID", token_hex(16)),
            ("CSeq", f"1 {method}"),
            *headers,
        ),
        body,
    )
