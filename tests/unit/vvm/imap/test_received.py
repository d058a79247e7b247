"""Greetings that phones send, and what somebody else might."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personsvar.vvm.imap.mime import GreetingType, ReceivedGreeting, RefusedGreeting, read_greeting
from tests.effort import grows_no_faster_than_its_input
from tests.unit.vvm.imap.small_server import AMR, message

LINES = base64.encodebytes(AMR)
GOOGLE = b"""X-CNS-Message-Context: x-voice-greeting-message
X-CNS-Media-Size: x-voice-greeting=1msgs;
Importance: normal
X-CNS-Greeting-Type: normal-greeting
Content-Duration: 7
Content-Type: audio/amr; name="greetings.amr"
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="greetings.amr"

""".replace(b"\n", b"\r\n")
SEVERAL = b"""X-CNS-Greeting-Type: Voice-Signature
Content-Type: multipart/mixed;
\tboundary="part (1)"

preamble
--part (1)
Content-Type: text/plain

hello
--part (1)
Content-Type: audio/AMR
Content-Transfer-Encoding: BASE64
Content-Duration: 5

%b
--part (1)--
epilogue
"""
APPLE = b"""X-AppleVM-Message-Version: 1.0
Content-Type: multipart/mixed; boundary=frontier

--frontier
Content-Type: audio/amr; name=Greeting.amr
Content-Transfer-Encoding: base64
X-AppleVM-Duration: 5

%b--frontier--
"""


def test_as_googles_app_sends_it() -> None:
    assert read_greeting(GOOGLE + LINES) == ReceivedGreeting(
        AMR, GreetingType.NORMAL, seconds=5.0, declared_seconds=7, apple=False
    )


def test_as_the_orange_client_sends_it() -> None:
    assert read_greeting(SEVERAL % LINES) == ReceivedGreeting(
        AMR, GreetingType.VOICE_SIGNATURE, seconds=5.0, declared_seconds=5, apple=False
    )


def test_as_an_iphone_sends_it() -> None:
    read = read_greeting((APPLE % LINES).replace(b"\n", b"\r\n"))
    assert read == ReceivedGreeting(AMR, GreetingType.NORMAL, seconds=5.0, declared_seconds=None, apple=True)


def test_our_own_come_back() -> None:
    read = read_greeting(message(1, 329, transcript="not this").mail.content)
    assert isinstance(read, ReceivedGreeting)
    assert read.amr == AMR


def test_without_encoding() -> None:
    read = read_greeting(b"Content-Type: audio/amr\r\n\r\n" + AMR)
    assert isinstance(read, ReceivedGreeting)
    assert read.amr == AMR


def test_the_end_may_be_missing() -> None:
    cut = (SEVERAL % LINES).partition(b"--part (1)--")[0]
    assert isinstance(read_greeting(cut), ReceivedGreeting)


@pytest.mark.parametrize(
    ("sent", "refused"),
    [
        (b"", "unreadable message"),
        (AMR, "unreadable message"),
        (b"X: " + b"x" * 20_000 + b"\r\n\r\n", "unreadable message"),
        (b"Subject: hello\r\n\r\nhello", "no audio in the message"),
        (b"Content-Type: multipart/mixed\r\n\r\n" + GOOGLE + LINES, "no audio in the message"),
        (
            b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--b\r\n" + GOOGLE + LINES,
            "no audio in the message",
        ),
        (GOOGLE, "the audio is not AMR"),
        (GOOGLE + b"not base64!", "the audio is not AMR"),
        (GOOGLE + base64.b64encode(b"RIFF"), "the audio is not AMR"),
        (GOOGLE.replace(b"base64", b"quoted-printable") + AMR, "the audio is not AMR"),
    ],
)
def test_what_is_refused(sent: bytes, refused: str) -> None:
    assert read_greeting(sent) == RefusedGreeting(refused)


def test_the_first_sound_counts() -> None:
    sent = (SEVERAL % LINES).replace(b"text/plain\n\nhello", b"audio/wav\n\nRIFF")
    assert read_greeting(sent) == RefusedGreeting("the audio is not AMR")


def test_not_within_any_number_of_wrappings() -> None:
    assert isinstance(read_greeting(wrapped(2)), ReceivedGreeting)
    assert read_greeting(wrapped(4)) == RefusedGreeting("no audio in the message")


def test_not_behind_any_number_of_parts() -> None:
    sent = (SEVERAL % LINES).replace(b"preamble\n", b"--part (1)\n\nx\n" * 40)
    assert read_greeting(sent) == RefusedGreeting("no audio in the message")


@pytest.mark.parametrize(
    ("sent", "most"),
    [
        (lambda many: b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\r\n" * many, 400_000),
        (lambda many: b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"\r\n--a " * many, 300_000),
        (lambda many: b"Content-Type: multipart/mixed" + b"; boundary" * many + b"\r\n\r\n", 1500),
        (lambda many: b"Content-Type: multipart/mixed;" + b" " * many + b"\r\n\r\n", 15_000),
        (lambda many: b"\r\n" * many, 1_000_000),
        (lambda many: b"Content-Type: audio/amr\r\n\r\n#!AMR\n" + b"\x7c" * many, 2_000_000),
    ],
    ids=["delimiters", "blanks", "parameters", "spaces", "lines", "frames"],
)
def test_nothing_within_the_limit_is_slow(sent: Callable[[int], bytes], most: int) -> None:
    grows_no_faster_than_its_input(read_greeting, sent, most)


PIECES = st.sampled_from(
    [
        b"\r\n",
        b"\n",
        b"\n\n",
        b"--a",
        b"--a--",
        b"Content-Type: ",
        b"multipart/mixed; boundary=a\n",
        b"audio/amr\n",
        b'boundary="',
        b";",
        b"=",
        LINES,
        AMR,
        b"Content-Transfer-Encoding: base64\n",
        b"\xff",
        b"\0",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(PIECES | st.binary(max_size=20), max_size=30).map(b"".join))
def test_anything_is_either_a_greeting_or_refused(sent: bytes) -> None:
    read = read_greeting(sent)
    assert isinstance(read, RefusedGreeting) or read.amr.startswith(b"#!AMR\n")


def test_the_sound_stays_out_of_the_repr() -> None:
    assert "AMR" not in repr(read_greeting(GOOGLE + LINES))


def wrapped(depth: int) -> bytes:
    sent = GOOGLE + LINES
    for level in range(depth):
        sent = b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n%b\r\n--b%d--\r\n" % (
            level,
            level,
            sent,
            level,
        )
    return sent
