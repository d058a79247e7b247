"""A file of contacts, as phones and mail programs export them: vCard, or CSV with a heading.

Only names and telephone numbers are read. Of a CSV file those columns count whose heading says that they hold
one or the other, in English or Norwegian; with headings of two words, as Outlook and Google write them, too.
"""

from __future__ import annotations

import csv
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Sequence
from io import StringIO

from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.vcards import begins_vcard, read_vcards

MOST_BYTES = 10_000_000
"""An address book with pictures."""
_SEPARATORS = ",;\t"
_BLANK = "\ufeff \r\n"
_WHOLE = ("name", "navn", "fullt navn", "full name", "display name", "visningsnavn", "file as")
_PARTS = (("first name", "given name", "fornavn"), ("middle name", "mellomnavn"))
_LAST = ("last name", "family name", "etternavn")
_NUMBERS = ("number", "nummer", "phone", "telefon", "mobil")
_SEVERAL = ":::"
"""So Google writes several numbers in one field."""
NamedNumber = tuple[str, str]
"""A number and a name, as they stand in the file."""


def read_names(content: bytes, *, most: int) -> Sequence[NamedNumber]:
    """Each number with its name. Raise MailboxError when it is no such file, or has more of them."""
    if len(content) > MOST_BYTES:
        raise MailboxError(f"the file is larger than {MOST_BYTES // 1_000_000} MB")
    text = _decoded(content)
    rows: list[NamedNumber] = []
    for row in read_vcards(text) if begins_vcard(text) else _csv_names(text):
        rows.append(row)
        if len(rows) > most:
            raise MailboxError(f"there are more than {most} numbers in the file")
    return rows


def _decoded(content: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or what Windows programs wrote before."""
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _csv_names(text: str) -> Iterator[NamedNumber]:
    lines = StringIO(_behind_separator(text.lstrip(_BLANK)), newline="")
    first = lines.readline()
    if not first.strip(_BLANK):
        raise MailboxError("the file is empty")
    lines.seek(0)
    try:
        rows = csv.reader(lines, delimiter=max(_SEPARATORS, key=first.count))
        columns = _Columns(next(rows))
        for row in rows:
            yield from columns.named(row)
    except csv.Error as wrong:
        raise MailboxError("the file is neither vCard nor CSV that can be read") from wrong


def _behind_separator(text: str) -> str:
    """Excel's own first line says what stands between columns."""
    first, _, rest = text.partition("\n")
    return rest if first.lower().startswith("sep=") else text


class _Columns:
    """Where in a row a name and the numbers stand, by the heading."""

    def __init__(self, heading: Sequence[str]) -> None:
        titles = [title.strip().strip("\ufeff").lower() for title in heading]
        self._whole = [place for place, title in enumerate(titles) if title in _WHOLE]
        parts = (*_PARTS, _LAST)
        self._parts = [place for of in parts for place, title in enumerate(titles) if title in of]
        self._numbers = [place for place, title in enumerate(titles) if _holds_numbers(title)]
        if not self._numbers or not (self._whole or self._parts):
            raise MailboxError("the first line should name the columns: number,name")

    def named(self, row: Sequence[str]) -> Iterator[NamedNumber]:
        name = self._joined(row, self._whole[:1]) or self._joined(row, self._parts)
        for place in self._numbers:
            for number in (row[place] if place < len(row) else "").split(_SEVERAL):
                if number.strip() and name:
                    yield number.strip(), name

    def _joined(self, row: Sequence[str], places: Sequence[int]) -> str:
        words = (row[place].strip() for place in places if place < len(row))
        return " ".join(word for word in words if word)


def _holds_numbers(title: str) -> bool:
    """`Phone 1 - Value` does, `Phone 1 - Type` does not."""
    is_kind = title.endswith(("type", "label"))
    return not is_kind and any(word in title for word in _NUMBERS)
