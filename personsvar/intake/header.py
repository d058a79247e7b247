"""The spool's header file: what is known of a recording before its first second. Pure: text in, values out.

Two write it, in the same form: the service, and the dialplan when the service is away. A spool holds

    <id>.head       this file, first of all
    <id>-<n>.sln    take n of the call (linear samples of 16 bits, the lower byte first, 8,000 a second);
                    n counts from 1. <id>-<n>.alaw (G.711) where the dialplan recorded, or an earlier version
    <id>.end        the end mark: nothing follows; `urgent=1` and `missed=1` are all it may say

where <id> is the switch's unique id: letters, digits, `.`, `_` and `-`, no dot or hyphen in front. Where
another call's recording lies under it already, `~2` is put behind (or the next that is free). A
header is lines of `key=value`, `version` first. A reader skips keys it does not know, and takes the first
of a key that comes twice.

    version=1
    id=1700000000.12
    purpose=message          or greeting
    writer=service           or dialplan
    began=1700000000.25      when the call came: UTC, seconds since 1970 (a dialplan's ${EPOCH})

The service goes on with whose recording it is, already decided:

    mailbox=+4790000001
    caller=+4790000002       left out when withheld or unknown
    invited=1                the caller was asked for a message; left out when nobody could tell

The dialplan can't decide, so it hands over what came, raw; intake decides (docs/call-flow.md, 1):

    trunk=1                  the endpoint is the operator's own trunk; else 0
    endpoint=                base64 (RFC 4648, section 4)
    raw-request-uri=         the Request-URI as the switch writes it
    raw-from=, raw-p-asserted-identity=, raw-privacy=, raw-diversion=, raw-history-info=
                             a line for each of these headers, in order: its value as it came
    unread=privacy           a header that came and was too long for the switch to read; so too `diversion` …

The sweeper puts a line behind what it took in and left in place, because the switch may write on:

    taken=stored             or missed, full, off: what became of it; the last such line counts

Of a call that left nothing, for the call log (`purpose=call`), while the database is away: see `call_file`.

Of an answered call back (`purpose=call-back`) the dialplan writes whose it was (`mailbox`), who was called
(`caller`) and when; <id> ends in `-c` and the number of its charge. Written whole once the end mark is there.

A raw value is the first line of what came, and behind the switch's own lines, so nothing a caller sends can
take the place of one of those. Of a number that is withheld (mailbox/arrival.py) the dialplan leaves
`raw-from` and `raw-p-asserted-identity` out: it is never written.

An earlier dialplan wrote `dialled=`, `from=`, `pai=`, `privacy=`, `diversion=` and `history=`: base64 of each
header's value, in order, separated by spaces. They are still read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from personsvar.intake import call_file
from personsvar.mailbox.arrival import CallSetup
from personsvar.mailbox.headers import raw_headers
from personsvar.mailbox.model.call_record import CallRecord
from personsvar.mailbox.model.ids import CallBackId, Number, SpoolId
from personsvar.mailbox.ports.takes import Kept, Purpose, SpoolHeader

VERSION = "1"
MAX_BYTES = 128 * 1024
"""A longer header is no header: the switch refuses SIP messages of half that size."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._~-]{0,149}")  # 150: the switch's AST_MAX_UNIQUEID
_E164 = re.compile(r"\+[1-9][0-9]{1,14}")  # ITU-T E.164: fifteen digits at most
_CHARGE = re.compile(r"-c([0-9]{1,18})$")
_SECONDS = re.compile(r"([0-9]{1,10})(?:\.([0-9]{1,6}))?")
_ADDRESSES = frozenset({"raw-request-uri", "raw-diversion", "raw-history-info"})
_ADDRESSES_EARLIER = frozenset({"dialled", "diversion", "history"})
"""A dialplan's lines that tell whose mailbox it is."""


class HeaderError(ValueError):
    """Not a header, or one that does not say what it must."""


