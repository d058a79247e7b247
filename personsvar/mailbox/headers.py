"""The grammar of SIP's name-and-address headers (RFC 3261, 20 and 25.1), as far as a voicemail needs it.

`"Berg, Kari" <sip:+4790000001@example.test;user=phone?Reason=…>;reason=user-busy` is an address: a
display name, a URI (sip_uri.py), and parameters of the entry itself.

What a name holds changes nothing: the address is the last thing in angle brackets, and a quotation mark or a
bracket that never closes is a letter. Only what makes no sense at all is None.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from personsvar.mailbox.sip_text import (
    BLIND,
    STRICT,
    Parameters,
    Quoting,
    closed,
    masked,
    parse_parameters,
    split,
    unquoted,
)
from personsvar.mailbox.sip_uri import Uri, parse_uri

_BASE64_BLOCK = 4


@dataclass(frozen=True, slots=True)
class SipAddress:
    name: str
    uri: Uri
    parameters: Parameters = ()
    """The entry's parameters, behind the closing bracket. Without brackets they are the URI's too."""


def raw_headers(wrapped: str) -> Iterator[str | None]:
    """The values a dialplan hands over as base64, separated by spaces.

    A dialplan's lines have an end: a value cut short loses its last letters only. None: it is no base64.
    """
    for piece in wrapped.split():
        bare = piece.rstrip("=")
        whole = bare[: len(bare) - (len(bare) % _BASE64_BLOCK == 1)]
        try:
            octets = binascii.a2b_base64(whole + "=" * (-len(whole) % _BASE64_BLOCK), strict_mode=True)
        except ValueError:
            yield None
        else:
            yield octets.decode("utf-8", "replace")


def addresses(values: Iterable[str]) -> Iterator[SipAddress]:
    """Every address of these headers, comma lists opened, in order."""
    for value in values:
        yield from _read(value)


def parse_address(entry: str) -> SipAddress | None:
    """The one address of a header that has no list."""
    return _parse(entry, STRICT) or _parse(entry, BLIND)


def _read(value: str) -> list[SipAddress]:
    """The address by the grammar; and if that hides an address, as a switch means it that escapes nothing."""
    strict, hides = _list(value, STRICT)
    if not hides:
        return strict
    blind, _ = _list(value, BLIND)
    return blind if len(blind) > len(strict) else strict


def _list(value: str, quoting: Quoting) -> tuple[list[SipAddress], bool]:
    """The addresses, and whether an entry holds one that was not found."""
    entries = [(entry, _parse(entry, quoting)) for entry in split(value, ",", quoting)]
    hides = any(found is None and _SCHEME_ANYWHERE.search(entry) for entry, found in entries)
    return [found for _, found in entries if found is not None], hides


def _parse(entry: str, quoting: Quoting) -> SipAddress | None:
    """With brackets the parameters inside are the URI's; without, all are the entry's (RFC 3261, 20.10)."""
    brackets = [span for span in closed(entry, quoting) if entry[span[0]] == "<"]
    for start, end in reversed(brackets):
        inside = entry[start + 1 : end - 1].rpartition("<")[2]  # a bracket in the name: `Ola <3 <sip:…>`
        uri = parse_uri(inside)
        if uri is not None:
            return SipAddress(_name(entry[:start]), uri, parse_parameters(entry[end:]))
    return _parse_bare(entry, quoting)


def _parse_bare(entry: str, quoting: Quoting) -> SipAddress | None:
    begins = _SCHEME.search(masked(entry, quoting))
    if begins is None:
        return None
    uri = parse_uri(entry[begins.start(1) :])
    if uri is None:
        return None
    parameters = uri.user_parameters if uri.scheme == "tel" else uri.parameters
    return SipAddress(_name(entry[: begins.start(1)]), uri, parameters)


def _name(text: str) -> str:
    return " ".join(unquoted(text).split())


_SCHEME = re.compile(r"(?:\A|[\s\0])((?:sips?|tel):)", re.IGNORECASE)
_SCHEME_ANYWHERE = re.compile(r"\b(?:sips?|tel):", re.IGNORECASE)
