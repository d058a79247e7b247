"""Whatever comes, in whatever pieces: the reader goes on, and tells the same events, and nothing else."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from personsvar.vvm.imap import commands as c
from personsvar.vvm.imap.events import Event, ImapRequest
from personsvar.vvm.imap.limits import ImapLimits
from personsvar.vvm.imap.reader import ImapReader

SMALL = ImapLimits(line=80, identity=160, message=120, patience=400, nesting=3)
WORDS = st.sampled_from(
    [
        b"a ",
        b"b2 ",
        b" ",
        b"  ",
        b"\r\n",
        b"\r\n",
        b"\r\n",
        b"\n",
        b"\r",
        b"(",
        b")",
        b"[",
        b"]",
        b"<0.5>",
        b'"',
        b"\\",
        b"*",
        b"+",
        b"\0",
        b"=",
        b"NIL",
        b"DONE\r\n",
        b"AGthcmk=\r\n",
        b"UID ",
        b"FETCH ",
        b"STORE ",
        b"SEARCH ",
        b"APPEND ",
        b"LOGIN ",
        b"AUTHENTICATE PLAIN",
        b"IDLE\r\n",
        b"NOOP\r\n",
        b"ID ",
        b"STATUS ",
        b"LIST ",
        b"COPY ",
        b"1:*",
        b"2,4:7",
        b"BODY.PEEK[",
        b"HEADER.FIELDS (From)",
        b"1.MIME",
        b"FLAGS",
        b"+FLAGS.SILENT ",
        b"\\Seen",
        b"$CNS-Greeting-On",
        b"NOT ",
        b"OR ",
        b"SINCE 1-Feb-2025",
        b"CHARSET ",
        b"utf-8 ",
        b"koi8-r ",
        b"INBOX ",
        b"&AOY-",
        b"{3}\r\n",
        b"{3+}\r\n",
        b"{0}\r\n",
        b"{90+}\r\n",
        b"{130}\r\n",
        b"{130+}\r\n",
        b"{500+}\r\n",
        b"XCHANGE_TUI_PWD ",
        b"PWD=2468",
        b" OLD_PWD=1357",
        b"XCLOSE_NUT\r\n",
        b"x" * 50,
        b"y" * 200,
        b'"kari" ',
    ]
)
STREAMS = st.lists(WORDS | st.binary(max_size=12), max_size=40).map(b"".join)


@settings(max_examples=400, deadline=None)
@given(data=STREAMS, cuts=st.lists(st.integers(0, 2000), max_size=12))
def test_the_same_bytes_are_the_same_events_however_they_are_cut(data: bytes, cuts: list[int]) -> None:
    whole = events([data])
    assert events(cut(data, cuts)) == whole
    assert events([bytes([octet]) for octet in data]) == whole
    assert len(whole) <= len(data)


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=2000))
def test_any_octets_at_all(data: bytes) -> None:
    assert events([data[:700], data[700:]]) == events([data])


@settings(max_examples=150, deadline=None)
@given(data=STREAMS)
def test_after_whatever_it_was_a_line_is_read_again(data: bytes) -> None:
    """As long as it was within patience: whatever literal it announced is filled up, and its line ended."""
    reader = ImapReader(SMALL)
    drive(reader, data + b"\r\n")
    for _ in range(3):
        drive(reader, b"x" * (reader._gathering.owed or 0) + b"\r\n")
    if not reader._broken:
        assert drive(reader, b"z NOOP\r\n") == [ImapRequest("z", "NOOP", c.Noop())]


def cut(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({0, len(data), *(place for place in cuts if place < len(data))})
    return [data[begin:end] for begin, end in pairwise(places)]


def events(pieces: list[bytes]) -> list[Event]:
    reader = ImapReader(SMALL)
    return [event for piece in pieces for event in drive(reader, piece)]


def drive(reader: ImapReader, data: bytes) -> list[Event]:
    """As a server does: after AUTHENTICATE comes an answer, after IDLE comes DONE."""
    reader.feed(data)
    told = []
    while (event := reader.next()) is not None:
        told.append(event)
        match event:
            case ImapRequest(tag, _, c.Authenticate()):
                reader.expect_answer(tag)
            case ImapRequest(tag, _, c.Idle()):
                reader.expect_done(tag)
    return told
