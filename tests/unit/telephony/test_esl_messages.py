"""The Event Socket's messages: bytes in any pieces, hostile lengths, what is encoded and what is not."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personsvar.dialogue.call import SwitchError
from personsvar.telephony.esl.esl_messages import (
    MAX_BODY_BYTES,
    MAX_HEADER_BYTES,
    MAX_HEADERS,
    EslEvent,
    EslMessage,
    EslParser,
    event_of,
    values_of,
)

NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,20}", fullmatch=True).filter("Content-Length".__ne__)
VALUES = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=40).map(str.strip)
HEADERS = st.dictionaries(NAMES, VALUES, min_size=1, max_size=8)
MESSAGES = st.builds(EslMessage, HEADERS, st.binary(max_size=200))


def as_sent(message: EslMessage) -> bytes:
    headers = dict(message.headers)
    if message.body:
        headers["Content-Length"] = str(len(message.body))
    lines = "".join(f"{name}: {value}\n" for name, value in headers.items())
    return f"{lines}\n".encode() + message.body


def parsed(*pieces: bytes) -> list[EslMessage]:
    parser, found = EslParser(), []
    for piece in pieces:
        parser.receive(piece)
        while (message := parser.next_message()) is not None:
            found.append(message)
    return found


def refusal(read: Callable[[bytes], object], data: bytes) -> list[str]:
    """What is told of bytes that can't be read; nothing where they can."""
    try:
        read(data)
    except SwitchError as wrong:
        return [str(wrong)]
    return []


@given(st.lists(MESSAGES, max_size=4), st.lists(st.integers(0, 2000), max_size=12))
def test_messages_are_the_same_however_they_are_cut(messages: list[EslMessage], cuts: list[int]) -> None:
    sent = b"".join(as_sent(message) for message in messages)
    ends = [0, *sorted(min(cut, len(sent)) for cut in cuts), len(sent)]
    pieces = [sent[start:end] for start, end in pairwise(ends)]
    found = parsed(*pieces)
    assert [message.body for message in found] == [message.body for message in messages]
    for message, told in zip(found, messages, strict=True):
        assert {name: message.headers[name] for name in told.headers} == told.headers


@given(st.binary(max_size=400))
def test_whatever_comes_is_messages_or_an_error_of_ours(data: bytes) -> None:
    assert all(line.isprintable() for line in refusal(parsed, data))


@given(st.binary(max_size=400))
def test_whatever_a_body_holds_is_an_event_or_an_error_of_ours(body: bytes) -> None:
    assert all(line.isprintable() for line in refusal(values_of, body))


@given(VALUES)
def test_the_channel_is_percent_decoded_once(value: str) -> None:
    message = parsed(f"Content-Type: command/reply\nvariable_x: {quote(value)}\n\n".encode())[0]
    assert message.decoded()["variable_x"] == value


def test_what_is_encoded_twice_is_decoded_once() -> None:
    assert parsed(b"x: %2525\n\n")[0].decoded()["x"] == "%25"


def test_a_body_of_json_is_not_decoded_further() -> None:
    event = event_of(EslMessage({}, json.dumps({"Event-Name": "DTMF", "variable_x": "%2B"}).encode()))
    assert (event.name, event.text("variable_x")) == ("DTMF", "%2B")


def test_a_header_with_several_values_keeps_their_order() -> None:
    event = EslEvent(values_of(b'{"a": ["one", "two"], "b": [], "c": 3, "d": {"e": "f"}}'))
    assert event.values == {"a": ("one", "two")}
    assert (event.text("a"), event.text("b")) == ("one", "")


@pytest.mark.parametrize(
    "length", ["-1", "+5", "1e3", "0x10", "٣", " ", "", "9" * 30, str(MAX_BODY_BYTES + 1), "5 5"]
)
def test_a_length_no_body_has_is_refused(length: str) -> None:
    with pytest.raises(SwitchError, match=r"that no body has|a body of more than"):
        parsed(f"Content-Length: {length}\n\n".encode())


def test_headers_without_an_end_are_not_collected_for_ever() -> None:
    with pytest.raises(SwitchError, match="more than 262144 bytes"):
        parsed(*[b"x: y" * 16_384] * (MAX_HEADER_BYTES // 65_536 + 1))


def test_more_headers_than_any_channel_has_are_refused() -> None:
    with pytest.raises(SwitchError, match="more than 2000 headers"):
        parsed(b"x: y\n" * (MAX_HEADERS + 1) + b"\n")


@pytest.mark.parametrize("line", [b"GET / HTTP/1.1", b"\x16\x03\x01", b"no colon 8427", b"PIN 8427"])
def test_what_is_no_header_is_not_repeated(line: bytes) -> None:
    with pytest.raises(SwitchError, match="are no header of the Event Socket") as wrong:
        parsed(line + b"\n\n")
    assert "8427" not in str(wrong.value)


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b"[" * 200_000, b"\xff\xfe"])
def test_a_body_that_is_no_event_is_refused(body: bytes) -> None:
    with pytest.raises(SwitchError, match=r"no JSON|without names"):
        values_of(body)
