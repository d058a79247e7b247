"""A trunk that speaks TLS: it is believed there, and whoever has its address on UDP is not."""

from __future__ import annotations

import socket
import ssl
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from dialplan.switch.config import Setting
from dialplan.switch.process import Switch
from dialplan.switch.root import Asterisk
from dialplan.switch.tls import SipTls
from tests.real.ports import free_tcp_port
from tests.real.running_site import phones_calling, running_site, switch_of
from tests.real.sip_message import Message, describe, pack, unpack
from tests.real.sip_phone import ACCESS_NUMBER
from tests.real.site import LiveSite
from tests.real.tls_line import TlsLine
from tests.wire.certificates import Made, certificate_for


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return certificate_for("localhost", folder=tmp_path_factory.mktemp("papers"))


@pytest.fixture(scope="module")
def site(asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory, papers: Made) -> Iterator[LiveSite]:
    tls = SipTls(free_tcp_port(), papers.certificate, papers.key)

    def with_tls(asterisk: Asterisk, setting: Setting) -> Switch:
        return switch_of(asterisk, replace(setting, tls=tls))

    with running_site(asterisk, tmp_path_factory.mktemp("tls"), kind=with_tls) as site:
        yield site


@contextmanager
def by_tls(site: LiveSite, papers: Made) -> Iterator[TlsLine]:
    tls = site.switch.setting.tls
    assert tls is not None
    with TlsLine(tls.port, ssl.create_default_context(cafile=str(papers.certificate))) as line:
        yield line


def test_over_tls_an_owner_is_known_by_what_the_trunk_asserts(site: LiveSite, papers: Made) -> None:
    owner = site.subscriber()
    with by_tls(site, papers) as line, phones_calling(line.port) as make:
        phone = make(owner)
        phone.call()
        phone.wait_for_prompt("main-menu-settings", within=15)
        phone.hang_up()


def test_an_address_of_the_trunk_s_on_udp_makes_nobody_an_owner(site: LiveSite) -> None:
    owner = site.subscriber()
    with phones_calling(site.switch.sip_port) as make:
        phone = make(owner)
        phone.call()
        phone.wait_for_prompt("log-in-number", within=15)
        phone.hang_up()


def test_old_tls_is_not_spoken_there(site: LiveSite, papers: Made) -> None:
    tls = site.switch.setting.tls
    assert tls is not None
    trust = ssl.create_default_context(cafile=str(papers.certificate))
    trust.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.deprecated_call():
        trust.minimum_version = ssl.TLSVersion.TLSv1_1
    trust.maximum_version = ssl.TLSVersion.TLSv1_2
    TlsLine(tls.port, trust).close()
    with pytest.deprecated_call():
        trust.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(OSError, match=r"SSL|TLS|reset"):
        TlsLine(tls.port, trust)


def test_a_trunk_that_has_to_show_a_certificate_is_not_let_in_without(
    asterisk: Asterisk, tmp_path: Path, papers: Made
) -> None:
    own = certificate_for("trunk", folder=tmp_path)
    tls = SipTls(free_tcp_port(), papers.certificate, papers.key, authority=own.certificate)

    def with_tls(asterisk: Asterisk, setting: Setting) -> Switch:
        return switch_of(asterisk, replace(setting, tls=tls))

    with running_site(asterisk, tmp_path / "site", kind=with_tls) as site:
        owner = site.subscriber()
        trust = ssl.create_default_context(cafile=str(papers.certificate))
        with (
            pytest.raises((AssertionError, ssl.SSLError)),
            TlsLine(tls.port, trust) as line,
            phones_calling(line.port) as make,
        ):
            make(owner).call(within=2)
        trust.load_cert_chain(own.certificate, own.key)
        with TlsLine(tls.port, trust) as line, phones_calling(line.port) as make:
            phone = make(owner)
            phone.call()
            phone.wait_for_prompt("main-menu-settings", within=15)


def test_with_srtp_a_call_is_encrypted_or_refused(asterisk: Asterisk, tmp_path: Path, papers: Made) -> None:
    tls = SipTls(free_tcp_port(), papers.certificate, papers.key)

    def with_srtp(asterisk: Asterisk, setting: Setting) -> Switch:
        return switch_of(asterisk, replace(setting, tls=tls, srtp=True))

    with running_site(asterisk, tmp_path, kind=with_srtp) as site, by_tls(site, papers) as line:
        in_clear = describe(40_000, (8,), 101)
        encrypted = in_clear.replace("RTP/AVP", "RTP/SAVP") + f"a=crypto:1 {SUITE} inline:{KEY}\r\n"
        assert answer_to(line, in_clear).status == 488
        answer = answer_to(line, encrypted)
        assert answer.status == 200
        assert f"a=crypto:1 {SUITE} inline:" in answer.body


SUITE, KEY = "AES_CM_128_HMAC_SHA1_80", b64encode(bytes(range(30))).decode()


def answer_to(line: TlsLine, offered: str) -> Message:
    """The final answer to a call that offers this."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as us:
        us.bind(("127.0.0.1", 0))
        us.settimeout(20)
        here, once = f"127.0.0.1:{us.getsockname()[1]}", uuid4().hex
        invite = Message(
            f"INVITE sip:{ACCESS_NUMBER}@127.0.0.1 SIP/2.0",
            (
                ("Via", f"SIP/2.0/UDP {here};branch=z9hG4bK{once}"),
                ("Max-Forwards", "70"),
                ("From", f"<sip:+4790000099@example.test>;tag={once[:8]}"),
                ("To", f"<sip:{ACCESS_NUMBER}@example.test>"),
                ("Call-ID", once),
                ("CSeq", "1 INVITE"),
                ("Contact", f"<sip:us@{here}>"),
            ),
            offered,
        )
        us.sendto(pack(invite), ("127.0.0.1", line.port))
        while True:
            answer = unpack(us.recv(65536))
            if answer is not None and (answer.status or 0) >= 200 and answer["Call-ID"] == once:
                return answer
