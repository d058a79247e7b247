"""Who sent the call on: Diversion (RFC 5806) and History-Info (RFC 7044), as switches write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personsvar.mailbox.diversion import MOST_HOPS, Hop, hops
from personsvar.mailbox.model.ids import Number

ACCESS = Number("+4747471000")
KARI, OLA, PER = (Number(f"+4790000{last:03}") for last in (1, 2, 3))


def read(*, diversion: tuple[str, ...] = (), history_info: tuple[str, ...] = ()) -> tuple[Hop, ...]:
    return hops(diversion=diversion, history_info=history_info, access_number=ACCESS, region="NO")


def uri(number: Number, more: str = "") -> str:
    return f"<sip:{number}@example.test{more}>"


# ---- Diversion -------------------------------------------------------------------------------------------

DIVERSIONS: list[tuple[str, tuple[str, ...], tuple[Hop, ...]]] = [
    ("no answer", (f"{uri(KARI)};reason=no-answer",), (KARI,)),
    ("busy", (f"{uri(KARI)};reason=user-busy;privacy=off;counter=1",), (KARI,)),
    ("unreachable", ("<tel:+4790000001>;reason=unavailable",), (KARI,)),
    ("all calls", ("sip:90000001@example.test;reason=unconditional",), (KARI,)),
    ("sips", ("<sips:004790000001@example.test>;reason=no-answer",), (KARI,)),
    ("a name with a comma", (f'"Berg, Kari" {uri(KARI)};reason=no-answer',), (KARI,)),
    ("a reason of the switch's own", (f'{uri(KARI)};reason="send_to_vm"',), (KARI,)),
    ("no reason: the header itself says diversion", (uri(KARI),), (KARI,)),
    ("unknown reason", (f"{uri(KARI)};reason=unknown",), (KARI,)),
    ("a cause that is a diversion's", (f"{uri(KARI, ';cause=486')}",), (KARI,)),
    ("a translated service number is none", (f"{uri(KARI)};cause=380",), ()),
    ("the access number diverts nothing", (f"{uri(ACCESS)};reason=unconditional",), ()),
    ("two hops in two headers, the latest on top", (f"{uri(OLA)};reason=no-answer", uri(KARI)), (KARI, OLA)),
    (
        "two hops joined by a comma",
        (f"{uri(OLA)};reason=no-answer,{uri(KARI)};reason=user-busy",),
        (KARI, OLA),
    ),
    ("a hop through the access number", (f"{uri(ACCESS)},{uri(OLA)}, {uri(KARI)}",), (KARI, OLA)),
    ("there and back", (f"{uri(KARI)},{uri(OLA)},{uri(KARI)}",), (KARI, OLA, KARI)),
    ("a diverter without a number", ("<sip:anonymous@anonymous.invalid>;reason=no-answer",), (None,)),
    ("nonsense", ("<<>>;;=,", '"', "", "Kari"), ()),
]


@pytest.mark.parametrize(
    ("headers", "diverters"), [row[1:] for row in DIVERSIONS], ids=[row[0] for row in DIVERSIONS]
)
def test_diversion(headers: tuple[str, ...], diverters: tuple[Hop, ...]) -> None:
    assert read(diversion=headers) == diverters


# ---- History-Info ----------------------------------------------------------------------------------------

BUSY = "?Reason=SIP%3Bcause%3D486"
HISTORIES: list[tuple[str, tuple[str, ...], tuple[Hop, ...]]] = [
    (
        "the reason is in the entry that diverted",
        (f"{uri(KARI, '?Reason=SIP%3Bcause%3D302')};index=1,{uri(ACCESS)};index=1.1",),
        (KARI,),
    ),
    (
        "the reason has a text, with a comma, and a privacy beside it",
        (f"{uri(KARI, '?Privacy=none&Reason=SIP%3Bcause%3D302%3Btext%3D%22Moved%2C%20so%22')};index=1",),
        (KARI,),
    ),
    (
        "the reason is the telephone network's",
        (f"{uri(KARI, '?Reason=Q.850%3Bcause%3D17')};index=1",),
        (KARI,),
    ),
    (
        "of two reasons one is enough",
        (f"{uri(KARI, '?reason=Q.850%3Bcause%3D16%2CSIP%3Bcause%3D480')};index=1",),
        (KARI,),
    ),
    ("the reason is not escaped", (f"{uri(KARI)};index=1;Reason=SIP;cause=486",), (KARI,)),
    (
        "the cause stands at the new target (RFC 4458, RFC 7544)",
        (f"{uri(KARI)};index=1,{uri(ACCESS, ';cause=486')};index=1.1;mp=1",),
        (KARI,),
    ),
    (
        "the cause speaks for the entry before when nothing else is said",
        (f"{uri(PER)};index=1,{uri(KARI)};index=1.1,{uri(ACCESS, ';cause=486')};index=1.2",),
        (KARI,),
    ),
    (
        "… also without any index",
        (f"{uri(PER)},{uri(KARI)},{uri(ACCESS, ';cause=486')}",),
        (KARI,),
    ),
    (
        "two hops told by causes",
        (
            f"{uri(KARI)};index=1,{uri(OLA, ';cause=302')};index=1.1;mp=1",
            f"{uri(ACCESS, ';cause=408')};index=1.1.1;mp=1.1",
        ),
        (KARI, OLA),
    ),
    (
        "the cause stands at the diverter",
        (f"{uri(KARI, ';cause=408')};index=1,{uri(ACCESS)};index=1.1",),
        (KARI,),
    ),
    (
        "out of order, in two headers",
        (
            f"{uri(ACCESS, ';cause=408')};index=1.2;mp=1.1",
            f"{uri(OLA, BUSY)};index=1.1,{uri(KARI, BUSY)};index=1",
        ),
        (KARI, OLA),
    ),
    ("index 10 comes behind 2", (f"{uri(OLA, BUSY)};index=1.10,{uri(KARI, BUSY)};index=1.2",), (KARI, OLA)),
    ("without an index: as they came", (f"{uri(KARI, BUSY)},{uri(OLA, BUSY)};index=1",), (KARI, OLA)),
    (
        "mp names who was left, not the one before",
        (f"{uri(KARI)};index=1,{uri(OLA)};index=1.1,{uri(ACCESS, ';cause=408')};index=1.2;mp=1",),
        (KARI,),
    ),
    ("an address that was only passed", (f"{uri(KARI)};index=1,{uri(ACCESS)};index=1.1",), ()),
    (
        "a translated service number (RFC 8119)",
        (f"{uri(KARI)};index=1,{uri(ACCESS, ';cause=380')};index=1.1",),
        (),
    ),
    ("completed elsewhere", (f"{uri(KARI, '?Reason=SIP%3Bcause%3D200')};index=1",), ()),
    ("normal clearing", (f"{uri(KARI, '?Reason=Q.850%3Bcause%3D16')};index=1",), ()),
    ("a cause with nothing before it", (f"{uri(ACCESS, ';cause=302')};index=1",), ()),
    (
        "a diverter without a number",
        (f"<sip:kari@example.test{BUSY}>;index=1,{uri(ACCESS)};index=1.1",),
        (None,),
    ),
    ("an index of nonsense", (f"{uri(KARI, BUSY)};index=1.{'9' * 5000}",), (KARI,)),
]


@pytest.mark.parametrize(
    ("headers", "diverters"), [row[1:] for row in HISTORIES], ids=[row[0] for row in HISTORIES]
)
def test_history_info(headers: tuple[str, ...], diverters: tuple[Hop, ...]) -> None:
    assert read(history_info=headers) == diverters


# ---- both, many, hostile ---------------------------------------------------------------------------------


def test_both_headers_tell_of_the_same_diversions() -> None:
    history = f"{uri(KARI, BUSY)};index=1,{uri(OLA, BUSY)};index=1.1"
    assert read(diversion=(f"{uri(OLA)};reason=no-answer",), history_info=(history,)) == (KARI, OLA)


def test_a_list_of_a_thousand_hops_is_cut() -> None:
    assert len(read(diversion=(uri(KARI),) * 1_000)) == MOST_HOPS


HEADER = st.text(alphabet='"<>,;=?&%sipteluRason:+@0123456789. \r\n', max_size=200)


@given(st.lists(HEADER, max_size=4), st.lists(HEADER, max_size=4))
def test_no_header_raises(diversion: list[str], history_info: list[str]) -> None:
    for hop in read(diversion=tuple(diversion), history_info=tuple(history_info)):
        assert hop is None or hop.startswith("+")


REASON = st.sampled_from(["", ";reason=no-answer", ";reason=user-busy;counter=2"])
DIVERTED = st.builds(lambda number, reason: uri(number) + reason, st.sampled_from([KARI, OLA, PER]), REASON)


@given(st.lists(DIVERTED, min_size=1, max_size=6))
def test_joined_by_commas_or_in_headers_of_their_own(entries: list[str]) -> None:
    assert read(diversion=(", ".join(entries),)) == read(diversion=tuple(entries))
