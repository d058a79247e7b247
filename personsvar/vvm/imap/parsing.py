"""A whole command: its tag, and what it asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping

from personsvar.vvm.imap.arguments import Arguments
from personsvar.vvm.imap.events import BadCharset, BadCommand, Event, ImapRequest, TooLarge
from personsvar.vvm.imap.grammar import read_command
from personsvar.vvm.imap.malformed import MalformedError, TooMuchError, UnknownCharsetError

_TAG = re.compile(rb'[^\x00-\x20\x7f-\xff(){%*"\\+]{1,100}(?= |\Z)')


def tag_of(text: bytes) -> str | None:
    found = _TAG.match(text)
    return None if found is None else found[0].decode("ascii")


def parsed(text: bytes, literals: Mapping[int, bytes], nesting: int) -> Event:
    words = Arguments(text, literals, nesting)
    tag = words.match(_TAG)
    if tag is None:
        return BadCommand(None, "invalid tag")
    return _parsed(tag[0].decode("ascii"), words)


def _parsed(tag: str, words: Arguments) -> Event:
    try:
        words.space()
        name, command = read_command(words)
    except MalformedError as mistake:
        return BadCommand(tag, str(mistake))
    except TooMuchError:
        return TooLarge(tag)
    except UnknownCharsetError:
        return BadCharset(tag)
    return ImapRequest(tag, name, command)
