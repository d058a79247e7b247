"""The dialects of visual voicemail.

OMTP    `Activate:pv=13;ct=acme.p1.14;pt=5496;//VVM`, `STATUS:…`; answers begin with `//VVM`
CVVM    `Activate:dt=6`, `STATUS:dt=6`; answers as OMTP's, languages as numbers
VVM3    `STATUS` alone; answers begin with `//VZWVVM`, languages with commas between
iPhone  `STATE`; answers `STATE?…` and `MBOXUPDATE?…`
"""

from __future__ import annotations

import re
from enum import StrEnum


class Dialect(StrEnum):
    OMTP_11 = "omtp-1.1"
    OMTP_12 = "omtp-1.2"
    OMTP_13 = "omtp-1.3"
    CVVM = "cvvm"
    VVM3 = "vvm3"
    IPHONE = "iphone"


PREFIX = "//VVM"
VVM3_PREFIX = "//VZWVVM"
PREFIX_FORM = re.compile(r"//[A-Za-z0-9]{1,20}")
LEAST_VERSION, FIRST_13, FIRST_12 = 10, 13, 12


def of_version(version: int) -> Dialect:
    """By `pv`, ten times the version: 11 is OMTP 1.1. One newer than we know speaks as the newest we know."""
    if version >= FIRST_13:
        return Dialect.OMTP_13
    return Dialect.OMTP_12 if version == FIRST_12 else Dialect.OMTP_11


def default_prefix(dialect: Dialect, other: str = PREFIX) -> str:
    """What answers begin with where the phone did not say; `other`: the operator's own."""
    return VVM3_PREFIX if dialect is Dialect.VVM3 else other
