"""Bytes in, events out: literals, limits, and what only comes after something else."""

from __future__ import annotations

import base64

import pytest

from personsvar.vvm.imap import commands as c
from personsvar.vvm.imap.events import (
    BadCommand,
    ChallengeAnswer,
    Event,
    IdleDone,
    ImapRequest,
    NeedContinuation,
    TooLarge,
)
from personsvar.vvm.imap.limits import AFTER_LOG_IN, BEFORE_LOG_IN, ImapLimits
from personsvar.vvm.imap.reader import ImapReader
from tests.effort import costs_no_more_than

SMALL = ImapLimits(line=60, identity=60, message=100, patience=300, nesting=3)
NOOP = ImapRequest("z", "NOOP", c.Noop())


def read(data: bytes, limits: ImapLimits = AFTER_LOG_IN) -> list[Event]:
    return drained(reader_of(data, limits))


def reader_of(data: bytes, limits: ImapLimits = AFTER_LOG_IN) -> ImapReader:
    reader = ImapReader(limits)
    reader.feed(data)
    return reader


def drained(reader: ImapReader) -> list[Event]:
    events = []
    while (event := reader.next()) is not None:
        events.append(event)
    return events


def test_half_a_line_is_waited_for() -> None:
    reader = reader_of(b"a NO")
    assert reader.next() is None
    assert reader.pending
    reader.feed(b"OP\r\n")
    assert reader.next() == ImapRequest("a", "NOOP", c.Noop())
    assert not reader.pending


def test_a_literal_is_asked_for_and_then_read() -> None:
    reader = reader_of(b"a LOGIN {4}\r\n")
    assert reader.next() == NeedContinuation()
    reader.feed(b"kari {6}\r\n")
    assert reader.next() == NeedContinuation()
    reader.feed(b'p"a\\ss\r\n')
    assert reader.next() == ImapRequest("a", "LOGIN", c.Login("kari", 'p"a\\ss'))


def test_an_empty_literal_is_asked_for_too() -> None:
    reader = reader_of(b"a LOGIN kari {0}\r\n")
    assert drained(reader) == [NeedContinuation()]
    reader.feed(b"\r\n")
    assert drained(reader) == [ImapRequest("a", "LOGIN", c.Login("kari", ""))]


def test_literal_plus_comes_unasked() -> None:
    assert read(b"a LOGIN {4+}\r\nkari {6+}\r\nsecret\r\nz NOOP\r\n") == [
        ImapRequest("a", "LOGIN", c.Login("kari", "secret")),
        NOOP,
    ]


