"""A file of contacts, as phones and mail programs export them: vCard, or CSV with a heading.

Only names and telephone numbers are read. Of a CSV file those columns count whose heading says that they hold
one or the other, in English or Norwegian; with headings of two words, as Outlook and Google write them, too.
"""

from __future__ import annotations

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Sequence

from personsvar.mailbox.csv_reading import read_rows
from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.mixed_letters import letters_of
from personsvar.mailbox.vcards import begins_vcard, read_vcards

MOST_BYTES = 10_000_000
"""An address book with pictures."""
_MARKS = (BOM_UTF8, BOM_UTF16_LE, BOM_UTF16_BE)
_WHOLE = ("name", "navn", "fullt navn", "full name", "display name", "visningsnavn", "file as")
_PARTS = (("first name", "given name", "fornavn"), ("middle name", "mellomnavn"))
_LAST = ("last name", "family name", "etternavn")
_NUMBERS = ("number", "nummer", "phone", "telefon", "mobil")
_SEVERAL = ":::"
"""So Google writes several numbers in one field."""
NamedNumber = tuple[str, str]
"""A number and a name, as they stand in the file; an entry that lacks one has it empty."""


def read_names(content: bytes) -> Iterator[NamedNumber]:
    """Each number with its name. Raise MailboxError when it is no such file."""
    if len(content) > MOST_BYTES:
        raise MailboxError(f"the file is larger than {MOST_BYTES // 1_000_000} MB")
    plain = _without_marks(content)
    if begins_vcard(plain):
        yield from read_vcards(plain, is_utf_8=content.startswith(_MARKS))
    else:
        yield from _csv_names(plain)


def _without_marks(content: bytes) -> bytes:
    """Lines of UTF-8, or of what Windows programs wrote before it; UTF-16 is known by its mark."""
    if content.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return content.decode("utf-16", "replace").encode("utf-8", "replace")
    return content.removeprefix(BOM_UTF8)


def _csv_names(content: bytes) -> Iterator[NamedNumber]:
    rows = read_rows(letters_of(line) for line in content.splitlines(keepends=True))
    heading = next(rows, None)
    if heading is None:
        raise MailboxError("the file is empty")
    columns = _Columns(heading.fields)
    for row in rows:
        yield from columns.named(row.fields)


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
        """A row without any number is an entry all the same."""
        name = self._joined(row, self._whole[:1]) or self._joined(row, self._parts)
        fields = (row[place] for place in self._numbers if place < len(row))
        written = [number.strip() for field in fields for number in field.split(_SEVERAL) if number.strip()]
        yield from ((number, name) for number in written or [""])

    def _joined(self, row: Sequence[str], places: Sequence[int]) -> str:
        words = (row[place].strip() for place in places if place < len(row))
        return " ".join(word for word in words if word)


def _holds_numbers(title: str) -> bool:
    """`Phone 1 - Value` does, `Phone 1 - Type` does not."""
    is_kind = title.endswith(("type", "label"))
    return not is_kind and any(word in title for word in _NUMBERS)
