"""TLS without a socket, against Python's own as the client."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from personsvar.visual.certificate import Certificate
from personsvar.visual.self_signed import self_signed
from personsvar.visual.tls import Tls


class TlsClient:
    def __init__(self, papers: Certificate) -> None:
        trust = ssl.create_default_context(cafile=str(papers.certificate))
        self.incoming, self.outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = trust.wrap_bio(self.incoming, self.outgoing, server_hostname="localhost")

    def shakes_hands(self, server: Tls) -> None:
        for _ in range(10):
            try:
                self.tls.do_handshake()
            except ssl.SSLWantReadError:
                server.feed(self.outgoing.read())
                self.incoming.write(server.outgoing())
            else:
                server.feed(self.outgoing.read())
                self.incoming.write(server.outgoing())
                return
        raise AssertionError("no handshake")


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    folder: Path = tmp_path_factory.mktemp("papers")
    return self_signed(folder)


def connected(papers: Certificate) -> tuple[TlsClient, Tls]:
    client, server = TlsClient(papers), Tls(papers.context())
    assert not server.is_open
    client.shakes_hands(server)
    assert server.is_open
    return client, server


def test_text_goes_both_ways(papers: Certificate) -> None:
    client, server = connected(papers)
    client.tls.write(b"1 NOOP\r\n")
    assert server.feed(client.outgoing.read()) == b"1 NOOP\r\n"
    server.encrypt(b"1 OK done\r\n")
    client.incoming.write(server.outgoing())
    assert client.tls.read(100) == b"1 OK done\r\n"


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.binary(min_size=1, max_size=70_000), cuts=st.lists(st.integers(1, 5000), max_size=20))
def test_however_the_bytes_are_cut_up_the_text_is_the_same(
    papers: Certificate, text: bytes, cuts: list[int]
) -> None:
    client, server = connected(papers)
    client.tls.write(text)
    wire, heard = client.outgoing.read(), b""
    for cut in cuts:
        heard += server.feed(wire[:cut])
        wire = wire[cut:]
    assert heard + server.feed(wire) == text


def test_plain_words_in_place_of_a_handshake_are_an_error(papers: Certificate) -> None:
    server = Tls(papers.context())
    with pytest.raises(ssl.SSLError):
        server.feed(b"1 LOGIN kari secret\r\n")


def test_a_forged_record_is_an_error(papers: Certificate) -> None:
    client, server = connected(papers)
    client.tls.write(b"1 NOOP\r\n")
    wire = bytearray(client.outgoing.read())
    wire[-1] ^= 1
    with pytest.raises(ssl.SSLError):
        server.feed(bytes(wire))


def test_both_ends_hear_that_it_ends(papers: Certificate) -> None:
    client, server = connected(papers)
    server.close_notify()
    client.incoming.write(server.outgoing())
    assert client.tls.read(1) == b""
    client.tls.unwrap()
    server.feed(client.outgoing.read())
    assert server.ended