def test_a_literal_holds_any_octets_and_line_ends() -> None:
    message = bytes(range(256)) + b"\r\n{5}\r\n"
    [event] = read(b"a APPEND Greetings {%d+}\r\n%b\r\n" % (len(message), message))
    assert event == ImapRequest("a", "APPEND", c.Append("Greetings", frozenset(), None, message))


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"a",
        b" a NOOP",
        b"+ NOOP",
        b"a* NOOP",
        b"a NOOP now",
        b"a LOGIN kari",
        b'a LOGIN kari "secret',
        b"a LOGIN kari se\0cret",
        b"a LOGIN kari sec\rret",
        b'a LOGIN kari "s\\e"',
        b"a LOGIN kari {5}x",
        b"a LOGIN kari \xff",
        b'a LOGIN kari "\xff"',
        b"a SELECT &AAA-",
        b"a FETCH 0 FLAGS",
        b"a FETCH 1: FLAGS",
        b"a FETCH 1,,2 FLAGS",
        b"a FETCH 4294967296 FLAGS",
        b"a FETCH 1 ()",
        b"a FETCH 1 (FLAGS",
        b"a FETCH 1 BODY[MIME]",
        b"a FETCH 1 BODY[1.]",
        b"a FETCH 1 BODY[0]",
        b"a FETCH 1 BODY[]<1>",
        b"a FETCH 1 BODY[]<1.0>",
        b"a FETCH 1 BODY[HEADER.FIELDS ()]",
        b"a FETCH 1 BODY[HEADER.FIELDS (a {1+}\r\n\0)]",
        b"a FETCH 1 BODY[HEADER.FIELDS (x y]",
        b"a FETCH 1 BODY[HEADER.FIELDS (x*y)]",
        b"a FETCH 1 BODY[1.1.1.1.1.1.1.1.1.1.1]",
        b"a FETCH 1 NEWS",
        b"a STORE 1 FLAGS",
        b"a STORE 1 FLAGS \\Recent",
        b"a STORE 1 +FLAGS (\\Sealed)",
        b"a STORE 1 FLAGS.LOUD (\\Seen)",
        b"a SEARCH",
        b"a SEARCH CHARSET UTF-8",
        b'a SEARCH CHARSET US-ASCII SUBJECT "\xc3\xa5"',
        b"a SEARCH SINCE 31-Feb-2025",
        b"a SEARCH SINCE yesterday",
        b"a SEARCH NOT",
        b"a SEARCH ((((((((((ALL))))))))))",
        b"a SEARCH " + b"NOT " * 1000 + b"ALL",
        b"a SEARCH WHATEVER",
        b"a APPEND INBOX",
        b'a APPEND INBOX "17-Foo-2025 14:01:36 +0000" {1+}\r\nx',
        b'a APPEND INBOX "17-Jan-2025 14:01:36 +9999" {1+}\r\nx',
        b'a APPEND INBOX "01-Jan-0001 00:01:36 +0100" {1+}\r\nx',
        b"a STATUS INBOX (WEATHER)",
        b"a ID (name)",
        b"a ID (" + b"x" * 31 + b" y)",
        b"a ID (x " + b"y" * 1025 + b")",
        b"a ID (" + "å".encode() * 16 + b' "")',
        b"a ID (" + b"x y " * 31 + b")",
        b"a ID (NIL NIL)",
        b"a XCHANGE_TUI_PWD OLD_PWD=1357",
        b"a XCHANGE_TUI_PWD USER=5550142 PWD=2468 OLD_PWD=1357",
        b"a XCHANGE_TUI_PWD PWD=2468 PWD=2469",
        b"a XCHANGE_VM_LANG 2",
        b"a XCHANGEPASSWORD 2468",
        b"a AUTHENTICATE PLAIN !",
        b"a UID",
        b"a LOGIN {9999999999999999999999}",
    ],
)
def test_what_cannot_be_read_is_refused_without_repeating_it(line: bytes) -> None:
    events = read(line + b"\r\nz NOOP\r\n")
    assert events[-1] == NOOP
    [refused] = events[:-1]
    assert isinstance(refused, BadCommand)
    assert refused.tag == ("a" if line.startswith(b"a ") or line == b"a" else None)
    assert "kari" not in refused.text


def test_a_verb_nobody_serves_is_told_apart() -> None:
    assert read(b"a GETMETADATA INBOX /private/vendor\r\nb UID NOOP\r\n") == [
        ImapRequest("a", "GETMETADATA", c.Unknown()),
        ImapRequest("b", "NOOP", c.Unknown()),
    ]


def test_a_line_may_end_in_lf_alone_and_in_a_space() -> None:
    assert read(b"a noop \nz NOOP\n") == [ImapRequest("a", "NOOP", c.Noop()), NOOP]


