"""Letters whose character set is named beside them, as vCard 2.1 does (`N;CHARSET=ISO-8859-1:…`).

Only what stands in address books is read: of what Python knows as "encodings" some are none, or open doors.
Of a set with one octet a letter, octets that make UTF-8 are UTF-8: somebody saved the file anew, and no name
of people looks so by chance. Sets with several octets a letter are taken at their word.
"""

from __future__ import annotations

from personsvar.mailbox.errors import MailboxError
from personsvar.mailbox.mixed_letters import letters_of

_UTF_8 = ("", "utf-8", "utf8")
_ONE_OCTET = {
    **dict.fromkeys(("us-ascii", "ascii", "iso-8859-1", "latin1", "windows-1252", "cp1252"), "cp1252"),
    **{f"iso-8859-{part}": f"iso8859-{part}" for part in (*range(2, 12), *range(13, 17))},
    **{f"windows-{page}": f"cp{page}" for page in (1250, 1251, *range(1253, 1259))},
    **{name: name for name in ("koi8-r", "koi8-u", "ibm437", "ibm850", "ibm865", "macintosh")},
}
_SEVERAL_OCTETS = {
    **{name: name for name in ("shift_jis", "euc-jp", "iso-2022-jp", "big5", "euc-kr", "gb18030")},
    "gb2312": "gb18030",
    "gbk": "gb18030",
}


class UnknownLettersError(MailboxError):
    """The line names a character set that is not known here, or is not written in the one it names."""

    def __init__(self, line: int) -> None:
        super().__init__(f"line {line}: its letters can't be read in the character set that it names")
        self.line = line


def declared_letters(octets: bytes, charset: str, *, line: int) -> str:
    """`charset` in small letters; empty, where none is named. Raise UnknownLettersError."""
    if charset in _UTF_8:
        return letters_of(octets)
    if charset in _ONE_OCTET:
        return _of_one_octet(octets, _ONE_OCTET[charset])
    try:
        return octets.decode(_SEVERAL_OCTETS[charset])
    except (KeyError, UnicodeDecodeError) as wrong:
        raise UnknownLettersError(line) from wrong


def _of_one_octet(octets: bytes, codec: str) -> str:
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.decode(codec, "replace")
