"""vCards (RFC 6350, and the older 3.0 and 2.1 that phones still write): of each, a name and the numbers.

A card is lines of `NAME;PARAMETER=VALUE:value`. A long line goes on in the next one, which begins with a
blank (RFC 6350, 3.2); in 2.1 a value in quoted-printable goes on behind a `=` at its end, and each value may
name the character set it is written in.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from personsvar.mailbox.declared_letters import declared_letters

_LINE = re.compile(rb'(?:[\w-]+\.)?([\w-]+)((?:;(?:"[^"]*"|[^":;])*)*):(.*)', re.DOTALL)
_CHARSET = re.compile(rb';\s*charset="?([^";:]*)')
_LINE_END = re.compile(rb"\r\n|\r|\n")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_LONGEST_BEGIN = 1000
"""Octets, with empty lines before it."""
_BEGIN, _END = (b"begin", b"vcard"), (b"end", b"vcard")
_READ = (b"fn", b"n", b"org", b"tel")


@dataclass
class _Card:
    full_name: str = ""
    name: str = ""
    organisation: str = ""
    numbers: list[str] = field(default_factory=list)

    @property
    def called(self) -> str:
        return self.full_name or self.name or self.organisation

    def named(self) -> Iterator[tuple[str, str]]:
        """A card without any number is one entry all the same."""
        numbers = [number for number in self.numbers if number]
        return ((number, self.called) for number in numbers or [""])

    def cut_off(self) -> tuple[str, str]:
        """What never ends may lack anything: it is an entry without a number."""
        return "", self.called

    def take(self, what: str, value: str) -> None:
        match what:
            case "fn":
                self.full_name = self.full_name or _plain(value)
            case "n":
                family, given, middle = [_plain(part) for part in (*_parts(value), "", "", "")[:3]]
                self.name = " ".join(word for word in (given, middle, family) if word)
            case "org":
                self.organisation = _plain(_parts(value)[0])
            case "tel":
                self.numbers.append(_plain(value))


def begins_vcard(content: bytes) -> bool:
    return content[:_LONGEST_BEGIN].lstrip()[:11].lower() == b"begin:vcard"


def read_vcards(content: bytes, *, is_utf_8: bool = False) -> Iterator[tuple[str, str]]:
    """Each number and what its card is called; empty, where the card has none. Raise UnknownLettersError.

    `is_utf_8`: the whole file is, whatever its values say of themselves.
    """
    card: _Card | None = None
    for number, line in _unfolded(content):
        found = _LINE.fullmatch(line)
        if found is None:
            continue
        what, parameters, value = found[1].lower(), found[2].lower(), found[3]
        if (what, value.strip().lower()) == _BEGIN:
            if card is not None:
                yield card.cut_off()
            card = _Card()
        elif card is None:
            continue
        elif (what, value.strip().lower()) == _END:
            yield from card.named()
            card = None
        elif what in _READ:
            read = _decoded(parameters, value, is_utf_8=is_utf_8, line=number)
            card.take(what.decode("ascii"), read)
    if card is not None:
        yield card.cut_off()


def _unfolded(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Whole lines with the number of the first, whose folds may go through a letter.

    A picture is held no longer than its line.
    """
    parts: list[bytes] = []
    began = 1
    for number, line in enumerate(_LINE_END.split(content), 1):
        if line[:1] in (b" ", b"\t") and parts:
            parts.append(line[1:])
        elif parts and _goes_on(parts):
            parts.append(b"\n" + line)
        else:
            yield began, b"".join(parts)
            parts, began = [line], number
    yield began, b"".join(parts)


def _goes_on(parts: list[bytes]) -> bool:
    return parts[-1].endswith(b"=") and b"quoted-printable" in parts[0].partition(b":")[0].lower()


def _decoded(parameters: bytes, value: bytes, *, is_utf_8: bool, line: int) -> str:
    is_quoted, named = b"quoted-printable" in parameters, _CHARSET.search(parameters)
    charset = "" if named is None or (is_utf_8 and not is_quoted) else named[1].decode("ascii", "replace")
    octets = quopri.decodestring(value) if is_quoted else value
    return declared_letters(octets, charset.strip(), line=line)


def _parts(value: str) -> list[str]:
    """Those between semicolons that are not escaped."""
    return re.split(r"(?<!\\);", value)


def _plain(value: str) -> str:
    """Without escapes; a line end within is a blank."""
    unescaped = _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], value)
    return " ".join(unescaped.split())