class TestLimits:
    def test_a_line_that_is_too_long_is_refused_and_the_session_goes_on(self) -> None:
        assert read(b"a LOGIN kari " + b"x" * 100 + b"\r\nz NOOP\r\n", SMALL) == [TooLarge("a"), NOOP]

    @pytest.mark.parametrize("limits", [BEFORE_LOG_IN, AFTER_LOG_IN], ids=["before", "after"])
    @pytest.mark.parametrize(
        "value",
        [b'"' + b"v" * 1024 + b'"', b'"' + rb"\"" * 1024 + b'"', b"{1024+}\r\n" + b"v" * 1024],
        ids=["plain", "escaped", "literals"],
    )
    def test_all_that_rfc_2971_lets_a_client_tell_is_taken(self, value: bytes, limits: ImapLimits) -> None:
        told = b" ".join(b'"' + f"{number:030}".encode() + b'" ' + value for number in range(30))
        sent = b"a ID (" + told + b")\r\nz NOOP\r\n"
        reader = ImapReader(limits)
        events = []
        for at in range(0, len(sent), 1400):
            reader.feed(sent[at : at + 1400])
            events += drained(reader)
        [identified, after] = events
        assert after == NOOP
        assert isinstance(identified, ImapRequest)
        assert isinstance(identified.command, c.Identify)
        assert len(identified.command.fields) == 30
        assert {len(told or "") for _, told in identified.command.fields} == {1024}

    @pytest.mark.parametrize("verb", [b"LOGIN", b"NOOP ID", b"IDLE", b"SEARCH"])
    def test_no_other_command_may_be_so_long(self, verb: bytes) -> None:
        sent = b"a " + verb + b" " + b"x" * 9000 + b"\r\nz NOOP\r\n"
        assert read(sent, BEFORE_LOG_IN) == [TooLarge("a"), NOOP]

    def test_an_id_of_thousands_of_words_is_read_no_further_than_it_may_be(self) -> None:
        costs_no_more_than(
            5,
            lambda: read(b"a ID (" + b"x " * 32_000 + b")\r\n"),
            lambda: read(b"a ID (" + b"x " * 61 + b")\r\n"),
        )

    def test_more_than_an_id_may_be_is_refused_and_the_session_goes_on(self) -> None:
        assert read(b"a ID (" + b"x y " * 17_000 + b")\r\nz NOOP\r\n") == [TooLarge("a"), NOOP]

    def test_a_line_without_an_end_is_not_kept(self) -> None:
        reader = ImapReader(BEFORE_LOG_IN)
        for _ in range(8):
            reader.feed(b"x" * 8000)
            assert reader.next() is None
            assert len(reader._held) <= BEFORE_LOG_IN.line + 8000
        reader.feed(b"x" * 8000)
        assert reader.next() == TooLarge(None, closes=True)
        reader.feed(b"\r\nz NOOP\r\n")
        assert reader.next() is None

    def test_a_literal_too_large_is_refused_before_it_is_sent(self) -> None:
        assert read(b"a APPEND Greetings {101}\r\nz NOOP\r\n", SMALL) == [TooLarge("a"), NOOP]

    def test_one_that_comes_unasked_is_read_past(self) -> None:
        sent = b"a APPEND Greetings {101+}\r\n" + b"x" * 101 + b"\r\nz NOOP\r\n"
        assert read(sent, SMALL) == [TooLarge("a"), NOOP]

    def test_but_not_without_end(self) -> None:
        assert read(b"a APPEND Greetings {301+}\r\nz NOOP\r\n", SMALL) == [TooLarge("a", closes=True)]

    def test_nor_several_that_are_together(self) -> None:
        sent = b"a APPEND Greetings {200+}\r\n" + b"x" * 200 + b" {200+}\r\n"
        assert read(sent, SMALL) == [TooLarge("a", closes=True)]

    def test_only_append_brings_a_long_one(self) -> None:
        assert read(b"a LOGIN kari {61}\r\n", SMALL) == [TooLarge("a")]
        assert read(b"a APPEND Greetings {100}\r\n", SMALL) == [NeedContinuation()]

    def test_many_small_ones_count_together(self) -> None:
        sent = b"a ID (" + b"{9+}\r\nxxxxxxxxx " * 7 + b")\r\nz NOOP\r\n"
        assert read(sent, SMALL) == [TooLarge("a"), NOOP]

    def test_a_literal_behind_a_line_too_long_is_read_past_as_well(self) -> None:
        sent = b"a LOGIN " + b"x" * 100 + b" {5+}\r\nb NO \r\nz NOOP\r\n"
        assert read(sent, SMALL) == [TooLarge("a"), NOOP]

    def test_a_stranger_may_bring_little(self) -> None:
        assert read(b"a APPEND Greetings {4097}\r\n", BEFORE_LOG_IN) == [TooLarge("a")]

    def test_two_mebibytes_and_no_more(self) -> None:
        assert read(b"a APPEND Greetings {2097152}\r\n") == [NeedContinuation()]
        assert read(b"a APPEND Greetings {2097153}\r\n") == [TooLarge("a")]


