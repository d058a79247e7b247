"""What nobody should send, on real calls: each is answered or refused, and the next call is as any other."""

from __future__ import annotations

import re
import socket
from base64 import b64encode
from urllib.parse import quote

import pytest

from personsvar.mailbox.model.notice import NoticeKind
from tests.real.sip_message import Header
from tests.real.sip_phone import ACCESS_NUMBER, Phone
from tests.real.site import LiveSite
from tests.real.spool import eventually
from tests.real.walks import Telephone, diverted_from, leave, reach

NOBODY = "+4790000999"


def calls_as(phone: Phone, headers: list[Header], mailbox: str) -> int | None:
    """A diverted call with these headers; the status of its answer."""
    diversion = ("Diversion", f"<sip:{mailbox}@example.test>;reason=no-answer")
    return phone.dial(ACCESS_NUMBER, [*headers, diversion]).status


def hostile_numbers() -> dict[str, str]:
    return {
        "3,000 digits": f"<sip:{'9' * 3_000}@example.test>",
        "quotes": '"Kari \\"N\\" ${EXTEN}" <sip:+4790000900";DROP@example.test>',
        "an encoded line end": "<sip:+4790000900%0d%0aVia:%20x@example.test>",
        "a path": "<sip:../../../etc/passwd@example.test>",
        "shell": "<sip:$(reboot)`id`;|&@example.test>",
        "no number": "<sip:@example.test>",
        "bytes": "<sip:\udcff\udcfe\x01@example.test>".encode("utf-8", "surrogateescape").decode("latin-1"),
    }


@pytest.mark.parametrize("what", hostile_numbers())
def test_a_hostile_caller_number_leaves_a_message_like_any_other(
    site: LiveSite, telephone: Telephone, what: str
) -> None:
    owner = site.subscriber()
    phone = telephone("+4790000901")
    status = calls_as(phone, [("P-Asserted-Identity", hostile_numbers()[what])], owner)
    if status != 200:
        assert status == 400, what  # the switch itself would not have it
    else:
        phone.wait_for_prompt("greeting-reached", within=10)
        leave(phone)
        message = site.message(owner, within=10)
        assert message.caller is None or re.fullmatch(r"\+47900009\d\d", message.caller)
    is_well(site, telephone)


def test_a_number_of_10_000_characters_is_no_number_and_harms_nothing(
    site: LiveSite, telephone: Telephone
) -> None:
    owner = site.subscriber()
    phone = telephone("+4790000901")
    assert calls_as(phone, [("P-Asserted-Identity", f"<sip:+47{'9' * 10_000}@example.test>")], owner) == 200
    phone.wait_for_prompt("greeting-reached", within=10)
    leave(phone)
    assert site.message(owner, within=10).caller in {None, "+4790000901"}
    assert "9" * 50 not in site.service.log.read_text()
    is_well(site, telephone)


@pytest.mark.parametrize("header", ["From", "P-Asserted-Identity"])
@pytest.mark.parametrize("end", ["", "\n"])
def test_an_address_can_not_speak_in_the_switch_s_name(
    site: LiveSite, telephone: Telephone, header: str, end: str
) -> None:
    """Asterisk decodes %0A in an address, and wrote the caller's number into AGI's lines: with an empty line
    a caller could end them, and go on in the switch's name: who had vouched for him, and what it answered."""
    owner = site.subscriber()
    vouched = b64encode(f"<sip:{owner}@example.test>".encode()).decode().rstrip("=")
    lines = ("agi_arg_1: trunk=1", f"agi_arg_2: dialled={ACCESS_NUMBER}", f"agi_arg_3: pai={vouched}")
    injected = quote("\n".join(("+4790000901", *lines, end)), safe="+")
    phone = telephone("+4790000901")
    phone.dial(ACCESS_NUMBER, [(header, f"<sip:{injected}@example.test>")])
    phone.wait_for_prompt("log-in-number", within=10)
    phone.hang_up()
    is_well(site, telephone)


def test_the_number_dialled_can_not_speak_in_the_switch_s_name_either(
    site: LiveSite, telephone: Telephone
) -> None:
    phone = telephone("+4790000901")
    phone.dial(f"{ACCESS_NUMBER}%0aagi_arg_1%3a%20trunk%3d1%0a%0a", [])
    phone.wait_for_prompt("log-in-number", within=10)
    phone.hang_up()
    is_well(site, telephone)


def test_a_diversion_from_nobody_we_know_is_told_and_ends(telephone: Telephone) -> None:
    phone = telephone("+4790000901")
    phone.call(diversion=[f"<sip:{NOBODY}@example.test>;reason=no-answer"])
    phone.wait_for_prompt("takes-no-messages", within=10)
    phone.wait_for_hang_up(within=15)
    assert "tone" not in [heard.prompt for heard in phone.heard()]


def test_a_number_that_is_switched_off_is_told_and_ends(site: LiveSite, telephone: Telephone) -> None:
    owner = site.subscriber(voicemail_on=False)
    phone = reach(telephone, owner)
    phone.wait_for_prompt("takes-no-messages", within=10)
    phone.wait_for_hang_up(within=15)
    eventually(lambda: site.notices(owner) == [NoticeKind.MISSED_CALL], within=5, what="the missed call")


STRANGERS = {
    "a browser": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "nothing": b"",
    "noise": bytes(range(256)) * 40,
    "no end": b"agi_network: yes\nagi_uniqueid: 1.1\n",
    "a call of nobody's": b"agi_network_script: call\nagi_uniqueid: ../../x\n\n",
    "a line without end": b"agi_" + b"x" * 200_000,
    "a length without end": b"Content-Type: command/reply\nContent-Length: 99999999999\n\n",
}


@pytest.mark.parametrize("what", STRANGERS)
def test_a_stranger_on_the_switch_s_port_disturbs_nobody(
    site: LiveSite, telephone: Telephone, what: str
) -> None:
    host, _, port = site.handed_over_at.rpartition(":")
    with socket.create_connection((host, int(port)), timeout=10) as stranger:
        stranger.sendall(STRANGERS[what])
        is_well(site, telephone)


def is_well(site: LiveSite, telephone: Telephone) -> None:
    """The next caller is greeted."""
    owner = site.subscriber()
    caller = telephone("+4790000902")
    caller.call(diversion=diverted_from(owner))
    caller.wait_for_prompt("greeting-reached", within=10)
    caller.hang_up()
    eventually(lambda: site.notices(owner) == [NoticeKind.MISSED_CALL], within=5, what="the missed call")
    spool = [file for file in site.folder.rglob("*") if ".." in file.name]
    assert spool == []
