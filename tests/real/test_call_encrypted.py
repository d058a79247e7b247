"""A trunk over TLS whose sound is encrypted: nothing is heard in clear, and all is heard as it was said."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest

from dialplan.switch.config import Setting
from dialplan.switch.process import Switch
from dialplan.switch.root import Asterisk
from dialplan.switch.tls import SipTls
from tests.real.encrypted_phone import EncryptedLine, EncryptedPhone
from tests.real.pieces import pieces
from tests.real.ports import free_tcp_port
from tests.real.running_site import phones_calling, running_site, switch_of
from tests.real.sip_message import Message, describe, pack, unpack
from tests.real.sip_phone import ACCESS_NUMBER
from tests.real.site import LiveSite
from tests.real.srtp import SUITE, Secret
from tests.real.test_call_trunk_tls import by_tls
from tests.real.tls_line import TlsLine
from tests.real.walks import CALLER, listen, reach, send, skip_greeting, talk
from tests.wire.certificates import Made

SECONDS = 20


@pytest.fixture(scope="module")
def site(asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory, papers: Made) -> Iterator[LiveSite]:
    tls = SipTls(free_tcp_port(), papers.certificate, papers.key)

    def with_srtp(asterisk: Asterisk, setting: Setting) -> Switch:
        return switch_of(asterisk, replace(setting, tls=tls, srtp=True))

    with running_site(asterisk, tmp_path_factory.mktemp("srtp"), kind=with_srtp) as site:
        yield site


def test_a_call_is_encrypted_or_refused(site: LiveSite, papers: Made) -> None:
    in_clear = describe(40_000, (8,), 101)
    encrypted = in_clear.replace("RTP/AVP", "RTP/SAVP") + Secret().line()
    with by_tls(site, papers) as line:
        assert answer_to(line, in_clear).status == 488
        answer = answer_to(line, encrypted)
        assert answer.status == 200
        assert f"a=crypto:1 {SUITE} inline:" in answer.body


def test_a_message_is_left_and_heard_as_it_was_said(site: LiveSite, papers: Made) -> None:
    """Its keys are encrypted too. What was not so would be heard by nobody here, and is counted."""
    owner = site.subscriber()
    with by_tls(site, papers) as line, phones_calling(line.port, kind=EncryptedPhone) as telephone:
        caller = reach(telephone, owner)
        skip_greeting(caller)
        talk(caller, seconds=SECONDS)
        send(caller)
        caller.hang_up()
        message = site.message(owner)
        assert message.caller == CALLER
        (swept,) = [piece for piece in pieces(site.sound(message)) if piece.seconds > 1]
        assert (swept.begins, swept.ends) == pytest.approx((0, SECONDS), abs=0.3)

        phone = listen(telephone, owner)
        phone.wait_for_piece(1, seconds=2)
        phone.press("3")
        first, second = phone.wait_for_piece(2)
        assert second.begins - first.ends == pytest.approx(8, abs=0.3)
        phone.press("5")
        phone.wait_for_prompt("deleted-undo", within=5)
        phone.hang_up()
        lines = [it.line for it in (caller, phone) if isinstance(it.line, EncryptedLine)]
        assert [line.in_clear for line in lines] == [0, 0]


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
