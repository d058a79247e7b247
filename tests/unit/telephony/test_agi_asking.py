"""The service asks the switch for a call's headers: whatever stands in them, it comes as it was sent."""

from __future__ import annotations

import socket
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from personsvar.dialogue.call import SwitchError
from personsvar.mailbox.arrival import CallSetup, withheld
from personsvar.telephony.agi.agi_connection import AgiConnection
from personsvar.telephony.agi.asking import AT_FIRST, AT_ONCE, ask_headers
from personsvar.telephony.agi.setup import call_setup, headers_are_asked
from personsvar.telephony.header_text import MAX_INSTANCES
from personsvar.telephony.wire import PipeWire
from tests.wire.asterisk import FakeAsterisk
from tests.wire.sip_headers import SipHeaders

Headers = list[tuple[str, str]]
LONGEST_COMMAND = 2048
"""Bytes, with the line end: AGI_BUF_LEN of res_agi.c."""
TOO_LONG = "x" * 5_000


def ask(switch: FakeAsterisk) -> CallSetup:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        calling = threading.Thread(target=switch.over_pipes, args=(theirs.fileno(), theirs.fileno()))
        calling.start()
        try:
            session = AgiConnection(PipeWire(ours.fileno(), ours.fileno()))
            session.read_environment()
            return ask_headers(session, call_setup(session.env))
        finally:
            ours.shutdown(socket.SHUT_RDWR)
            calling.join(20)


def told(headers: Headers, *, request_uri: str = "") -> tuple[CallSetup, FakeAsterisk]:
    switch = FakeAsterisk(arguments=("headers=pjsip", "trunk=1", "dialled=+4747471000"))
    switch.channel.headers = SipHeaders(headers, request_uri=request_uri)
    setup = ask(switch)
    assert all(len(f'{name} "{" ".join(given)}"\n') < LONGEST_COMMAND for name, given in switch.commands)
    return setup, switch


def test_a_diverted_call_is_one_command() -> None:
    setup, switch = told(
        [
            ("From", '"Kari :)" <sip:+4790000002@example.test>;tag=1'),
            ("P-Asserted-Identity", '"1) Kari" <sip:+4790000002@example.test>'),
            ("Diversion", "<sip:+4790000001@example.test>;reason=no-answer"),
        ],
        request_uri="sip:+4747471000;npdi@127.0.0.1:5060",
    )
    assert setup == CallSetup(
        call_id="1700000000.1",
        dialled="+4747471000",
        trunk=True,
        sender='"Kari :)" <sip:+4790000002@example.test>;tag=1',
        asserted=('"1) Kari" <sip:+4790000002@example.test>',),
        diversion=("<sip:+4790000001@example.test>;reason=no-answer",),
        request_uri="sip:+4747471000;npdi@127.0.0.1:5060",
    )
    assert switch.names() == ["GET FULL VARIABLE"]


def test_only_a_dialplan_that_says_so_is_asked() -> None:
    assert headers_are_asked({"agi_arg_1": "trunk=1", "agi_arg_2": "headers=pjsip"})
    assert not headers_are_asked({"agi_arg_1": "headers=", "agi_arg_2": "headers=pjsip"})
    assert not headers_are_asked({})


@pytest.mark.parametrize(
    "count", [0, 1, AT_FIRST, AT_FIRST + 1, AT_ONCE + AT_FIRST, AT_ONCE * 2, MAX_INSTANCES, MAX_INSTANCES + 9]
)
def test_every_instance_is_asked_for_up_to_a_bound(count: int) -> None:
    diversion = [f"<sip:+47900{number:05}@example.test>" for number in range(count)]
    setup, _ = told([("Diversion", value) for value in diversion])
    assert setup.diversion == tuple(diversion[:MAX_INSTANCES])
    assert setup.unread == frozenset()


VALUE = st.text(
    st.characters(min_codepoint=32, exclude_characters="\x7f", exclude_categories=["Cs"])
    | st.sampled_from('"\\<>(){}[]$,;:@|'),
    min_size=1,
    max_size=200,
).map(str.strip)
VALUES = st.lists(VALUE.filter(bool), max_size=4)


@settings(deadline=None)  # a conversation between threads
@given(VALUES, VALUES, VALUES, VALUES, st.one_of(st.just(""), VALUE))
def test_any_text_comes_as_it_was_sent(
    asserted: list[str], privacy: list[str], diversion: list[str], history: list[str], sender: str
) -> None:
    given_ = {
        "P-Asserted-Identity": asserted,
        "Privacy": privacy,
        "Diversion": diversion,
        "History-Info": history,
        "From": [sender],
    }
    setup, _ = told([(name, value) for name, values in given_.items() for value in values])
    assert (setup.sender, setup.asserted, setup.privacy) == (sender, tuple(asserted), tuple(privacy))
    assert (setup.diversion, setup.history_info) == (tuple(diversion), tuple(history))


@pytest.mark.parametrize("name", ["Privacy", "Diversion", "History-Info"])
@pytest.mark.parametrize("others", [[], ["none"], ["none", "none", "none"]])
def test_a_header_that_is_too_long_for_the_switch_is_told(
    name: str, others: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    setup, switch = told([*((name, value) for value in others), (name, TOO_LONG)])
    assert setup.unread == {name.lower()}
    assert [record.header for record in caplog.records] == [name]  # type: ignore[attr-defined]
    hides = name == "Privacy"
    assert withheld(setup) == hides
    assert switch.channel.variables == ({"PERSONSVAR_WITHHELD": "1"} if hides else {})


def test_one_that_is_long_and_fits_is_read() -> None:
    history = "x" * (4_092 - len("History-Info: "))
    setup, _ = told([("History-Info", history), ("Identity", TOO_LONG), ("Privacy-X", "none")])
    assert (setup.history_info, setup.unread) == ((history,), frozenset())


def test_what_was_read_stays_for_the_dialplan_when_nothing_is_too_long() -> None:
    headers = [("Privacy", "none"), ("Diversion", "<tel:+4790000001>"), ("History-Info", "<tel:+4790000001>")]
    _, switch = told(headers)
    assert switch.channel.headers.headers == headers


def test_a_switch_that_tells_something_else_is_none() -> None:
    switch = FakeAsterisk(quirk=lambda command, _: b"200 result=1 (x)\n" if "FULL" in command else None)
    with pytest.raises(SwitchError, match="fewer headers"):
        ask(switch)