@dataclass(frozen=True, slots=True)
class Unsorted:
    """A recording the dialplan took by itself: nobody has decided yet whose it is."""

    spool_id: SpoolId
    began_at: datetime
    setup: CallSetup


@dataclass(frozen=True, slots=True)
class EndMark:
    """What a caller chose before the recording ended."""

    urgent: bool = False
    missed: bool = False


def is_spool_id(text: str) -> bool:
    """Whether a switch's unique id may be the name of a file."""
    return _ID.fullmatch(text) is not None


def format_header(header: SpoolHeader) -> bytes:
    """The service's header. A caller that is no E.164 number is left out: the message matters more."""
    if not is_spool_id(header.spool_id):
        raise HeaderError(f"no unique id of a switch: {header.spool_id[:80]!r}")
    if not _E164.fullmatch(header.mailbox):
        raise HeaderError("the mailbox is no E.164 number")
    lines = [
        ("version", VERSION),
        ("id", header.spool_id),
        ("purpose", header.purpose.value),
        ("writer", "service"),
        ("began", _format_time(header.began_at)),
        ("mailbox", header.mailbox),
    ]
    if header.caller is not None and _E164.fullmatch(header.caller):
        lines.append(("caller", header.caller))
    if header.invited:
        lines.append(("invited", "1"))
    return _format_lines(lines)


def format_call(record: CallRecord) -> bytes:
    """A call that left no recording, as it waits for the database."""
    spool_id = call_file.file_id(record)
    if not is_spool_id(spool_id):
        raise HeaderError(f"no unique id of a switch: {spool_id[:80]!r}")
    first = ("version", VERSION), ("id", spool_id), ("purpose", call_file.PURPOSE), ("writer", "service")
    return _format_lines([*first, ("began", _format_time(record.began_at)), *call_file.lines_of(record)])


def parse_header(content: bytes) -> SpoolHeader | Unsorted | CallRecord:
    """Read a header of either writer; HeaderError says what is wrong with it."""
    if len(content) > MAX_BYTES:
        raise HeaderError(f"longer than {MAX_BYTES} bytes")
    keys = _parse_lines(content)
    if not content.startswith(b"version="):
        raise HeaderError("does not begin with its version")
    if keys["version"] != VERSION:
        raise HeaderError(f"version {keys['version'][:20]!r}, only {VERSION} is known")
    spool_id = _need(keys, "id")
    if not is_spool_id(spool_id):
        raise HeaderError(f"no unique id of a switch: {spool_id[:80]!r}")
    began_at = _parse_time(_need(keys, "began"))
    if keys.get("purpose") == call_file.PURPOSE:
        return _call(keys, SpoolId(spool_id), began_at)
    recorded = keys.get("purpose", Purpose.MESSAGE.value) == Purpose.MESSAGE.value
    if keys.get("writer") == "dialplan" and recorded:
        return _unsorted(keys, _repeated(content), SpoolId(spool_id), began_at)
    if "mailbox" in keys:
        return _header(keys, SpoolId(spool_id), began_at)
    raise HeaderError("says not whose mailbox it is for")


def charge_of(spool_id: SpoolId) -> CallBackId | None:
    """Which call back a file of that purpose is of."""
    number = _CHARGE.search(spool_id)
    return None if number is None else CallBackId(int(number[1]))


def format_taken(kept: Kept) -> bytes:
    return _format_lines([("taken", kept.value)])


def parse_taken(content: bytes) -> str | None:
    """What became of it, where the sweeper took it in and left it."""
    return next(reversed(_repeated(content[:MAX_BYTES]).get("taken", [])), None)


def format_end(end: EndMark) -> bytes:
    return _format_lines([("urgent", str(int(end.urgent))), ("missed", str(int(end.missed)))])


def parse_end(content: bytes) -> EndMark:
    """Whatever it holds, its being there is what counts: what can't be read is no."""
    keys = _parse_lines(content[:MAX_BYTES])
    return EndMark(urgent=keys.get("urgent") == "1", missed=keys.get("missed") == "1")