class TestAuthenticate:
    def test_the_answer_to_a_challenge_is_a_line_of_base64(self) -> None:
        reader = reader_of(b"a AUTHENTICATE plain\r\n")
        assert reader.next() == ImapRequest("a", "AUTHENTICATE", c.Authenticate("PLAIN"))
        reader.expect_answer("a")
        reader.feed(base64.b64encode(b"\0kari\0secret") + b"\r\nz NOOP\r\n")
        assert drained(reader) == [ChallengeAnswer(b"\0kari\0secret"), NOOP]

    @pytest.mark.parametrize("line", [b"*", b"z NOOP", b"AB=C", b"AAA"])
    def test_cancelled_or_no_base64(self, line: bytes) -> None:
        reader = reader_of(line + b"\r\nz NOOP\r\n")
        reader.expect_answer("a")
        refused = reader.next()
        assert isinstance(refused, BadCommand)
        assert refused.tag == "a"
        assert reader.next() == NOOP

    def test_an_empty_answer_is_one(self) -> None:
        reader = reader_of(b"\r\n")
        reader.expect_answer("a")
        assert drained(reader) == [ChallengeAnswer(b"")]

    def test_an_answer_too_long_is_refused(self) -> None:
        reader = reader_of(b"A" * 8193 + b"\r\nz NOOP\r\n", BEFORE_LOG_IN)
        reader.expect_answer("a")
        assert drained(reader) == [TooLarge("a"), NOOP]

    def test_an_answer_that_looks_like_a_literal_is_not_one(self) -> None:
        reader = reader_of(b"{5}\r\nz NOOP\r\n")
        reader.expect_answer("a")
        assert drained(reader) == [BadCommand("a", "invalid base64"), NOOP]

    @pytest.mark.parametrize(("sent", "read_as"), [(b"=", b""), (b"AGthcmk=", b"\0kari")])
    def test_it_may_come_with_the_command(self, sent: bytes, read_as: bytes) -> None:
        assert read(b"a AUTHENTICATE PLAIN " + sent + b"\r\n") == [
            ImapRequest("a", "AUTHENTICATE", c.Authenticate("PLAIN", read_as))
        ]


class TestIdle:
    @pytest.mark.parametrize("word", [b"DONE", b"done"])
    def test_done_ends_it_even_when_sent_at_once(self, word: bytes) -> None:
        reader = reader_of(b"a IDLE\r\n" + word + b"\r\nz NOOP\r\n")
        assert reader.next() == ImapRequest("a", "IDLE", c.Idle())
        reader.expect_done("a")
        assert drained(reader) == [IdleDone(), NOOP]

    def test_anything_else_is_a_mistake(self) -> None:
        reader = reader_of(b"b NOOP\r\nz NOOP\r\n")
        reader.expect_done("a")
        assert drained(reader) == [BadCommand("a", "expected DONE"), NOOP]


def test_bytes_behind_starttls_are_seen() -> None:
    reader = reader_of(b"a STARTTLS\r\nb LOGIN")
    assert reader.next() == ImapRequest("a", "STARTTLS", c.StartTls())
    assert reader.pending


def test_secrets_stay_out_of_every_repr() -> None:
    events = read(
        b"a LOGIN kari hunter2\r\n"
        b"a XCHANGE_TUI_PWD PWD=hunter2 OLD_PWD=hunter2\r\n"
        b"a AUTHENTICATE PLAIN aHVudGVyMg==\r\n"
        b"a APPEND Greetings {7+}\r\nhunter2\r\n"
    )
    assert len(events) == 4
    assert "hunter2" not in repr([*events, ChallengeAnswer(b"hunter2")])
