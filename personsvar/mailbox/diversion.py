"""Who sent the call on to the voicemail, read from the raw headers.

`Diversion` (RFC 5806) names the diverters, the latest first; the header itself says that it was
a diversion, so an entry counts unless it gives a cause that is none.

`History-Info` (RFC 7044, before it RFC 4244) names every address the call was aimed at, in the order
of the index, and most of them diverted nothing. A `Reason` escaped in an entry tells why the call left
*that* entry; a `cause` (RFC 4458) tells why it came *to* it, so it speaks for the entry it came from
(`mp`, `rc`, or the one before). Some switches write the cause on the diverter itself; that counts too.

A Request-URI with `target` and `cause` (RFC 4458) names the mailbox itself: read when no header does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from urllib.parse import unquote

from personsvar.mailbox.headers import SipAddress, addresses
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.phone_numbers import number_of
from personsvar.mailbox.sip_text import Parameters, parse_parameters, split, value_of
from personsvar.mailbox.sip_uri import parse_uri

MOST_HOPS = 100
"""Of one header; a call is not sent on more often than this. Of a longer list the latest are read."""

SIP_CAUSES = frozenset(
    {
        301,  # moved permanently
        302,  # unconditional (RFC 4458)
        404,  # unknown (RFC 4458)
        408,  # no reply (RFC 4458)
        410,  # gone
        480,  # deflected at once (RFC 4458), or unavailable
        486,  # busy (RFC 4458)
        487,  # deflected while it rang (RFC 4458)
        500,  # the phone's network failed
        503,  # mobile not reachable (RFC 4458)
        504,  # the phone's network did not answer
        600,  # busy everywhere
        603,  # declined
        604,  # does not exist anywhere
    }
)
"""SIP codes that say the call was diverted. 380, a translated service number, is none (RFC 8119)."""

Q850_CAUSES = frozenset({1, 17, 18, 19, 20, 21, 22, 27})
"""ITU-T Q.850: unallocated, busy, no user responding, no answer, absent, rejected, changed, out of order."""

Hop = Number | None
"""A diverter; None when the entry says diversion and names no telephone number."""

_INDEX = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4}){0,30}")


def hops(
    *,
    diversion: Sequence[str],
    history_info: Sequence[str],
    access_number: Number,
    region: str,
    request_uri: str = "",
) -> tuple[Hop, ...]:
    """The diverters, first to latest, without the access number.

    A switch may tell the same in both headers: what only History-Info knows comes first.
    """
    diverted = _from_diversion(diversion, region)
    historic = [hop for hop in _from_history(history_info, region) if hop not in diverted]
    found = [hop for hop in (*historic, *diverted) if hop != access_number]
    return tuple(found or [hop for hop in _from_target(request_uri, region) if hop != access_number])


def _from_diversion(values: Sequence[str], region: str) -> list[Hop]:
    entries = islice(addresses(values), MOST_HOPS)
    counting = [number_of(entry.uri, region=region) for entry in entries if not _denied(entry)]
    return counting[::-1]


def _denied(entry: SipAddress) -> bool:
    """A cause that is given and says something else than diversion."""
    cause = value_of("cause", entry.parameters, entry.uri.parameters)
    return cause is not None and not _says_diversion("SIP", cause)


def _from_history(values: Sequence[str], region: str) -> list[Hop]:
    entries = _in_order(list(addresses(values)))[-MOST_HOPS:]
    diverters = {at for at, entry in enumerate(entries) if _left(entry) or _caused(entry)}
    diverters |= {_origin(entries, at) for at, entry in enumerate(entries) if _caused(entry)}
    return [number_of(entries[at].uri, region=region) for at in sorted(diverters) if at >= 0]


def _from_target(request_uri: str, region: str) -> list[Hop]:
    uri = parse_uri(request_uri)
    parameters = () if uri is None else uri.parameters
    target = parse_uri(unquote(value_of("target", parameters) or ""))
    if target is None or not _says_diversion("SIP", value_of("cause", parameters) or ""):
        return []
    return [number_of(target, region=region)]


def _in_order(entries: list[SipAddress]) -> list[SipAddress]:
    """By index; as they came when one of them has none."""
    indexes = [value_of("index", entry.parameters) or "" for entry in entries]
    if not all(_INDEX.fullmatch(index) for index in indexes):
        return entries
    return sorted(entries, key=lambda entry: _steps(value_of("index", entry.parameters) or ""))


def _steps(index: str) -> tuple[int, ...]:
    return tuple(int(step) for step in index.split("."))


def _origin(entries: list[SipAddress], at: int) -> int:
    """Where the call was before it came to the entry `at`; -1: nowhere."""
    named = value_of("mp", entries[at].parameters) or value_of("rc", entries[at].parameters)
    places = [value_of("index", entry.parameters) for entry in entries[:at]]
    return places.index(named) if named is not None and named in places else at - 1


def _left(entry: SipAddress) -> bool:
    """Its Reason says diversion; several reasons may be joined (RFC 3326)."""
    reason = value_of("reason", entry.uri.headers, entry.uri.parameters, entry.parameters)
    return any(_reason_says_diversion(part) for part in split(reason or "", ","))


def _reason_says_diversion(reason: str) -> bool:
    protocol, _, rest = reason.partition(";")
    parameters: Parameters = parse_parameters(rest)
    return _says_diversion(protocol, value_of("cause", parameters) or "")


def _caused(entry: SipAddress) -> bool:
    return _says_diversion("SIP", value_of("cause", entry.uri.parameters, entry.parameters) or "")


def _says_diversion(protocol: str, cause: str) -> bool:
    causes = {"SIP": SIP_CAUSES, "Q.850": Q850_CAUSES}.get(protocol.strip().upper(), frozenset[int]())
    return cause.strip() in {str(known) for known in causes}
