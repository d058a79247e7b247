"""The table of section 1, read aloud: the call, and what it becomes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personsvar.mailbox.arrival import (
    Arrival,
    CallerArrives,
    CallSetup,
    LogInArrives,
    NotServed,
    OwnerArrives,
    PinAsked,
    arrive,
    asserted_number,
    calling_number,
    withheld,
)
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.rules import Rules

ACCESS = Rules().access_number
KARI, OLA, OFF, STRANGER, SWEDE = (
    Number(number) for number in ("+4790000001", "+4790000002", "+4790000003", "+4790000009", "+46701234567")
)
SUBSCRIBERS = {number: Subscriber(number, voicemail_on=number != OFF) for number in (KARI, OLA, OFF)}
DIALLED = CallSetup("1753000000.1", "47471000", trunk=True)


def becomes(setup: CallSetup, rules: Rules | None = None) -> Arrival:
    return arrive(setup, rules or Rules(), SUBSCRIBERS.get)


def calls(
    number: Number | None = None,
    *,
    diversion: tuple[str, ...] = (),
    history_info: tuple[str, ...] = (),
    privacy: tuple[str, ...] = (),
) -> CallSetup:
    """On the trunk, to the access number, the number vouched for."""
    asserted = () if number is None else (f"<sip:{number}@example.test>",)
    return replace(
        DIALLED, asserted=asserted, diversion=diversion, history_info=history_info, privacy=privacy
    )


def diverted(*numbers: Number) -> tuple[str, ...]:
    """The latest on top, as RFC 5806 has it."""
    return tuple(f"<sip:{number}@example.test>;reason=no-answer" for number in reversed(numbers))


def asked(request_uri: str) -> CallSetup:
    """A stranger's call with this address in its first line."""
    return replace(calls(STRANGER), request_uri=request_uri)


TARGET = "sip:voicemail@h;target=sip:+4790000001%40example.test;cause=486"

