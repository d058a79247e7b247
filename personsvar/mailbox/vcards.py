"""vCards (RFC 6350, and the older 3.0 and 2.1 that phones still write): of each, a name and the numbers.

A card is lines of `NAME;PARAMETER=VALUE:value`. A long line goes on in the next one, which begins with a
blank (RFC 6350, 3.2); in 2.1 a value in quoted-printable goes on behind a `=` at its end.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_LINE = re.compile(r'(?:[\w-]+\.)?([\w-]+)((?:;(?:"[^"]*"|[^":;])*)*):(.*)', re.DOTALL)
_LINE_END = re.compile(r"\r\n|\r|\n")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_BEGIN, _END = ("begin", "vcard"), ("end", "vcard")


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
        return ((number, self.called) for number in self.numbers if number and self.called)

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


def begins_vcard(text: str) -> bool:
    return text.lstrip("\ufeff \t\r\n")[:11].lower() == "begin:vcard"


def read_vcards(text: str) -> Iterator[tuple[str, str]]:
    """Each number and what its card is called; a card without a name or without numbers is none."""
    card: _Card | None = None
    for line in _unfolded(text):
        found = _LINE.fullmatch(line)
        if found is None:
            continue
        what, parameters, value = found[1].lower(), found[2].lower(), found[3]
        if (what, value.strip().lower()) == _BEGIN:
            card = _Card()
        elif card is None:
            continue
        elif (what, value.strip().lower()) == _END:
            yield from card.named()
            card = None
        else:
            card.take(what, _decoded(parameters, value))


def _unfolded(text: str) -> Iterator[str]:
    """Whole lines; what a picture is made of is held no longer than its line."""
    parts: list[str] = []
    for line in _LINE_END.split(text):
        if line[:1] in (" ", "\t") and parts:
            parts.append(line[1:])
        elif parts and _goes_on(parts):
            parts.append(f"\n{line}")
        else:
            yield "".join(parts)
            parts = [line]
    yield "".join(parts)


def _goes_on(parts: list[str]) -> bool:
    return parts[-1].endswith("=") and "quoted-printable" in parts[0].partition(":")[0].lower()


def _decoded(parameters: str, value: str) -> str:
    if "quoted-printable" not in parameters:
        return value
    content = quopri.decodestring(value.encode("utf-8", "replace"))
    latin = "charset=iso-8859-1" in parameters or "charset=windows-1252" in parameters
    return content.decode("cp1252" if latin else "utf-8", "replace")


def _parts(value: str) -> list[str]:
    """Those between semicolons that are not escaped."""
    return re.split(r"(?<!\\);", value)


def _plain(value: str) -> str:
    """Without escapes; a line end within is a blank."""
    unescaped = _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], value)
    return " ".join(unescaped.split())
