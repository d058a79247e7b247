"""The answer to FETCH: `* 2 FETCH (UID 329 FLAGS () …)`, in the order asked (RFC 3501 section 7.4.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from personsvar.vvm.imap.flags import in_order
from personsvar.vvm.imap.imap_message import ImapMessage
from personsvar.vvm.imap.items import Datum, FetchItem, Section
from personsvar.vvm.imap.mime.envelope import envelope
from personsvar.vvm.imap.mime.sections import holds_sound, section, shows_size, shows_text
from personsvar.vvm.imap.mime.structure import structure
from personsvar.vvm.imap.months import internal
from personsvar.vvm.imap.writing import CRLF, listed, literal, string

_NEED_SIZE = frozenset({Datum.SIZE, Datum.BODY, Datum.BODY_STRUCTURE})


def fetched(message: ImapMessage, items: Iterable[FetchItem], *, uid: bool = False) -> bytes:
    return b"".join(fetch_response(message, items, uid=uid))


def fetch_response(message: ImapMessage, items: Iterable[FetchItem], *, uid: bool = False) -> Iterator[bytes]:
    """One item after the other, each made when it is asked for: none has to wait for all of them.

    With `uid` (every UID command), the UID is told whether asked for or not.
    """
    asked = list(items)
    if uid and Datum.UID not in asked:
        asked.insert(0, Datum.UID)
    yield b"* %d FETCH (" % message.number
    for place, item in enumerate(asked):
        yield b" " * (place > 0) + b" ".join(_item(message, item))
    yield b")" + CRLF


def flags_response(message: ImapMessage, *, uid: bool = False) -> bytes:
    """Its flags have changed: the answer to STORE, and what another client's STORE is told with."""
    return fetched(message, [Datum.FLAGS], uid=uid)


def sets_seen(items: Iterable[FetchItem]) -> bool:
    """Whoever fetches a part without PEEK has heard it."""
    return any(isinstance(item, Section) and not item.peek for item in items)


def needs_size(items: Iterable[FetchItem]) -> bool:
    """The length of the sound must be known."""
    return any(
        holds_sound(item) or shows_size(item) if isinstance(item, Section) else item in _NEED_SIZE
        for item in items
    )


def needs_sound(items: Iterable[FetchItem]) -> bool:
    """The sound itself must be there: `mail.with_sound(amr)`."""
    return any(isinstance(item, Section) and holds_sound(item) for item in items)


def tells_text(items: Iterable[FetchItem]) -> bool:
    """Whoever fetches any of them is told whether the mail has a text part, and how long it is."""
    return any(shows_text(item) if isinstance(item, Section) else item in _NEED_SIZE for item in items)


def _item(message: ImapMessage, item: FetchItem) -> Sequence[bytes]:
    if isinstance(item, Section):
        octets = section(message.mail, item)
        return item.label, b"NIL" if octets is None else literal(octets)
    return item.value.encode("ascii"), _DATA[item](message)


_DATA: Mapping[Datum, Callable[[ImapMessage], bytes]] = {
    Datum.UID: lambda message: b"%d" % message.uid,
    Datum.FLAGS: lambda message: listed(in_order(message.flags)),
    Datum.INTERNAL_DATE: lambda message: string(internal(message.internal_date)),
    Datum.SIZE: lambda message: b"%d" % message.mail.size,
    Datum.ENVELOPE: lambda message: envelope(message.mail),
    Datum.BODY: lambda message: structure(message.mail, extended=False),
    Datum.BODY_STRUCTURE: lambda message: structure(message.mail),
}
