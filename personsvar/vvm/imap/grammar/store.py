r"""STORE. The parentheses round the flags may be missing (vvmd: `STORE n +Flags \Deleted`)."""

from __future__ import annotations

import re

from personsvar.vvm.imap.arguments import Arguments
from personsvar.vvm.imap.commands import Change, StoreFlags
from personsvar.vvm.imap.flags import STORABLE, canonical, is_system
from personsvar.vvm.imap.malformed import MalformedError

_VERB = re.compile(rb"([+-]?)FLAGS(\.SILENT)?(?= )", re.IGNORECASE)
_FLAG = re.compile(rb'\\?[^\x00-\x20\x7f-\xff(){%*"\\\]]+')


def store(words: Arguments, *, uid: bool) -> StoreFlags:
    messages = words.sequence()
    words.space()
    verb = words.match(_VERB)
    if verb is None:
        raise MalformedError("invalid parameter")
    words.space()
    flags = words.listed(lambda: flag(words)) if words.is_next(b"(") else _bare_flags(words)
    return StoreFlags(
        messages, Change(verb[1].decode("ascii")), frozenset(flags), silent=verb[2] is not None, uid=uid
    )


def flag(words: Arguments) -> str:
    r"""One that may be stored; `\Recent` never may."""
    found = canonical(words.word(_FLAG))
    if is_system(found) and found not in STORABLE:
        raise MalformedError("invalid flag")
    return found


def _bare_flags(words: Arguments) -> list[str]:
    flags = [flag(words)]
    while not words.is_over:
        words.space()
        flags.append(flag(words))
    return flags
