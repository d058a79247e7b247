"""What phones ask for (TS.46): each form that is known, in any case, and what is nothing of ours."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from personsvar.vvm.sms.dialects import Dialect
from personsvar.vvm.sms.requests import ClientRequest, ClientRequestKind, read_request

ACME = "acme.p1.14"
KNOWN = {
    "Activate:pv=11;ct=acme.p1.14": ClientRequest(ClientRequestKind.ACTIVATE, Dialect.OMTP_11, 11, ACME),
    "Activate:pv=12;ct=acme.p1.14;pt=5496;//VVM": ClientRequest(
        ClientRequestKind.ACTIVATE, Dialect.OMTP_12, 12, ACME, 5496, "//VVM"
    ),
    "Activate:pv=13;ct=acme.p1.14;pt=5496;//VVM": ClientRequest(
        ClientRequestKind.ACTIVATE, Dialect.OMTP_13, 13, ACME, 5496, "//VVM"
    ),
    "Activate:pv=13;ct=acme.p1.14;pt=0;//VVM:": ClientRequest(
        ClientRequestKind.ACTIVATE, Dialect.OMTP_13, 13, ACME, 0, "//VVM"
    ),
    "Deactivate:pv=13;ct=acme.p1.14": ClientRequest(ClientRequestKind.DEACTIVATE, Dialect.OMTP_13, 13, ACME),
    "STATUS:pv=13;ct=acme.p1.14;pt=5496;//VVM": ClientRequest(
        ClientRequestKind.STATUS, Dialect.OMTP_13, 13, ACME, 5496, "//VVM"
    ),
    "STATUS:pv=21;ct=;pt=16999;//OP1": ClientRequest(
        ClientRequestKind.STATUS, Dialect.OMTP_13, 21, "", 16999, "//OP1"
    ),
    "Activate:pv=10": ClientRequest(ClientRequestKind.ACTIVATE, Dialect.OMTP_11, 10),
    "Status": ClientRequest(ClientRequestKind.STATUS),
    "STATUS": ClientRequest(ClientRequestKind.STATUS),
    "Activate": ClientRequest(ClientRequestKind.ACTIVATE),
    "Status:dt=6": ClientRequest(ClientRequestKind.STATUS, Dialect.CVVM),
    "STATUS:dt=6": ClientRequest(ClientRequestKind.STATUS, Dialect.CVVM),
    "Activate:dt=6": ClientRequest(ClientRequestKind.ACTIVATE, Dialect.CVVM),
    "Deactivate:dt=6": ClientRequest(ClientRequestKind.DEACTIVATE, Dialect.CVVM),
    "STATE": ClientRequest(ClientRequestKind.STATUS, Dialect.IPHONE),
    "STATE?": ClientRequest(ClientRequestKind.STATUS, Dialect.IPHONE),
}
NOTHING = [
    "",
    "Hei",
    "Status: on my way home",
    "Status report",
    "STATUS?",
    "STATE?state=Active",
    "STATES",
    "Activated",
    "//VVM:STATUS:st=R;rc=0",
    "//VVM:SYNC:ev=MBU;c=0",
    "MBOXUPDATE?m=3",
    "GET?c=1&v=1.0&l=90000001&AD",
    "UNRECOGNIZED?cmd=STATUS",
    "Activate:pv=9",
    "Activate:pv=100",
    "Activate:pv=1 3",
    "Activate:pv=¹³",
    "Activate:pv=13;pt=17000",
    "Activate:pv=13;pt=-1",
    "Activate:pv=13;pt=",
    "Activate:pv=13;=x",
    "Activate:pv=13;//V V M",
    "Aktiver:pv=13",
    "Activate:pv=13;" + "x=1;" * 100,
]


@pytest.mark.parametrize(("text", "request_"), KNOWN.items(), ids=str)
def test_every_known_form_is_read(text: str, request_: ClientRequest) -> None:
    assert read_request(text) == request_


@pytest.mark.parametrize(("text", "request_"), KNOWN.items(), ids=str)
def test_the_verb_and_the_keys_are_read_in_any_case(text: str, request_: ClientRequest) -> None:
    for cased in (text.upper(), text.lower()):
        read = read_request(f" {cased}\r\n\0")
        assert read is not None
        assert (read.kind, read.dialect, read.port) == (request_.kind, request_.dialect, request_.port)
        assert read.client.lower() == request_.client


@pytest.mark.parametrize("text", NOTHING)
def test_anything_else_is_nothing_of_ours(text: str) -> None:
    assert read_request(text) is None


def test_fields_nobody_knows_are_passed_over_and_so_is_their_order() -> None:
    read = read_request("Activate:x_y=1; //VVM ;pt=5496;ct=a=b c;;pv=13;")
    assert read == ClientRequest(ClientRequestKind.ACTIVATE, Dialect.OMTP_13, 13, "abc", 5496, "//VVM")


def test_a_number_in_the_text_is_not_even_read() -> None:
    read = read_request("Activate:pv=13;u=4790000002;l=+4790000002;msisdn=4790000002")
    assert read == ClientRequest(ClientRequestKind.ACTIVATE, Dialect.OMTP_13, 13)


def test_a_client_s_name_is_cut_and_holds_nothing_odd() -> None:
    read = read_request("Activate:pv=13;ct=" + 'a\x1b"' + "b" * 60)
    assert read is not None
    assert read.client == 'a"' + "b" * 28


words = some.from_regex(r"[A-Za-z0-9.]{1,30}", fullmatch=True)


requests = some.builds(
    ClientRequest,
    some.sampled_from(ClientRequestKind),
    some.just(Dialect.OMTP_13),
    some.integers(13, 99),
    words,
    some.integers(0, 16999),
    some.from_regex(r"//[A-Za-z0-9]{1,20}", fullmatch=True),
)


@given(sent=requests, order=some.permutations(range(4)), colon=some.sampled_from(["", ":"]))
def test_what_a_phone_writes_is_what_is_read(sent: ClientRequest, order: list[int], colon: str) -> None:
    tokens = [f"pv={sent.version}", f"ct={sent.client}", f"pt={sent.port}", f"{sent.prefix}{colon}"]
    assert read_request(f"{sent.kind}:" + ";".join(tokens[place] for place in order)) == sent


@given(some.text() | some.text(alphabet=":;=/?pvctdSTAUEactivate0123456789 \r\n\0", max_size=60))
def test_no_text_breaks_it_and_what_is_read_is_fit_to_be_sent(text: str) -> None:
    for begun in (text, f"Activate:{text}", f"STATUS:pv=13;ct={text}"):
        read = read_request(begun)
        if read is not None:
            assert read.client.isascii()
            assert not set(read.client) & set(";=\r\n\0 ")
            assert 0 <= read.port <= 16999
            assert len(read.client) <= 30


@pytest.mark.parametrize("sign", ["_", "§", "å", "\u20ac"])
def test_a_letter_of_the_phone_s_name_in_another_alphabet_drops_no_request(sign: str) -> None:
    read = read_request(f"Activate:pv=13;ct=Google.Pixel{sign}8.15;pt=0;//VVM")
    assert read is not None
    assert (read.kind, read.version, read.client[:12]) == (ClientRequestKind.ACTIVATE, 13, "Google.Pixel")
