"""The calls of tests/real/test_call_trunk_tls.py, through FreeSWITCH, and what it does otherwise."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path
from typing import cast

from dialplan.switch.config import Setting
from dialplan.switch.freeswitch import FreeSwitch, Installed
from dialplan.switch.tls import SipTls
from tests.real.ports import free_tcp_port, free_udp_port
from tests.real.site import LiveSite
from tests.real.test_call_trunk_tls import *
from tests.wire.certificates import Made


def test_by_udp_it_takes_nothing_at_all(site: LiveSite) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as anybody:
        anybody.bind(("127.0.0.1", site.switch.sip_port))


def test_calls_back_go_out_by_tls(asterisk: object, tmp_path: Path, papers: Made) -> None:
    with socket.create_server(("127.0.0.1", 0)) as trunk:
        setting = Setting(
            folder=tmp_path / "freeswitch",
            spool=tmp_path / "spool",
            media=tmp_path / "media",
            sip_bind=f"127.0.0.1:{free_udp_port()}",
            esl=f"127.0.0.1:{free_tcp_port()}",
            trunk=f"127.0.0.1:{trunk.getsockname()[1]}",
            tls=SipTls(free_tcp_port(), papers.certificate, papers.key, authority=papers.certificate),
        )
        ours = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        ours.load_cert_chain(papers.certificate, papers.key)
        trunk.settimeout(60)
        with FreeSwitch(cast("Installed", asterisk), setting) as switch:
            switch.api("bgapi originate sofia/gateway/personsvar-trunk/+4790000900 &park()")
            connection, _ = trunk.accept()
            with ours.wrap_socket(connection, server_side=True) as by_tls:
                assert by_tls.recv(65_536).startswith(b"INVITE sip:+4790000900@127.0.0.1")