TABLE: list[tuple[str, CallSetup, Arrival]] = [
    ("a subscriber calls the access number", calls(KARI), OwnerArrives(KARI)),
    ("… with the number withheld", calls(KARI, privacy=("id",)), OwnerArrives(KARI)),
    ("… with voicemail off", calls(OFF), OwnerArrives(OFF)),
    ("a subscriber calls the own number", calls(KARI, diversion=diverted(KARI)), OwnerArrives(KARI)),
    ("… through somebody else", calls(KARI, diversion=diverted(OLA, KARI)), OwnerArrives(KARI)),
    ("… with voicemail off", calls(OFF, diversion=diverted(OFF)), OwnerArrives(OFF)),
    (
        "the own number is only claimed",
        replace(calls(diversion=diverted(KARI)), sender=f"<sip:{KARI}@example.test>"),
        PinAsked(KARI),
    ),
    (
        "the own number is claimed, another vouched for",
        replace(calls(STRANGER, diversion=diverted(KARI)), sender=f"<sip:{KARI}@example.test>"),
        CallerArrives(KARI, STRANGER),
    ),
    (
        "somebody is diverted from a subscriber",
        calls(STRANGER, diversion=diverted(KARI)),
        CallerArrives(KARI, STRANGER),
    ),
    ("… another subscriber", calls(OLA, diversion=diverted(KARI)), CallerArrives(KARI, OLA)),
    ("… from abroad", calls(SWEDE, diversion=diverted(KARI)), CallerArrives(KARI, SWEDE)),
    ("… withheld", calls(STRANGER, diversion=diverted(KARI), privacy=("id",)), CallerArrives(KARI, None)),
    ("… without any number", calls(diversion=diverted(KARI)), CallerArrives(KARI, None)),
    (
        "… whose number nobody vouches for",
        replace(calls(diversion=diverted(KARI)), sender=f'"Per" <sip:{STRANGER}@example.test>'),
        CallerArrives(KARI, STRANGER),
    ),
    (
        "… over two subscribers: the latest",
        calls(STRANGER, diversion=diverted(KARI, OLA)),
        CallerArrives(OLA, STRANGER),
    ),
    (
        "… the latest that we serve",
        calls(STRANGER, diversion=diverted(KARI, SWEDE)),
        CallerArrives(KARI, STRANGER),
    ),
    ("diverted, voicemail off", calls(STRANGER, diversion=diverted(OFF)), CallerArrives(OFF, STRANGER)),
    ("… withheld", calls(STRANGER, diversion=diverted(OFF), privacy=("header",)), CallerArrives(OFF, None)),
    (
        "diverted from a number we do not serve",
        calls(STRANGER, diversion=diverted(SWEDE)),
        NotServed(STRANGER),
    ),
    ("… by a subscriber", calls(KARI, diversion=diverted(SWEDE)), NotServed(KARI)),
    ("… withheld", calls(STRANGER, diversion=diverted(SWEDE), privacy=("id",)), NotServed(None)),
    (
        "diverted by somebody without a number",
        calls(STRANGER, diversion=("<sip:anonymous@anonymous.invalid>;reason=no-answer",)),
        NotServed(STRANGER),
    ),
    ("anyone else calls the access number", calls(STRANGER), LogInArrives(STRANGER)),
    ("… withheld", calls(STRANGER, privacy=("id",)), LogInArrives(None)),
    ("… without any number", calls(), LogInArrives(None)),
    (
        "a subscriber nobody vouches for",
        replace(calls(), sender=f"<sip:{KARI}@example.test>"),
        LogInArrives(None),
    ),
    ("the access number diverts", calls(STRANGER, diversion=diverted(ACCESS)), LogInArrives(STRANGER)),
    ("another number for the same service", replace(calls(KARI), dialled="02800"), OwnerArrives(KARI)),
    ("… by anyone else", replace(calls(STRANGER), dialled="*55"), LogInArrives(STRANGER)),
    (
        "a subscriber's number, unanswered, no Diversion",
        replace(calls(STRANGER), dialled="90000001"),
        CallerArrives(KARI, STRANGER),
    ),
    ("… the own one", replace(calls(KARI), dialled="90000001"), OwnerArrives(KARI)),
    ("… the whole address", asked("sip:90000001@example.test;user=phone"), CallerArrives(KARI, STRANGER)),
    (
        "… moved to another operator",
        asked(f"sip:{KARI};npdi;rn=+4792000000@h"),
        CallerArrives(KARI, STRANGER),
    ),
    ("… as tel", asked("tel:90000001;phone-context=+47"), CallerArrives(KARI, STRANGER)),
    ("… of another country", asked("sip:90000001;phone-context=+45@h"), LogInArrives(STRANGER)),
    (
        "… and its own diversion",
        replace(asked(f"sip:{OLA}@h"), diversion=diverted(KARI)),
        CallerArrives(KARI, STRANGER),
    ),
    ("the service by its name", asked("sip:voicemail@example.test"), LogInArrives(STRANGER)),
    ("… by a code", asked("sip:*55@example.test"), LogInArrives(STRANGER)),
    ("… by its host", asked("sip:example.test"), LogInArrives(STRANGER)),
    (
        "… and a diversion",
        replace(asked("sip:voicemail@h"), diversion=diverted(KARI)),
        CallerArrives(KARI, STRANGER),
    ),
    (
        "… and the mailbox in the address itself (RFC 4458)",
        asked("sip:voicemail@h;target=sip:+4790000001%40example.test;cause=486"),
        CallerArrives(KARI, STRANGER),
    ),
    ("… as tel", asked("sip:voicemail@h;cause=408;target=tel:+4790000001"), CallerArrives(KARI, STRANGER)),
    ("… by its owner", replace(asked(TARGET), asserted=(f"<tel:{KARI}>",)), OwnerArrives(KARI)),
    ("… that is nobody's here", asked("sip:h;target=sip:+4790000099%40h;cause=486"), NotServed(STRANGER)),
    (
        "… whose cause is no diversion",
        asked("sip:h;target=sip:+4790000001%40h;cause=380"),
        LogInArrives(STRANGER),
    ),
    ("… without a cause", asked("sip:h;target=sip:+4790000001%40h"), LogInArrives(STRANGER)),
    (
        "… and a Diversion, which counts",
        replace(asked(TARGET), diversion=diverted(OLA)),
        CallerArrives(OLA, STRANGER),
    ),
    (
        "a Diversion that can't be read",
        replace(calls(STRANGER), unread=frozenset({"diversion"})),
        NotServed(STRANGER),
    ),
    ("… of a subscriber's call", replace(calls(KARI), unread=frozenset({"history-info"})), NotServed(KARI)),
    (
        "… and the number dialled tells",
        replace(asked(f"sip:{OLA}@h"), unread=frozenset({"diversion"})),
        CallerArrives(OLA, STRANGER),
    ),
    (
        "… beside one that can",
        replace(calls(STRANGER, diversion=diverted(KARI)), unread=frozenset({"history-info"})),
        CallerArrives(KARI, STRANGER),
    ),
    (
        "a Privacy that can't be read",
        replace(calls(STRANGER, diversion=diverted(KARI)), unread=frozenset({"privacy"})),
        CallerArrives(KARI, None),
    ),
    (
        "History-Info instead",
        calls(STRANGER, history_info=(f"<sip:{KARI}@example.test?Reason=SIP%3Bcause%3D486>;index=1",)),
        CallerArrives(KARI, STRANGER),
    ),
]


