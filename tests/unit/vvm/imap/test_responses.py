"""What the server says, letter by letter."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from personsvar.vvm.imap import responses as say
from personsvar.vvm.imap.commands import StatusItem
from personsvar.vvm.imap.fetched import (
    fetched,
    flags_response,
    needs_size,
    needs_sound,
    sets_seen,
    tells_text,
)
from personsvar.vvm.imap.imap_message import ImapMessage
from personsvar.vvm.imap.items import Datum, FetchItem, Piece, Section
from personsvar.vvm.imap.months import internal
from personsvar.vvm.imap.writing import nstring, string
from tests.unit.vvm.imap.small_server import message


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (say.ok(None, "vvm.example.net ready"), b"* OK vvm.example.net ready"),
        (say.ok("9", "saved", code=say.append_uid(1, 12)), b"9 OK [APPENDUID 1 12] saved"),
        (
            say.ok(None, "moved", code=say.copy_uid(1, [3, 4, 7], [3, 4, 7])),
            b"* OK [COPYUID 1 3:4,7 3:4,7] moved",
        ),
        (say.no("4", "old password mismatch"), b"4 NO old password mismatch"),
        (say.bad(None, "invalid tag"), b"* BAD invalid tag"),
        (say.bye("see you"), b"* BYE see you"),
        (say.too_large("a"), b"a NO [LIMIT] too large"),
        (say.bad_charset("a"), b"a NO [BADCHARSET (US-ASCII UTF-8 ISO-8859-1)] unknown charset"),
        (say.continuation(), b"+ go"),
        (say.challenge(), b"+ "),
        (say.challenge(b"Username:"), b"+ VXNlcm5hbWU6"),
        (say.expunge(2), b"* 2 EXPUNGE"),
        (say.unseen(2), b"* OK [UNSEEN 2] ok"),
        (say.selected("a", read_only=True), b"a OK [READ-ONLY] selected"),
        (say.search([]), b"* SEARCH"),
        (say.folder_line("Trash"), rb'* LIST (\HasNoChildren) "/" "Trash"'),
        (say.folder_line("", [r"\Noselect"]), rb'* LIST (\Noselect) "/" ""'),
        (say.folder_line("ære", [], verb="LSUB"), b'* LSUB () "/" "&AOY-re"'),
        (
            say.status("INBOX", {StatusItem.MESSAGES: 2, StatusItem.UNSEEN: 1}),
            b'* STATUS "INBOX" (MESSAGES 2 UNSEEN 1)',
        ),
        (say.namespace(), b'* NAMESPACE (("" "/")) NIL NIL'),
        (say.identity([]), b"* ID NIL"),
        (say.identity([("name", "personsvar"), ("os", None)]), b'* ID ("name" "personsvar" "os" NIL)'),
        (say.ok("a", "two\r\nlines, and ære"), b"a OK two?lines, and ?re"),
    ],
)
def test_a_line(said: bytes, line: bytes) -> None:
    assert said == line + b"\r\n"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("Voice message", b'"Voice message"'),
        ("", b'""'),
        (None, b"NIL"),
        ('say "hi"', b'{8}\r\nsay "hi"'),
        ("a\\b", b"{3}\r\na\\b"),
        ("æ", b"{2}\r\n\xc3\xa6"),
        (b"two\r\nlines", b"{10}\r\ntwo\r\nlines"),
    ],
)
def test_a_string_never_holds_an_escape(value: str | bytes | None, written: bytes) -> None:
    assert nstring(value) == written
    assert value is None or string(value) == written


def test_a_day_of_one_figure_has_a_space_before_it() -> None:
    assert internal(datetime(2025, 2, 3, 4, 5, 6, tzinfo=UTC)) == " 3-Feb-2025 04:05:06 +0000"


class TestFetched:
    message: ImapMessage = message(
        2, 329, "Heard", "\\Deleted", "\\Seen", "$CNS-Greeting-On", transcript="hello there"
    )

    def told(self, *items: FetchItem, uid: bool = False) -> bytes:
        return fetched(self.message, items, uid=uid)

    def test_the_uid_is_told_to_who_counts_in_uids(self) -> None:
        assert self.told(Datum.SIZE, uid=True) == b"* 2 FETCH (UID 329 RFC822.SIZE 11641)\r\n"
        assert self.told(Datum.SIZE, Datum.UID, uid=True) == b"* 2 FETCH (RFC822.SIZE 11641 UID 329)\r\n"

    def test_flags_have_an_order(self) -> None:
        flags = rb"FLAGS (\Seen \Deleted $CNS-Greeting-On Heard)"
        assert flags_response(self.message) == b"* 2 FETCH (" + flags + b")\r\n"
        assert flags_response(self.message, uid=True) == b"* 2 FETCH (UID 329 " + flags + b")\r\n"

    def test_envelope(self) -> None:
        caller = b'((NIL NIL "+15550177" "vvm.example.net"))'
        assert self.told(Datum.ENVELOPE) == (
            b'* 2 FETCH (ENVELOPE ("Fri, 17 Jan 2025 15:01:36 +0100" "Voice message" '
            + b" ".join([caller] * 3)
            + b' ((NIL NIL "5550142" "vvm.example.net")) NIL NIL NIL "<329.1700000000@vvm.example.net>"))\r\n'
        )

    def test_body_without_extension_data(self) -> None:
        assert self.told(Datum.BODY) == (
            b'* 2 FETCH (BODY (("AUDIO" "AMR" ("NAME" "vm-329.amr") NIL NIL "BASE64" 10958)'
            b'("TEXT" "PLAIN" ("CHARSET" "UTF-8") NIL NIL "BASE64" 18 1) "MIXED"))\r\n'
        )

    def test_sections_are_literals_and_what_is_not_there_is_nil(self) -> None:
        told = self.told(
            Section(path=(2,), start=0, length=4), Section(path=(3,)), Section(start=99_999, length=1)
        )
        assert told == b"* 2 FETCH (BODY[2]<0> {4}\r\naGVs BODY[3] NIL BODY[]<99999> {0}\r\n)\r\n"


@pytest.mark.parametrize(
    ("item", "size", "sound", "seen"),
    [
        (Datum.FLAGS, False, False, False),
        (Datum.ENVELOPE, False, False, False),
        (Datum.SIZE, True, False, False),
        (Datum.BODY, True, False, False),
        (Datum.BODY_STRUCTURE, True, False, False),
        (Section(), True, True, True),
        (Section(peek=True), True, True, False),
        (Section(Piece.HEADER), False, False, True),
        (Section(path=(2,), peek=True), False, False, False),
        (Section(Piece.MIME, (1,), peek=True), True, False, False),
    ],
)
def test_what_an_item_needs(item: FetchItem, size: bool, sound: bool, seen: bool) -> None:
    assert (needs_size([item]), needs_sound([item]), sets_seen([item])) == (size, sound, seen)


@pytest.mark.parametrize(
    ("item", "tells"),
    [
        (Datum.UID, False),
        (Datum.FLAGS, False),
        (Datum.INTERNAL_DATE, False),
        (Datum.ENVELOPE, False),
        (Datum.SIZE, True),
        (Datum.BODY, True),
        (Datum.BODY_STRUCTURE, True),
        (Section(), True),
        (Section(Piece.TEXT), True),
        (Section(Piece.HEADER), False),
        (Section(Piece.FIELDS, fields=(b"DATE",)), False),
        (Section(path=(1,)), False),
        (Section(Piece.MIME, (1,)), False),
        (Section(path=(2,), start=0, length=1), True),
        (Section(Piece.MIME, (2,)), True),
    ],
)
def test_what_tells_of_the_text(item: FetchItem, tells: bool) -> None:
    assert tells_text([Datum.FLAGS, item]) is tells
