"""SIP messages, as bytes and back (RFC 3261)."""

from __future__ import annotations

import pytest

from personsvar.gateways.lamps.notify import notify, subscribe
from personsvar.gateways.lamps.sip import NotSipError, pack, response, unpack
from personsvar.mailbox.model.message import Counts

TOLD = notify("lamp-+4790000001", Counts(new=1), account="+4790000001", switch="pbx:5060", here="10.0.0.1:99")


def test_a_request_comes_back_as_it_was_sent() -> None:
    back = unpack(pack(TOLD))
    assert (back.start, back.body, back.method, back.status) == (TOLD.start, TOLD.body, "NOTIFY", None)
    assert back.headers[:-1] == TOLD.headers
    assert back["content-length"] == str(len(TOLD.body))


def test_who_it_is_and_what_it_asks_stand_in_a_notify() -> None:
    assert TOLD.start == "NOTIFY sip:lamp-+4790000001@pbx:5060 SIP/2.0"
    assert TOLD["From"].startswith("<sip:lamp-+4790000001@pbx:5060>;tag=")
    assert (TOLD["Event"], TOLD["Content-Type"]) == ("message-summary", "application/simple-message-summary")
    assert TOLD["CSeq"] == "1 NOTIFY"


def test_no_two_requests_share_a_branch_a_tag_or_a_call() -> None:
    asked = [subscribe("lamps", switch="pbx:5060", here="10.0.0.1:99") for _ in range(20)]
    for header in ("Via", "From", "Call-ID"):
        assert len({request[header] for request in asked}) == 20
    assert all(request.branch.startswith("z9hG4bK") for request in asked)


def test_compact_and_folded_headers_are_understood() -> None:
    raw = b"SIP/2.0 404 Not Found\r\nv: SIP/2.0/UDP a;branch=z9hG4bK1\r\ni: 7\r\nCSeq: 1\r\n NOTIFY\r\n\r\n"
    message = unpack(raw)
    assert (message.status, message.reason, message.method) == (404, "404 Not Found", "NOTIFY")
    assert (message.branch, message["Call-ID"]) == ("z9hG4bK1", "7")


@pytest.mark.parametrize(
    "noise", [b"", b"\r\n\r\n", b"\x00\xff", b"GET / HTTP/1.1\r\n\r\n", b"SIP/2.0 9\r\n\r\n"]
)
def test_noise_is_no_message(noise: bytes) -> None:
    with pytest.raises(NotSipError):
        unpack(noise)


def test_an_answer_keeps_the_way_back_and_adds_our_tag_once() -> None:
    asked = unpack(
        b"NOTIFY sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP x;branch=z9hG4bK1\r\n"
        b"Via: SIP/2.0/UDP y;branch=z9hG4bK2\r\n"
        b"From: <sip:s@b>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: 7\r\nCSeq: 3 NOTIFY\r\n\r\n"
    )
    answer = unpack(pack(response(asked, "200 OK", tag="ours")))
    assert answer.all("Via") == asked.all("Via")
    assert answer["To"] == "<sip:a@b>;tag=ours"
    assert response(answer, "200 OK", tag="twice")["To"] == "<sip:a@b>;tag=ours"