@pytest.mark.parametrize(("setup", "arrival"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_the_first_row_that_fits(setup: CallSetup, arrival: Arrival) -> None:
    assert becomes(setup) == arrival


def test_the_operator_may_set_the_first_diverter() -> None:
    setup = calls(STRANGER, diversion=diverted(SWEDE, KARI, OLA))
    assert becomes(setup, Rules(diverted_from="first")) == CallerArrives(KARI, STRANGER)


@pytest.mark.parametrize("setup", [row[1] for row in TABLE], ids=[row[0] for row in TABLE])
def test_from_anything_but_a_trunk_nothing_is_believed(setup: CallSetup) -> None:
    assert becomes(replace(setup, trunk=False)) == LogInArrives(None)


PEOPLE = st.sampled_from([KARI, OLA, OFF, STRANGER, SWEDE])


@given(PEOPLE, st.lists(PEOPLE, max_size=3), PEOPLE)
def test_a_withheld_number_is_nowhere_but_with_its_owner(
    caller: Number, diverters: list[Number], claimed: Number
) -> None:
    setup = replace(calls(caller, diversion=diverted(*diverters), privacy=("id",)), sender=f"<tel:{claimed}>")
    match becomes(setup):
        case OwnerArrives(number):
            assert number == caller
        case PinAsked():
            raise AssertionError("somebody is vouched for")
        case CallerArrives(caller=shown) | NotServed(shown) | LogInArrives(shown):
            assert shown is None


# ---- vouched for -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asserted", "number"),
    [
        ((f'"Berg, Kari" <sip:{KARI}@example.test>',), KARI),
        (("<sip:kari@example.test>", f"<tel:{KARI}>"), KARI),
        ((f"<sip:kari@example.test>, <tel:{KARI}>, <tel:{OLA}>",), KARI),
        ((f"<tel:{OLA}>", f"<tel:{KARI}>"), OLA),
        (("90000001",), None),
        (("<sip:kari@example.test>", "", '"'), None),
    ],
)
def test_of_several_identities_the_first_that_normalises(
    asserted: tuple[str, ...], number: Number | None
) -> None:
    assert asserted_number(replace(DIALLED, asserted=asserted)) == number


@pytest.mark.parametrize(
    ("privacy", "sender"),
    [
        (("id",), ""),
        (("header",), ""),
        (("user",), ""),
        (("user;id;critical",), ""),
        (("none", " ID "), ""),
        (("session, id",), ""),
        (("none;" + "x" * 70_000,), ""),
        ((), '"Anonymous" <sip:anonymous@anonymous.invalid>'),
        ((), "<sip:anonymous@example.test>;tag=1"),
        ((), "sip:12345@anonymous.invalid"),
        ((), "<sip:anonymous.invalid>"),
        ((), f"Anonymous <sip:{STRANGER}@example.test>"),
    ],
)
def test_withheld(privacy: tuple[str, ...], sender: str) -> None:
    setup = replace(calls(STRANGER, privacy=privacy), sender=sender)
    assert withheld(setup)
    assert calling_number(setup) is None


@pytest.mark.parametrize(
    ("privacy", "sender"),
    [
        ((), ""),
        (("none",), ""),
        (("session;critical",), ""),
        (("history",), ""),
        ((), f'"Kari Anonymous Berg" <sip:{STRANGER}@example.test>'),
        ((), "broken <"),
    ],
)
def test_not_withheld(privacy: tuple[str, ...], sender: str) -> None:
    setup = replace(calls(STRANGER, privacy=privacy), sender=sender)
    assert not withheld(setup)
    assert calling_number(setup) == STRANGER


def test_a_caller_no_plan_knows_is_told_and_is_nobodys_owner() -> None:
    """Lifts, cars and alarms have twelve digits in Norway: no series of the library, and nothing withheld."""
    for written in ("+47580009083060", "580009083060"):
        setup = replace(DIALLED, asserted=(f"<sip:{written}@h;user=phone>",), diversion=diverted(KARI))
        assert becomes(setup) == CallerArrives(KARI, Number("+47580009083060"))
        assert becomes(replace(setup, diversion=())) == LogInArrives(Number("+47580009083060"))


def test_of_a_thousand_diversions_the_latest_is_read() -> None:
    many = tuple(f"<sip:+4791{number:06}@h>;reason=no-answer" for number in range(1_000))
    assert becomes(calls(STRANGER, diversion=(*diverted(KARI), *many))) == CallerArrives(KARI, STRANGER)
    steps = [f"<sip:+4791{number:06}@h;cause=302>;index=1.{number + 1}" for number in range(1_000)]
    history = (",".join((*steps, f"<sip:{KARI}@h;cause=302>;index=1.2000")),)
    assert becomes(calls(STRANGER, history_info=history)) == CallerArrives(KARI, STRANGER)


HOSTILE = st.text(alphabet='"<>,;=?&%siptel:+@0123456789. \\\r\n\x00é', max_size=120)
HEADERS = st.lists(HOSTILE, max_size=3).map(tuple)


@given(
    st.builds(
        CallSetup,
        call_id=HOSTILE,
        dialled=HOSTILE,
        trunk=st.booleans(),
        sender=HOSTILE,
        asserted=HEADERS,
        privacy=HEADERS,
        diversion=HEADERS,
        history_info=HEADERS,
        request_uri=HOSTILE,
    )
)
def test_whatever_the_switch_hands_over_becomes_something(setup: CallSetup) -> None:
    assert isinstance(becomes(setup), Arrival)


def test_a_caller_number_of_ten_thousand_characters_is_no_number() -> None:
    assert becomes(calls(Number("+47" + "9" * 10_000), diversion=diverted(KARI))) == CallerArrives(KARI, None)
