"""English words that espeak-ng misreads: what it is given in their place."""

from __future__ import annotations

from collections.abc import Mapping

SPELLINGS: Mapping[str, str] = {
    "krone": "[[kr'oUn@]]",
    "record": "[[rI2k'o@d]]",  # the verb, at a sentence's beginning too
    "pin": "pin",  # in capitals it is spelled out: "pee eye en"
}
