"""What SIP's header text is made of (RFC 3261, 25.1): quoted strings, angle brackets, lists, parameters.

Everything here is linear in the length of what came, and nothing raises. A quoted string or a bracket that
never closes is none, so what somebody is called hides nothing that follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

LONGEST = 65_536
"""Characters of one header: no SIP message in a datagram is longer. Of more, the whole entries are read."""

Parameters = tuple[tuple[str, str], ...]
Span = tuple[int, int]

STRICT = re.compile(r'"(?:[^"\\]+|\\.|\\\Z)*("?)|<[^>]*(>?)', re.DOTALL)
"""A quoted string, where a backslash takes the next character with it; or what is in angle brackets."""
BLIND = re.compile(r'"[^"]*("?)|<[^>]*(>?)')
"""The same of a switch that escapes nothing: `"Ola \\" <sip:…>`."""
Quoting = re.Pattern[str]


def closed(text: str, quoting: Quoting = STRICT) -> Iterator[Span]:
    """Where each quoted string and each bracket begins and ends, in order."""
    at, quotes = 0, True
    while found := (quoting if quotes else _BRACKET).search(text, at):
        at = found.end()
        if any(found.groups()):
            yield found.span()
        elif found[0][0] == "<":  # none of those that follow closes either
            return
        else:
            at, quotes = found.start() + 1, False


def masked(text: str, quoting: Quoting = STRICT) -> str:
    """The text with nothing of what is quoted or bracketed, as long as it was."""
    pieces, at = [], 0
    for start, end in closed(text, quoting):
        pieces += [text[at:start], "\0" * (end - start)]
        at = end
    return "".join((*pieces, text[at:]))


def split(text: str, separator: str, quoting: Quoting = STRICT) -> list[str]:
    """Cut at each separator that is neither quoted nor in angle brackets."""
    pieces, start = [], 0
    for piece in masked(text[:LONGEST], quoting).split(separator):
        pieces.append(text[start : start + len(piece)].strip())
        start += len(piece) + 1
    return pieces if len(text) <= LONGEST else pieces[:-1]


def parse_parameters(text: str, separator: str = ";") -> Parameters:
    pairs = (piece.partition("=") for piece in split(text, separator) if piece)
    return tuple((unquote(key).strip().lower(), unquoted(value)) for key, _, value in pairs)


def value_of(name: str, *places: Parameters) -> str | None:
    """The first value of that parameter; names know no case (RFC 3261, 7.3.1)."""
    return next((value for place in places for key, value in place if key == name), None)


def unquoted(text: str) -> str:
    text = text.strip()
    is_quoted = len(text) > 1 and text[0] == text[-1] == '"'
    return _ESCAPED.sub(r"\1", text[1:-1]) if is_quoted else text


_BRACKET = re.compile(r"<[^>]*(>?)")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
