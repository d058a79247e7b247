"""What the MMSC's answers mean: every StatusCode, faults in any HTTP status, and what is no answer at all."""

from __future__ import annotations

import pytest

from personsvar.gateways.mms.mm7_answers import CODES, Mm7Answer, Mm7Meaning, MmsTooLargeError, message_id
from personsvar.notifier.delivery_errors import DeliveryError, OutcomeUnknownError, UndeliverableError
from tests.wire.mmsc import fault, submit_rsp

PERMANENT = [*range(2000, 2004), *range(2005, 2010), 3002, 3003, 3004, *range(4001, 4005), 4007, 4008]
LATER = [3000, 3001, 3100, 3500, 4000, 4005, 4006]
UNLISTED = {1999: None, 2042: UndeliverableError, 3999: DeliveryError, 5000: DeliveryError}
RAISED = {
    **dict.fromkeys(PERMANENT, UndeliverableError),
    **dict.fromkeys(LATER, DeliveryError),
    2004: MmsTooLargeError,
}
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><SubmitRsp>'
    b"<StatusCode>1000</StatusCode><MessageID>&b;</MessageID></SubmitRsp></e:Body></e:Envelope>"
)
FILE = BOMB.replace(b'"ha"', b'SYSTEM "file:///etc/passwd"')


def answer(body: bytes, status: int = 200, content_type: str = "text/xml") -> Mm7Answer:
    return Mm7Answer(status, content_type, body)


def raised(given: Mm7Answer) -> Exception:
    with pytest.raises((DeliveryError, UndeliverableError)) as caught:
        message_id(given)
    return caught.value


def test_the_tables_are_the_whole_table() -> None:
    assert set(CODES) == {*RAISED, 1000, 1100}


@pytest.mark.parametrize("code", [1000, 1100])
def test_what_is_taken_has_the_id_the_mmsc_gave(code: int) -> None:
    assert message_id(answer(submit_rsp(code, "Success", message_id="mms-7"))) == "mms-7"


def test_an_mmsc_may_give_no_id() -> None:
    assert message_id(answer(submit_rsp(1000, "Success"))) == ""


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize("code", RAISED)
def test_the_code_decides_in_a_fault_whatever_the_http_status(code: int, status: int) -> None:
    wrong = raised(answer(fault(code, "as it is"), status))
    assert type(wrong) is RAISED[code]
    assert str(wrong) == f"MM7 {code} as it is"


@pytest.mark.parametrize("code", RAISED)
def test_the_code_decides_in_a_submit_rsp_too(code: int) -> None:
    assert type(raised(answer(submit_rsp(code, "no")))) is RAISED[code]


@pytest.mark.parametrize("code", UNLISTED)
def test_a_code_of_no_table_is_judged_by_its_class(code: int) -> None:
    wanted = UNLISTED[code]
    if wanted is None:
        assert message_id(answer(submit_rsp(code, "", message_id="x"))) == "x"
    else:
        assert type(raised(answer(fault(code, "")))) is wanted


def test_a_fault_that_says_all_is_well_leaves_the_outcome_unknown() -> None:
    assert isinstance(raised(answer(fault(1000, "Success"))), OutcomeUnknownError)


@pytest.mark.parametrize(("whose", "wanted"), [("Server", DeliveryError), ("Client", UndeliverableError)])
def test_a_fault_without_a_code_is_the_mmscs_or_ours(whose: str, wanted: type[Exception]) -> None:
    wrong = raised(answer(fault(None, "no idea", whose=whose), 500))
    assert type(wrong) is wanted
    assert str(wrong) == f"SOAP fault {whose} no idea"


def test_an_answer_within_mime_is_read() -> None:
    body = (
        b'\r\n--x\r\nContent-Type: text/xml; charset="utf-8"\r\n\r\n'
        + submit_rsp(1000, "", message_id="m-1")
        + b"\r\n--x--\r\n"
    )
    assert message_id(answer(body, content_type='multipart/related; boundary="x"; type="text/xml"')) == "m-1"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"OK",
        b"<html><body>OK</body></html>",
        b"<a><b></a>",
        submit_rsp(1000, "", message_id="m-1")[:-20],
        submit_rsp(1000, "", message_id="m" * 70_000),
        b"<x>" * 20_000,
        BOMB,
        FILE,
        b'<?xml version="1.0" encoding="nonsense"?><x/>',
        "\ufeff<x".encode("utf-16"),
        submit_rsp(1000, "", message_id="m-1").replace(b"1000", b"ten"),
    ],
    ids=lambda body: repr(body[:30]),
)
@pytest.mark.parametrize(
    ("status", "wanted"),
    [
        (200, OutcomeUnknownError),
        (202, OutcomeUnknownError),
        (302, UndeliverableError),
        (401, UndeliverableError),
        (404, UndeliverableError),
        (408, DeliveryError),
        (413, MmsTooLargeError),
        (429, DeliveryError),
        (500, DeliveryError),
        (503, DeliveryError),
    ],
)
def test_what_is_no_answer_is_judged_by_its_http_status(
    body: bytes, status: int, wanted: type[Exception]
) -> None:
    wrong = raised(answer(body, status))
    assert type(wrong) is wanted
    assert f"HTTP {status}" in str(wrong)
    assert "root:" not in str(wrong)


def test_how_long_it_wants_to_be_left_alone_is_handed_on() -> None:
    wrong = raised(Mm7Answer(503, "text/plain", b"", wait_seconds=120))
    assert isinstance(wrong, DeliveryError)
    assert wrong.wait_seconds == 120


def test_what_it_says_is_one_short_line() -> None:
    assert len(str(raised(answer(fault(4000, "so\nmuch " * 400))))) < 250
    assert "\n" not in str(raised(answer(fault(4000, "so\nmuch"))))


def test_no_meaning_is_without_a_code() -> None:
    assert set(CODES.values()) == set(Mm7Meaning)
