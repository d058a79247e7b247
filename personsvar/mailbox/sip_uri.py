"""The address of somebody: a SIP, SIPS or tel URI (RFC 3261, 19.1; RFC 3966).

    sip:+4790000001;npdi;rn=+4792000000:secret@[2001:db8::1]:5060;user=phone?Reason=SIP%3Bcause%3D486
        user, its parameters ────────┘ password   host, port      parameters  headers

A telephone number is written the same in all three, with the same parameters behind it: the user part of a
sip URI is what follows `tel:` (RFC 3261, 19.1.6). So there is one reader, and nobody else cuts an address.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote

from personsvar.mailbox.sip_text import Parameters, masked, parse_parameters

SCHEMES = frozenset({"sip", "sips", "tel"})


@dataclass(frozen=True, slots=True)
class Uri:
    scheme: str
    """`sip`, `sips` or `tel`."""
    user: str = ""
    """Unescaped, without its parameters and without a password. Empty: the address is a host's."""
    user_parameters: Parameters = ()
    """Those of the number: `phone-context`, `isub`, `ext`, `npdi`, `rn`, `cpc`."""
    host: str = ""
    """Small letters, without port, brackets and a dot at the end."""
    parameters: Parameters = ()
    headers: Parameters = ()

    @property
    def phone_contexts(self) -> frozenset[str]:
        """What a local number is local to (RFC 3966, 5.1.5). Some gateways write it behind the host."""
        given = (*self.user_parameters, *self.parameters)
        return frozenset(unquote(value).strip().lower() for key, value in given if key == "phone-context")


def parse_uri(text: str) -> Uri | None:
    """Of any other scheme, or of none: None."""
    text = text.strip()
    scheme, colon, rest = text.partition(":")
    scheme = scheme.lower()
    if not colon or scheme not in SCHEMES:
        return None
    address, _, headers = _cut(rest, "?")
    user, at, place = _cut(address, "@")
    if not at:
        user, place = (address, "") if scheme == "tel" else ("", address)
    return _uri(scheme, user, place, headers)


def parse_subscriber(text: str) -> Uri:
    """A number as it stands in a URI, without one: `+4790000001;ext=5`."""
    return _uri("tel", text, "", "")


def _uri(scheme: str, user: str, place: str, headers: str) -> Uri:
    subscriber = user if scheme == "tel" else user.partition(":")[0]
    name, _, user_parameters = subscriber.partition(";")
    host, _, parameters = place.partition(";")
    escaped = parse_parameters(headers, "&")
    return Uri(
        scheme=scheme,
        user="" if "@" in host else unquote(name).strip(),  # two of them: nobody can tell which part is whose
        user_parameters=parse_parameters(user_parameters),
        host=_host(host),
        parameters=parse_parameters(parameters),
        headers=tuple((key, unquote(value)) for key, value in escaped),
    )


def _cut(text: str, separator: str) -> tuple[str, str, str]:
    """Like `str.partition`, and no separator counts that is quoted."""
    at = masked(text).find(separator)
    return (text, "", "") if at < 0 else (text[:at], separator, text[at + 1 :])


def _host(host_and_port: str) -> str:
    host = unquote(host_and_port).strip().lower()
    bare = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return bare.rstrip(". ")
