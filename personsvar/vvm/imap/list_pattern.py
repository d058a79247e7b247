"""Names of folders: modified UTF-7 (RFC 3501 section 5.1.3) and the patterns of LIST (section 6.3.8).

Every name is matched without regard to case: clients write `GREETINGS` and `inbox`.
"""

from __future__ import annotations

import base64
import binascii
import re

from personsvar.vvm.imap.malformed import MalformedError

DELIMITER = "/"
_SHIFTED = re.compile(r"&([A-Za-z0-9+,]*)-")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_FOREIGN = re.compile(r"[^\x20-\x7e]+|&")


def decoded(name: bytes) -> str:
    """`&AOY-re` is `ære`. A name that some clients send in UTF-8 is taken as that."""
    try:
        text = _SHIFTED.sub(lambda run: _unshifted(run[1]), name.decode("utf-8"))
    except (UnicodeDecodeError, binascii.Error):
        raise MalformedError("invalid folder name") from None
    if _CONTROL.search(text):
        raise MalformedError("invalid folder name")
    return text


def encoded(name: str) -> str:
    return _FOREIGN.sub(lambda run: _shifted(run[0]), name)


def listed(reference: str, pattern: str, folders: tuple[str, ...]) -> list[str]:
    """Those that `LIST reference pattern` asks for: the two are one (vvmd: `LIST "INBOX" *`)."""
    asked = (reference + pattern).lower()
    return [folder for folder in folders if _matches(asked, folder.lower())]


def _matches(pattern: str, name: str) -> bool:
    """By the lengths of the name that the pattern so far can cover: no pattern makes this slow."""
    reached = {0}
    for sign in pattern:
        reached = _onwards(sign, reached, name)
        if not reached:
            return False
    return len(name) in reached


def _onwards(sign: str, reached: set[int], name: str) -> set[int]:
    if sign not in "*%":
        return {at + 1 for at in reached if name[at : at + 1] == sign}
    first, last = min(reached), len(name)
    if sign == "*":
        return set(range(first, last + 1))
    return {end for at in reached for end in range(at, _level_end(name, at) + 1)}


def _level_end(name: str, at: int) -> int:
    end = name.find(DELIMITER, at)
    return len(name) if end < 0 else end


def _unshifted(run: str) -> str:
    if not run:
        return "&"
    padded = run.replace(",", "/") + "=" * (-len(run) % 4)
    return base64.b64decode(padded, validate=True).decode("utf-16-be")


def _shifted(run: str) -> str:
    if run == "&":
        return "&-"
    shifted = base64.b64encode(run.encode("utf-16-be")).decode("ascii")
    return f"&{shifted.rstrip('=').replace('/', ',')}-"
