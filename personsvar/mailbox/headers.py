"""The grammar of SIP's name-and-address headers (RFC 3261, 20 and 25.1), as far as a voicemail needs it.

`"Berg, Kari" <sip:+4790000001@example.test;user=phone?Reason=…>;reason=user-busy` is an address: a
display name, a URI with parameters and escaped headers, and parameters of the entry itself.
Everything here is linear in the length of what came, and nothing raises: what makes no sense is None.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

_LONGEST = 8192
"""Characters of one header; a longer one is no header of ours."""

Parameters = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Address:
    name: str
    uri: str
    """Without its parameters and headers: `sip:user@host`, `tel:+47…`."""
    uri_parameters: Parameters = ()
    uri_headers: Parameters = ()
    parameters: Parameters = ()
    """Those behind the closing bracket: of the entry, not of the URI."""


def addresses(values: Iterable[str]) -> Iterator[Address]:
    """Every address of these headers, comma lists opened, in order."""
    for value in values:
        for entry in split(value, ","):
            found = parse_address(entry)
            if found is not None:
                yield found


def value_of(name: str, *places: Parameters) -> str | None:
    """The first value of that parameter; names know no case (RFC 3261, 7.3.1)."""
    return next((value for place in places for key, value in place if key == name), None)


def split(value: str, separator: str) -> list[str]:
    """Cut at each separator that is neither quoted nor in angle brackets; [] for what is too long."""
    if len(value) > _LONGEST:
        return []
    pieces, start = [], 0
    for at in _outside(value):
        if value[at] == separator:
            pieces.append(value[start:at].strip())
            start = at + 1
    return [*pieces, value[start:].strip()]


def parse_address(entry: str) -> Address | None:
    """With brackets the parameters inside are the URI's; without, all are the entry's (RFC 3261, 20.10)."""
    opening = next((at for at in _outside(entry) if entry[at] == "<"), None)
    if opening is None:
        uri, _, parameters = entry.strip().partition(";")
        return _address("", uri, parameters)
    inside, closing, behind = entry[opening + 1 :].partition(">")
    return _address(_unquoted(entry[:opening]), inside, behind) if closing else None


def parse_parameters(text: str, separator: str = ";") -> Parameters:
    pairs = (piece.partition("=") for piece in split(text, separator) if piece)
    return tuple((unquote(key).strip().lower(), _unquoted(value)) for key, _, value in pairs)


def _address(name: str, uri: str, parameters: str) -> Address | None:
    before, _, headers = uri.strip().partition("?")
    scheme, colon, _ = before.partition(":")
    if not colon or scheme.lower() not in {"sip", "sips", "tel"}:
        return None
    bare, uri_parameters = _apart(before)
    escaped = parse_parameters(headers, "&")
    return Address(
        name=name,
        uri=bare,
        uri_parameters=parse_parameters(uri_parameters),
        uri_headers=tuple((key, unquote(value)) for key, value in escaped),
        parameters=parse_parameters(parameters),
    )


def _apart(uri: str) -> tuple[str, str]:
    """A URI and its parameters; in `sip:` those in front of the @ belong to the user (RFC 3966 in SIP)."""
    user, at, host = uri.rpartition("@")
    bare_host, _, parameters = host.partition(";")
    if at:
        return f"{user}@{bare_host}", parameters
    return (uri, parameters) if uri.lower().startswith("tel:") else (bare_host, parameters)


def _outside(value: str) -> Iterator[int]:
    """The places that are neither in a quoted string nor behind an open bracket (the bracket itself is)."""
    quoted = bracketed = escaped = False
    for at, character in enumerate(value):
        if quoted:
            quoted = escaped or character != '"'
            escaped = character == "\\" and not escaped
        elif bracketed:
            bracketed = character != ">"
        else:
            quoted, bracketed = character == '"', character == "<"
            yield at


def _unquoted(text: str) -> str:
    text = text.strip()
    return text[1:-1].replace('\\"', '"') if len(text) > 1 and text[0] == text[-1] == '"' else text
