"""Whoever hangs up before the dialplan has a tone for him is a missed call, at whatever moment it is.

The dialplan waits at one of its lines: the one the call names, in a header of its own.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import dialplan.switch.config as configuration
from dialplan.switch.config import Setting
from dialplan.switch.process import Switch
from dialplan.switch.root import Asterisk
from personsvar.mailbox.arrival import CallerArrives, arrive
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.subscriber import Subscriber
from personsvar.mailbox.rules import Rules
from tests.real.ports import free_tcp_port, free_udp_port
from tests.real.sip_phone import Phone
from tests.real.spool import Spool, eventually

OWNER, CALLER = Number("+4790000001"), Number("+4790000002")
HEADERS = [
    ("P-Asserted-Identity", f"<sip:{CALLER}@example.test>"),
    ("Diversion", f"<sip:{OWNER}@example.test>;reason=no-answer"),
]
LINES = ["version", "id", "writer", "began", "raw-request-uri", "Diversion", "Privacy", "From"]
"""Words of a line of the header's: the caller hangs up behind it."""
WAIT = """
[waits]
exten => s,1,GotoIf($["${PJSIP_HEADER(read,X-Wait,1)}" != "${ARG1}" | "${WAITED}" = "1"]?done)
 same => n,Set(WAITED=1)
 same => n,Set(FILE(@SPOOL@/waits-${ARG1},,,l,u)=here)
 same => n,Wait(60)
 same => n(done),Return()

exten => h,1,Gosub(personsvar-end,s,1)
"""


def waiting(dialplan: str) -> str:
    """It waits behind each line of the header, and before the first: as the name of the file is found."""
    out: list[str] = []
    context = ""
    for line in dialplan.splitlines():
        context = line if line.startswith("[") else context
        out.append(line)
        if context == "[personsvar-head]" and "=>" in line and "(done)" not in line:
            named = [word for word in LINES if f"={word}" in line or f"({word})" in line]
            out += [f" same => n,Gosub(waits,s,1({word}))" for word in named]
        if context == "[personsvar-fallback]" and "Answer()" in line:
            out.append(" same => n,Gosub(waits,s,1(answered))")
    return "\n".join(out) + WAIT


@pytest.fixture(scope="module")
def fastagi_port() -> int:
    return free_tcp_port()


@pytest.fixture(scope="module")
def switch(
    asterisk: Asterisk, spoken: Path, fastagi_port: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Switch]:
    folder = tmp_path_factory.mktemp("switch")
    setting = Setting(
        folder=folder / "asterisk",
        spool=folder / "spool",
        media=folder / "media",
        sounds=spoken,
        sip_bind=f"127.0.0.1:{free_udp_port()}",
        fastagi=f"127.0.0.1:{fastagi_port}",
    )
    fill = configuration._fill
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            configuration,
            "_fill",
            lambda source, values: (
                fill(source, values)
                if source.name != "extensions.conf"
                else waiting(fill(source, values)).replace("@SPOOL@", str(setting.spool))
            ),
        )
        with Switch(asterisk, setting) as running:
            yield running


def is_missed(spool: Spool) -> None:
    """By whom, for whom: all of it."""
    deposit = spool.deposit()
    assert deposit.end().missed is True
    assert deposit.takes == []
    arrival = arrive(deposit.header.setup, Rules(), Subscriber)
    assert arrival == CallerArrives(OWNER, CALLER)


@pytest.mark.parametrize("line", ["answered", *LINES])
def test_hung_up_while_the_header_is_written_he_is_known_as_well(
    phone: Callable[..., Phone], spool: Spool, line: str
) -> None:
    caller = phone(number=CALLER)
    caller.dial("+4747471000", [*HEADERS, ("X-Wait", line)])
    waits = spool.folder / f"waits-{line}"
    eventually(waits.exists, within=10, what="the dialplan at that line")
    caller.hang_up()
    is_missed(spool)


def test_hung_up_while_a_service_that_hangs_is_asked_whether_it_is_there(
    phone: Callable[..., Phone], spool: Spool, switch: Switch, fastagi_port: int
) -> None:
    caller = phone(number=CALLER)
    with socket.create_server(("127.0.0.1", fastagi_port)) as service:
        caller.leg.call("+4747471000", ("127.0.0.1", switch.sip_port), HEADERS)
        with service.accept()[0]:  # it is asked, and says nothing
            caller.hang_up()
            is_missed(spool)
