"""The spool's header: what either writer puts in comes out, and nothing a caller sends can break a line."""

from __future__ import annotations

import contextlib
from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personsvar.intake.header import (
    MAX_BYTES,
    EndMark,
    HeaderError,
    Unsorted,
    format_end,
    format_header,
    is_spool_id,
    parse_end,
    parse_header,
)
from personsvar.mailbox.arrival import CallSetup
from personsvar.mailbox.model.call_record import CallRecord
from personsvar.mailbox.model.ids import Number, SpoolId
from personsvar.mailbox.ports.takes import Purpose, SpoolHeader
from tests.dialplan_header import dialplan_header, earlier_dialplan_header

MAILBOX = Number("+4790000001")
CALLER = Number("+4790000002")
WHEN = datetime(2026, 3, 1, 14, 32, 5, 250000, tzinfo=UTC)
HEADER = SpoolHeader(
    spool_id=SpoolId("1772375525.12"),
    purpose=Purpose.MESSAGE,
    mailbox=MAILBOX,
    caller=CALLER,
    began_at=WHEN,
)

spool_ids = st.from_regex(r"\A[A-Za-z0-9_][A-Za-z0-9._-]{0,149}\Z").map(SpoolId)
numbers = st.from_regex(r"\A\+[1-9][0-9]{7,14}\Z").map(Number)
times = st.integers(0, 9_999_999_999_999_999).map(
    lambda us: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)
)
hostile = st.text(max_size=300) | st.sampled_from(
    ["a\nmailbox=+4790000009", "=", "\r\n\r\n", '";s=1', "å" * 10_000]
)
raw = st.lists(
    hostile.filter(bool).map(lambda text: text.encode("utf-8", "ignore").decode()).filter(bool)
).map(tuple)
one = hostile.map(lambda text: text.encode("utf-8", "ignore").decode())


def test_the_service_s_header_reads_as_in_the_book() -> None:
    assert format_header(HEADER).decode() == (
        "version=1\nid=1772375525.12\npurpose=message\nwriter=service\nbegan=1772375525.250000\n"
        "mailbox=+4790000001\ncaller=+4790000002\n"
    )


def test_a_dialplan_s_header_is_read_as_the_switch_writes_it() -> None:
    written = (
        b"version=1\nid=pbx-1772375525.7\npurpose=message\nwriter=dialplan\nbegan=1772375525\ntrunk=1\n"
        b"dialled=KzQ3NDc0NzEwMDA=\n"
        b"diversion= PHNpcDorNDc5MDAwMDAwMUBleGFtcGxlLnRlc3Q+O2NhdXNlPTQwNA== PHRlbDorNDc5MDAwMDAwMz4=\n"
        b"history=\nprivacy=\npai=PHNpcDorNDc5MDAwMDAwMkBleGFtcGxlLnRlc3Q+\n"
    )
    assert parse_header(written) == Unsorted(
        spool_id=SpoolId("pbx-1772375525.7"),
        began_at=WHEN.replace(microsecond=0),
        setup=CallSetup(
            call_id="pbx-1772375525.7",
            dialled="+4747471000",
            trunk=True,
            asserted=("<sip:+4790000002@example.test>",),
            diversion=("<sip:+4790000001@example.test>;cause=404", "<tel:+4790000003>"),
        ),
    )


@given(spool_ids, st.sampled_from(Purpose), numbers, st.none() | numbers, times)
def test_what_the_service_writes_is_what_is_read(
    spool_id: SpoolId,
    purpose: Purpose,
    mailbox: Number,
    caller: Number | None,
    began_at: datetime,
) -> None:
    header = SpoolHeader(
        spool_id=spool_id, purpose=purpose, mailbox=mailbox, caller=caller, began_at=began_at
    )
    assert parse_header(format_header(header)) == header


@given(spool_ids, times, one, one, st.booleans(), one, raw, raw, raw, raw)
def test_raw_values_of_any_caller_come_back_as_they_came(  # noqa: PLR0917 - one for each field of the call
    spool_id: SpoolId,
    began_at: datetime,
    dialled: str,
    endpoint: str,
    trunk: bool,
    sender: str,
    asserted: tuple[str, ...],
    privacy: tuple[str, ...],
    diversion: tuple[str, ...],
    history_info: tuple[str, ...],
) -> None:
    unsorted = Unsorted(
        spool_id=spool_id,
        began_at=began_at,
        setup=CallSetup(
            call_id=spool_id,
            dialled=dialled,
            endpoint=endpoint,
            trunk=trunk,
            sender=sender,
            asserted=asserted,
            privacy=privacy,
            diversion=diversion,
            history_info=history_info,
        ),
    )
    content = earlier_dialplan_header(unsorted)
    if len(content) <= MAX_BYTES:
        assert parse_header(content) == unsorted


def first_line(text: str) -> str:
    """All that the dialplan writes of a value."""
    return text.partition("\n")[0].strip()


lines = st.lists(one.map(first_line).filter(bool), max_size=4).map(tuple)


