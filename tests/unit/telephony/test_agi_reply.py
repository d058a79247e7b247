"""What Asterisk says over AGI, in any chunking."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personsvar.dialogue.call import SwitchError
from personsvar.telephony.agi.reply import (
    MAX_ENVIRONMENT,
    MAX_LINE,
    CommandRefused,
    ConnectionEnded,
    DeadChannel,
    Environment,
    Event,
    HungUp,
    ReplyParser,
    Result,
    Trying,
    masked,
)

ENVIRONMENT = b"agi_request: agi://127.0.0.1:4573/call\nagi_uniqueid: 1700000000.1\nagi_arg_1: trunk=1\n\n"
TRANSCRIPT: list[tuple[bytes, Event]] = [
    (b"200 result=0\n", Result(0)),
    (b"200 result=0 endpos=16000\n", Result(0, None, 16000)),
    (b"200 result=-1 endpos=0\n", Result(-1, None, 0)),
    (b"200 result=35 (dtmf) endpos=112000\n", Result(35, "dtmf", 112000)),
    (b"200 result=19985 (timeout) endpos=80000\n", Result(19985, "timeout", 80000)),
    (b"200 result=-1 (hangup) endpos=4711\n", Result(-1, "hangup", 4711)),
    (b"200 result=-1 (writefile)\n", Result(-1, "writefile")),
    (b"200 result=0 endpos=-1\n", Result(0, None, -1)),
    (b"200 result=1 (ANSWER)\n", Result(1, "ANSWER")),
    (b"200 result=1 (a (b) c)\n", Result(1, "a (b) c")),
    (b"200 result=1 ()\n", Result(1, "")),
    ("200 result=1 (blåbær)\n".encode(), Result(1, "blåbær")),
    (b"100 result=0 Trying...\n", Trying()),
    (b"200 result=0 Gosub complete\n", Result(0)),
    (b"200 result=-1 Gosub label not found\n", Result(-1)),
    (b"HANGUP\n", HungUp()),
    (b"510 Invalid or unknown command\n", CommandRefused(510)),
    (b"511 Command Not Permitted on a dead channel or intercept routine\n", DeadChannel()),
    (
        b"520-Invalid command syntax.\nUsage: NOOP\n\n200 result=0\n520 End of proper usage.\n",
        CommandRefused(520),
    ),
    (b"520 End of proper usage.\n", CommandRefused(520)),
    (b"200 result=0\r\n", Result(0)),
]


def events(*chunks: bytes) -> list[Event | str]:
    """All there is to hear, up to the end or the first nonsense."""
    parser = ReplyParser()
    heard: list[Event | str] = []
    try:
        for chunk in (*chunks, b""):
            parser.receive(chunk)
            while (event := parser.next_event()) is not None:
                heard.append(event)
                if isinstance(event, ConnectionEnded):
                    break
    except SwitchError as wrong:
        heard.append(str(wrong))
    return heard


def cut(data: bytes, places: list[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(place % (len(data) + 1) for place in places)})
    return [data[a:b] for a, b in pairwise(edges)]


@pytest.mark.parametrize(("line", "event"), TRANSCRIPT)
def test_each_line_of_the_transcript(line: bytes, event: Event) -> None:
    assert events(ENVIRONMENT, line)[1:] == [event, ConnectionEnded()]


def test_the_environment_comes_first() -> None:
    first = events(ENVIRONMENT)[0]
    assert isinstance(first, Environment)
    assert first.values["agi_uniqueid"] == "1700000000.1"
    assert first.values["agi_request"] == "agi://127.0.0.1:4573/call"


@given(st.lists(st.sampled_from(TRANSCRIPT), max_size=8), st.lists(st.integers(0, 10_000), max_size=30))
def test_any_chunking_gives_the_same_events(said: list[tuple[bytes, Event]], places: list[int]) -> None:
    data = ENVIRONMENT + b"".join(line for line, _ in said)
    assert events(*cut(data, places))[1:] == [*(event for _, event in said), ConnectionEnded()]


@given(
    st.binary(max_size=300) | st.text("520 1-=resultHANGUP()\n agi_:\r", max_size=300).map(str.encode),
    st.booleans(),
    st.lists(st.integers(0, 1000), max_size=10),
)
def test_garbage_is_a_clear_error_and_the_same_in_any_chunking(
    garbage: bytes, after_environment: bool, places: list[int]
) -> None:
    data = ENVIRONMENT + garbage if after_environment else garbage
    heard = events(*cut(data, []))
    assert heard == events(*cut(data, places))
    assert isinstance(heard[-1], ConnectionEnded) or str(heard[-1]).startswith(
        ("not an AGI", "the switch", "an AGI")
    )


def test_who_says_a_name_twice_is_not_the_switch_alone() -> None:
    """A caller whose number held a line end could else say what the dialplan had said already."""
    injected = b"agi_callerid: 9\nagi_arg_1: trunk=1\nagi_arg_1: trunk=0\n\n"
    with pytest.raises(SwitchError, match="twice"):
        parse_one(injected)


@pytest.mark.parametrize(
    "stranger",
    [
        b"GET / HTTP/1.1\r\nHost: example.test\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\n",
        b"hello\n",
        b"agi_no colon\n",
    ],
)
def test_a_stranger_is_told_from_a_switch(stranger: bytes) -> None:
    with pytest.raises(SwitchError, match="not an AGI environment"):
        parse_one(stranger)


@pytest.mark.parametrize(
    "line", [b"200 result=1x\n", b"200 \n", b"200 result=\n", b"99\n", b" \n", b"2000 result=1\n"]
)
def test_a_line_no_switch_says(line: bytes) -> None:
    parser = ReplyParser()
    parser.receive(ENVIRONMENT + line)
    parser.next_event()
    with pytest.raises(SwitchError, match="not an AGI re"):
        parser.next_event()


@pytest.mark.parametrize("empty", [b"\n", b"\r\n", b"\n\n\r\n"])
def test_an_empty_line_between_two_replies_says_nothing(empty: bytes) -> None:
    parser = ReplyParser()
    parser.receive(ENVIRONMENT + empty + b"200 result=0\n" + empty + b"200 result=1 (x)\n" + empty)
    assert isinstance(parser.next_event(), Environment)
    assert [parser.next_event(), parser.next_event()] == [Result(0), Result(1, "x")]
    assert parser.next_event() is None


def test_no_digit_of_a_reply_gets_into_an_error() -> None:
    with pytest.raises(SwitchError) as wrong:
        parse_one(b"agi_uniqueid 4711 pin=1234\n")
    assert not any(letter.isdigit() for letter in str(wrong.value))
    assert masked("result=49\x1b") == r"'result=##\x#b'"


@pytest.mark.parametrize("endless", [b"x" * (MAX_LINE + 1), b"agi_x: " + b"y" * MAX_LINE + b"\n"])
def test_a_line_without_end_is_given_up(endless: bytes) -> None:
    with pytest.raises(SwitchError, match="more than"):
        parse_one(endless)


def test_an_environment_without_end_is_given_up() -> None:
    with pytest.raises(SwitchError, match="more than"):
        parse_one(b"".join(b"agi_arg_%d: x\n" % number for number in range(2000)))


@pytest.mark.parametrize("line_bytes", [60, 1_000, 30_000, 65_000])
def test_an_environment_is_64_kb_at_most_however_its_lines_are(line_bytes: int) -> None:
    """Any other is given up before more than that, and a line, was read."""
    parser, received = ReplyParser(), 0

    def talk() -> None:
        nonlocal received
        for number in range(2000):
            parser.receive(line := b"agi_arg_%d: %s\n" % (number, b"x" * line_bytes))
            received += len(line)
            assert parser.next_event() is None

    with pytest.raises(SwitchError, match="more than"):
        talk()
    assert received <= MAX_ENVIRONMENT + line_bytes + 100


def test_the_longest_environment_of_a_switch_is_read() -> None:
    arguments = b"".join(b"agi_arg_%d: %s\n" % (number, b"x" * 300) for number in range(1, 128))
    event = parse_one(ENVIRONMENT.split(b"agi_arg_1")[0] + arguments + b"\n")
    assert isinstance(event, Environment)
    assert len(event.values) == 2 + 127


def test_what_is_bounded_is_the_environment_and_not_what_follows() -> None:
    parser = ReplyParser()
    parser.receive(ENVIRONMENT)
    assert isinstance(parser.next_event(), Environment)
    for _ in range(10):
        parser.receive(b"200 result=1 (%s)\n" % (b"x" * 20_000))
        assert isinstance(parser.next_event(), Result)


def test_a_usage_text_without_end_is_given_up() -> None:
    parser = ReplyParser()
    parser.receive(ENVIRONMENT + b"520-usage\n" + b"more\n" * 2000)
    parser.next_event()
    with pytest.raises(SwitchError, match="more than"):
        parser.next_event()


def test_the_end_of_the_connection_is_told_again_and_again() -> None:
    parser = ReplyParser()
    parser.receive(b"agi_uniq")
    parser.receive(b"")
    assert [parser.next_event(), parser.next_event()] == [ConnectionEnded(), ConnectionEnded()]


def parse_one(data: bytes) -> Event | None:
    parser = ReplyParser()
    parser.receive(data)
    return parser.next_event()
