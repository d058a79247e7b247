"""What the server says (RFC 3501 section 7), each a whole line with its CRLF."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from personsvar.vvm.imap import flags
from personsvar.vvm.imap.commands import StatusItem
from personsvar.vvm.imap.grammar.search import CHARSETS
from personsvar.vvm.imap.list_pattern import DELIMITER, encoded
from personsvar.vvm.imap.sequences import compact
from personsvar.vvm.imap.writing import CRLF, listed, nstring, string

_UNPRINTABLE = re.compile(r"[^\x20-\x7e]+")


def ok(tag: str | None, text: str, code: str = "") -> bytes:
    """A line without a tag is untagged: `* OK …`."""
    return _status(tag, "OK", text, code)


def no(tag: str | None, text: str, code: str = "") -> bytes:
    """Clients compare some of the texts letter by letter: no code in front of those of log-in and PIN."""
    return _status(tag, "NO", text, code)


def bad(tag: str | None, text: str, code: str = "") -> bytes:
    return _status(tag, "BAD", text, code)


def bye(text: str) -> bytes:
    return _status(None, "BYE", text, "")


def too_large(tag: str | None) -> bytes:
    return no(tag, "too large", code="LIMIT")


def bad_charset(tag: str) -> bytes:
    return no(tag, "unknown charset", code=f"BADCHARSET ({' '.join(CHARSETS)})")


def continuation(text: str = "go") -> bytes:
    """Never a bare `+`: there is a space, and mostly a word."""
    return f"+ {_words(text)}".encode("ascii") + CRLF


def challenge(data: bytes = b"") -> bytes:
    """What AUTHENTICATE asks: one line of base64."""
    return b"+ " + base64.b64encode(data) + CRLF


def capability(names: Iterable[str]) -> bytes:
    return _line(b"CAPABILITY", *(name.encode("ascii") for name in names))


def flags_line(names: Iterable[str] = flags.STORABLE) -> bytes:
    return _line(b"FLAGS", listed(names))


def exists(count: int) -> bytes:
    return _line(b"%d EXISTS" % count)


def recent(count: int) -> bytes:
    return _line(b"%d RECENT" % count)


def expunge(number: int) -> bytes:
    return _line(b"%d EXPUNGE" % number)


def uid_validity(number: int) -> bytes:
    return ok(None, "ok", code=f"UIDVALIDITY {number}")


def uid_next(uid: int) -> bytes:
    return ok(None, "ok", code=f"UIDNEXT {uid}")


def unseen(number: int) -> bytes:
    """The first message that nobody has heard."""
    return ok(None, "ok", code=f"UNSEEN {number}")


def permanent_flags(names: Iterable[str] = flags.STORABLE) -> bytes:
    return ok(None, "ok", code=f"PERMANENTFLAGS ({' '.join(names)})")


def selected(tag: str, *, read_only: bool = False) -> bytes:
    return ok(tag, "selected", code="READ-ONLY" if read_only else "READ-WRITE")


def search(numbers: Iterable[int]) -> bytes:
    return _line(b"SEARCH", *(b"%d" % number for number in numbers))


def folder_line(name: str, attributes: Iterable[str] = (r"\HasNoChildren",), *, verb: str = "LIST") -> bytes:
    r"""`* LIST (\HasNoChildren) "/" "Trash"`; the attributes of CHILDREN are those of RFC 3348."""
    delimiter = string(DELIMITER)
    return _line(verb.encode("ascii"), listed(attributes), delimiter, string(encoded(name)))


def status(folder: str, counts: Mapping[StatusItem, int]) -> bytes:
    words = [f"{item} {count}" for item, count in counts.items()]
    return _line(b"STATUS", string(encoded(folder)), listed(words))


def namespace() -> bytes:
    """One namespace, the subscriber's own."""
    return _line(b"NAMESPACE", b"((%b %b))" % (string(""), string(DELIMITER)), b"NIL", b"NIL")


@dataclass(frozen=True, slots=True)
class Resource:
    """`STORAGE` in KiB first, `voice` in messages second: clients look at them in that order."""

    name: str
    used: int
    limit: int


def quota_root(folder: str, root: str = "") -> bytes:
    return _line(b"QUOTAROOT", string(encoded(folder)), string(root))


def quota(resources: Iterable[Resource], root: str = "") -> bytes:
    words = [f"{resource.name} {resource.used} {resource.limit}" for resource in resources]
    return _line(b"QUOTA", string(root), listed(words))


def identity(fields: Iterable[tuple[str, str | None]]) -> bytes:
    """The answer to ID (RFC 2971)."""
    words = [word for field, value in fields for word in (string(field), nstring(value))]
    return _line(b"ID", listed(words) if words else b"NIL")


def append_uid(validity: int, uid: int) -> str:
    """A code for `ok` (RFC 4315)."""
    return f"APPENDUID {validity} {uid}"


def copy_uid(validity: int, sources: Sequence[int], targets: Sequence[int]) -> str:
    """A code for `ok`, or for an untagged one before the EXPUNGEs of MOVE (RFC 6851 section 4.3).

    Both in the order the messages were copied in, ascending.
    """
    return f"COPYUID {validity} {compact(sources)} {compact(targets)}"


def _status(tag: str | None, word: str, text: str, code: str) -> bytes:
    bracketed = f"[{_words(code)}] " if code else ""
    return f"{tag or '*'} {word} {bracketed}{_words(text)}".encode("ascii") + CRLF


def _words(text: str) -> str:
    """One line of plain ASCII, whatever was put in."""
    return _UNPRINTABLE.sub("?", text)


def _line(*words: bytes) -> bytes:
    return b" ".join((b"*", *words)) + CRLF