@given(one.map(first_line), one.map(first_line).filter(bool), lines, lines, lines, lines)
def test_raw_lines_of_any_caller_come_back_as_they_came(  # noqa: PLR0917 - one for each header
    sender: str,
    request_uri: str,
    asserted: tuple[str, ...],
    privacy: tuple[str, ...],
    diversion: tuple[str, ...],
    history_info: tuple[str, ...],
) -> None:
    setup = CallSetup(
        call_id="1.1",
        dialled="",
        trunk=True,
        sender=sender,
        asserted=asserted,
        privacy=privacy,
        diversion=diversion,
        history_info=history_info,
        request_uri=request_uri,
        unread=frozenset({"privacy", "diversion"}),
    )
    content = dialplan_header(Unsorted(SpoolId("1.1"), WHEN, setup))
    if len(content) <= MAX_BYTES:
        assert parse_header(content) == Unsorted(SpoolId("1.1"), WHEN, setup)


@given(one)
def test_no_raw_line_takes_the_place_of_one_of_the_switchs(hostile: str) -> None:
    setup = CallSetup(call_id="1.1", dialled="", asserted=(f"x\nmailbox={MAILBOX}\ntrunk=1\n{hostile}",))
    read = parse_header(dialplan_header(Unsorted(SpoolId("1.1"), WHEN, setup)))
    assert isinstance(read, Unsorted)
    assert (read.spool_id, read.began_at, read.setup.trunk) == ("1.1", WHEN, False)


@given(st.binary(max_size=2000))
def test_any_bytes_are_a_header_or_a_header_error(content: bytes) -> None:
    with contextlib.suppress(HeaderError):
        assert is_spool_id(_id_of(parse_header(content)))


@given(st.data())
def test_a_header_with_one_bad_spot_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(format_header(HEADER))
    content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        header = parse_header(bytes(content))
    except HeaderError:
        return
    assert is_spool_id(_id_of(header))


def _id_of(header: SpoolHeader | Unsorted | CallRecord) -> SpoolId:
    return header.call_id if isinstance(header, CallRecord) else header.spool_id


@given(one)
def test_a_caller_that_is_no_number_is_left_out_and_the_mailbox_stays(caller: str) -> None:
    header = SpoolHeader(HEADER.spool_id, Purpose.MESSAGE, MAILBOX, Number(caller), WHEN)
    read = parse_header(format_header(header))
    assert isinstance(read, SpoolHeader)
    assert read.mailbox == MAILBOX
    assert read.caller in (None, caller)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"version=1\n",
        b"id=1.1\nversion=1\nbegan=1\nmailbox=+4790000001\npurpose=message\n",
        b"version=2\nid=1.1\nbegan=1\nmailbox=+4790000001\npurpose=message\n",
        b"version=1\nid=../../etc/passwd\nbegan=1\nmailbox=+4790000001\npurpose=message\n",
        b"version=1\nid=.1\nbegan=1\nmailbox=+4790000001\npurpose=message\n",
        b"version=1\nid=1.1\nbegan=yesterday\nmailbox=+4790000001\npurpose=message\n",
        b"version=1\nid=1.1\nbegan=99999999999\nmailbox=+4790000001\npurpose=message\n",
        b"version=1\nid=1.1\nbegan=1\nmailbox=90000001\npurpose=message\n",
        b"version=1\nid=1.1\nbegan=1\nmailbox=+4790000001\npurpose=joke\n",
        b"version=1\nid=1.1\nbegan=1\npurpose=message\nwriter=service\n",
        b"version=1\n" + b"x" * 70_000,
    ],
)
def test_a_broken_header_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(HeaderError, match=r"\w"):
        parse_header(content)


def test_keys_of_a_later_version_s_writer_are_skipped_and_the_first_of_two_counts() -> None:
    content = format_header(HEADER) + b"weather=rain\nmailbox=+4790000009\n\nno equals sign\n"
    assert parse_header(content) == HEADER


def earlier(line: bytes) -> Unsorted:
    """A header as an earlier dialplan wrote it."""
    read = parse_header(b"version=1\nid=1.1\nwriter=dialplan\nbegan=1\n" + line)
    assert isinstance(read, Unsorted)
    return read


def test_a_wrapped_value_that_was_cut_off_loses_its_last_letters_only() -> None:
    value = b"<sip:+4790000001@example.test>;reason=no-answer"
    whole = b64encode(value)
    for length in range(len(whole)):
        assert (
            "".join(earlier(b"diversion=" + whole[:length]).setup.diversion).encode()
            == value[: length * 3 // 4]
        )


def test_what_is_no_base64_is_left_out_and_the_rest_stands() -> None:
    assert earlier(b"diversion=PHRl!bDo= \xff PHRlbDo=").setup.diversion == ("<tel:",)


@pytest.mark.parametrize("spool_id", ["", ".", "..", "a/b", "-1", "1.1\n", "å", "a b", "x" * 151])
def test_an_id_that_could_leave_the_spool_is_never_written(spool_id: str) -> None:
    assert not is_spool_id(spool_id)
    with pytest.raises(HeaderError):
        format_header(SpoolHeader(SpoolId(spool_id), Purpose.MESSAGE, MAILBOX, CALLER, WHEN))


@given(st.booleans(), st.booleans())
def test_an_end_mark_is_read_as_written(urgent: bool, missed: bool) -> None:
    assert parse_end(format_end(EndMark(urgent=urgent, missed=missed))) == EndMark(
        urgent=urgent, missed=missed
    )


@given(st.binary(max_size=300))
def test_an_end_mark_of_any_bytes_is_still_one(content: bytes) -> None:
    assert isinstance(parse_end(content), EndMark)
    assert parse_end(b"") == EndMark()
