"""The query of `sendsms` (Kannel User's Guide, "SMS push send parameters").

    text        the words, as UTF-8 (`charset`), or the bytes of a binary SMS
    coding      0: GSM 03.38, 7 bits a letter · 1: 8 bits · 2: UCS-2 (3GPP TS 23.038)
    udh         the user data header of a binary SMS (3GPP TS 23.040, section 9.2.3.24)
    validity    for how many minutes the SMSC keeps it for a phone that is off
    dlr-mask    the reports wanted, a sum: 1 delivered, 2 failed, 4 buffered, 8 taken by the SMSC, 16 refused
    dlr-url     where they go

Kannel makes the GSM letters of the UTF-8 itself, and cuts a long text in parts; it reports on the whole.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlencode

import httpx

from personsvar.gateways.kannel.kannel_options import KannelOptions
from personsvar.gateways.sms.alphabet import Coding
from personsvar.gateways.sms.sms import Sms
from personsvar.gateways.sms.sms_parts import uncut

ALL_REPORTS = 1 + 2 + 4 + 8 + 16
CODINGS = {Coding.GSM7: 0, Coding.BINARY: 1, Coding.UCS2: 2}
"""Kannel's own numbers for SMPP's."""
Fields = Mapping[str, str | bytes | int]


def sendsms(options: KannelOptions, sms: Sms, *, receipts_to: str | None) -> httpx.Request:
    """Everything stands in the URL, the password and a PIN too: it is for the wire and for no log."""
    query = urlencode({**_agreed(options), **_who(options, sms), **_what(sms)}, quote_via=quote)
    if receipts_to is not None:
        query += "&" + urlencode({"dlr-mask": ALL_REPORTS, "dlr-url": receipts_to}, quote_via=quote)
    bare = options.where.netloc.rpartition("@")[2]
    return httpx.Request("GET", options.where._replace(netloc=bare, query=query, fragment="").geturl())


def _agreed(options: KannelOptions) -> Fields:
    return dict(parse_qsl(options.where.query, keep_blank_values=True))


def _who(options: KannelOptions, sms: Sms) -> Fields:
    return {
        "username": options.username,
        "password": options.password,
        "from": sms.sender or options.sender,
        "to": sms.to,
    }


def _what(sms: Sms) -> Fields:
    life = {} if sms.lives_seconds is None else {"validity": max(1, math.ceil(sms.lives_seconds / 60))}
    whole = uncut(sms)
    udh = {"udh": whole.header} if whole.header else {}
    text: Fields = {"text": sms.text, "charset": "UTF-8"} if sms.binary is None else {"text": sms.binary}
    return {**text, "coding": CODINGS[whole.coding], **udh, **life}
