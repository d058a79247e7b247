"""One id in several spellings: what a gateway called a part, and what its receipts call it.

    023, 23, 0000000023       the same number, padded or not (SMPP appendix B pads to ten digits)
    5f3ac0de, 5F3AC0DE        the same number in hex
    3fa8-11b0, 3FA8-11B0      the same UUID

Other ids are letters of the gateway's own: there a capital may be another id. Which base a number stands in
does not show (10 may be sixteen): that is a setting, `PERSONSVAR_SMPP_RECEIPT_IDS`.
"""

from __future__ import annotations

import re

from personsvar.storage.columns import legible

PartKey = tuple[str, str]
"""The gateway, and its id of a part."""

_NUMBER = re.compile(r"[0-9A-Fa-f]+")
_UUID = re.compile(r"[0-9A-Fa-f-]+")


def key_of(gateway: str, gateway_id: str) -> PartKey:
    """As it is stored."""
    return legible(gateway), legible(gateway_id)


def canonical(gateway_id: str) -> str:
    """The same for every spelling of one id."""
    if _NUMBER.fullmatch(gateway_id):
        return gateway_id.lower().lstrip("0") or "0"
    return gateway_id.lower() if _UUID.fullmatch(gateway_id) else gateway_id


def canonical_key(key: PartKey) -> PartKey:
    return key[0], canonical(key[1])