def _call(keys: dict[str, str], spool_id: SpoolId, began_at: datetime) -> CallRecord:
    mailbox, caller = _number(keys, "mailbox"), _number(keys, "caller")
    try:
        return call_file.record_of(keys, spool_id, began_at, mailbox=mailbox, caller=caller)
    except ValueError as wrong:
        raise HeaderError(f"came-of {keys.get('came-of', '')[:20]!r} is not known") from wrong


def _number(keys: dict[str, str], key: str) -> Number | None:
    value = keys.get(key, "")
    return Number(value) if _E164.fullmatch(value) else None


def _header(keys: dict[str, str], spool_id: SpoolId, began_at: datetime) -> SpoolHeader:
    mailbox = keys["mailbox"]
    if not _E164.fullmatch(mailbox):
        raise HeaderError("the mailbox is no E.164 number")
    try:
        purpose = Purpose(_need(keys, "purpose"))
    except ValueError as wrong:
        raise HeaderError(f"purpose {keys.get('purpose', '')[:20]!r} is not known") from wrong
    return SpoolHeader(
        spool_id=spool_id,
        purpose=purpose,
        mailbox=Number(mailbox),
        caller=_number(keys, "caller"),
        began_at=began_at,
        invited=keys.get("invited") == "1",
    )


def _unsorted(
    keys: dict[str, str], repeated: dict[str, list[str]], spool_id: SpoolId, began_at: datetime
) -> Unsorted:
    if not keys.keys() & (_ADDRESSES | _ADDRESSES_EARLIER):
        raise HeaderError("breaks off before it says whom the call was for")

    def wrapped(key: str) -> tuple[str, ...]:
        return tuple(filter(None, raw_headers(keys.get(key, ""))))

    def all_of(raw: str, earlier: str) -> tuple[str, ...]:
        return (*filter(None, repeated.get(raw, ())), *wrapped(earlier))

    def first(values: tuple[str, ...]) -> str:
        return next(iter(values), "")

    setup = CallSetup(
        call_id=spool_id,
        dialled=first(wrapped("dialled")),
        endpoint=first(wrapped("endpoint")),
        trunk=keys.get("trunk") == "1",
        sender=first(all_of("raw-from", "from")),
        asserted=all_of("raw-p-asserted-identity", "pai"),
        privacy=all_of("raw-privacy", "privacy"),
        diversion=all_of("raw-diversion", "diversion"),
        history_info=all_of("raw-history-info", "history"),
        request_uri=keys.get("raw-request-uri", ""),
        unread=frozenset(repeated.get("unread", ())),
    )
    return Unsorted(spool_id=spool_id, began_at=began_at, setup=setup)


def _format_lines(lines: Iterable[tuple[str, str]]) -> bytes:
    return "".join(f"{key}={value}\n" for key, value in lines).encode("ascii")


def _parse_lines(content: bytes) -> dict[str, str]:
    return {key: values[0] for key, values in _repeated(content).items()}


def _repeated(content: bytes) -> dict[str, list[str]]:
    """Every value of each key, in order; an empty one only where it is the first."""
    keys: dict[str, list[str]] = {}
    for line in content.decode(errors="replace").split("\n"):
        key, equals, value = (part.strip() for part in line.partition("="))
        if equals and (value or key not in keys):
            keys.setdefault(key, []).append(value)
    return keys


def _need(keys: dict[str, str], key: str) -> str:
    if key not in keys:
        raise HeaderError(f"has no line {key}=")
    return keys[key]


def _format_time(moment: datetime) -> str:
    seconds, microseconds = divmod((moment - _EPOCH) // timedelta(microseconds=1), 1_000_000)
    return f"{seconds}.{microseconds:06d}"


def _parse_time(text: str) -> datetime:
    parts = _SECONDS.fullmatch(text)
    if not parts:
        raise HeaderError(f"began={text[:40]!r} is no time")
    microseconds = int((parts[2] or "").ljust(6, "0"))
    return _EPOCH + timedelta(seconds=int(parts[1]), microseconds=microseconds)
