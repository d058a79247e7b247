"""What a phone asks for, in an SMS to the service (TS.46, the client's SMS messages).

    Activate:pv=13;ct=acme.p1.14;pt=5496;//VVM     pv 10 to 99, ct at most 30 letters, pt 0 to 16999
    Deactivate:pv=13;ct=acme.p1.14
    STATUS:pv=13;ct=acme.p1.14;pt=5496;//VVM       also `Status`, `STATUS:dt=6`
    STATE                                          an iPhone; some send `STATE?`

An SMSC may bring another letter for one of `ct` (`_` as `§`): it is left out, for nobody needs it. Read in
any case, with a colon behind the prefix or none, fields we don't know passed over. Whose mailbox it is about
stands in no SMS: only the SMSC knows who sent it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from personsvar.vvm.sms.dialects import LEAST_VERSION, PREFIX_FORM, Dialect, of_version

LONGEST = 300
"""Letters; a request has some fifty."""
LARGEST_PORT = 16_999
LARGEST_VERSION = 99
LONGEST_CLIENT = 30
_WHOLE = re.compile(r"(?:(activate|deactivate|status)(?::(.*))?|(state)\??)", re.IGNORECASE | re.ASCII)
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9_-]*)=(.*)")
_NUMBER = re.compile(r"[0-9]{1,5}")
_UNFIT = re.compile(r"[^!-:<>-~]")
"""In a client's name: all but what is printed and parts no fields."""


class ClientRequestKind(StrEnum):
    ACTIVATE = "activate"
    DEACTIVATE = "deactivate"
    STATUS = "status"


@dataclass(frozen=True, slots=True)
class ClientRequest:
    kind: ClientRequestKind
    dialect: Dialect | None = None
    """None where the request does not show its dialect."""
    version: int | None = None
    """`pv`."""
    client: str = ""
    port: int = 0
    """The application port its answers go to; 0: as text."""
    prefix: str | None = None
    """What its answers begin with, where it says so."""


@dataclass(frozen=True, slots=True)
class _Fields:
    fields: Mapping[str, str]
    prefix: str | None


def read_request(text: str) -> ClientRequest | None:
    """Returns None when the SMS is no request to us."""
    if len(text) > LONGEST:
        return None
    whole = _WHOLE.fullmatch(text.strip(" \r\n\t\0"))
    if whole is None:
        return None
    if whole[3]:
        return ClientRequest(ClientRequestKind.STATUS, Dialect.IPHONE)
    found = _fields_of((whole[2] or "").split(";"))
    return None if found is None else _request(ClientRequestKind(whole[1].lower()), found)


def _fields_of(tokens: Iterable[str]) -> _Fields | None:
    fields: dict[str, str] = {}
    prefix = None
    for token in filter(None, (token.strip() for token in tokens)):
        named = token.removesuffix(":")
        if PREFIX_FORM.fullmatch(named):
            prefix = named
        elif field := _FIELD.fullmatch(token):
            fields[field[1].lower()] = field[2].strip()
        else:
            return None
    return _Fields(fields, prefix)


def _request(kind: ClientRequestKind, found: _Fields) -> ClientRequest | None:
    fields = found.fields
    version = _number(fields.get("pv"), LEAST_VERSION, LARGEST_VERSION)
    port = _number(fields.get("pt", "0"), 0, LARGEST_PORT)
    if port is None or ("pv" in fields and version is None):
        return None
    client = _UNFIT.sub("", fields.get("ct", ""))[:LONGEST_CLIENT]
    return ClientRequest(kind, _dialect(fields, version), version, client, port, found.prefix)


def _dialect(fields: Mapping[str, str], version: int | None) -> Dialect | None:
    if "dt" in fields:
        return Dialect.CVVM
    return None if version is None else of_version(version)


def _number(text: str | None, least: int, largest: int) -> int | None:
    if text is None or not _NUMBER.fullmatch(text):
        return None
    return int(text) if least <= int(text) <= largest else None
