"""A trunk that speaks TLS: it is believed there, and whoever has its address on UDP is not."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from dialplan.switch.config import Setting
from dialplan.switch.process import Switch
from dialplan.switch.root import Asterisk
from dialplan.switch.tls import SipTls
from tests.real.ports import free_tcp_port
from tests.real.running_site import phones_calling, running_site, switch_of
from tests.real.site import LiveSite
from tests.real.tls_line import TlsLine
from tests.wire.certificates import Made, certificate_for


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
