"""docs/lamps.md from its first line to its last, as an operator follows it, and nothing besides."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from dialplan.switch.control import ask
from personsvar.mailbox.model.ids import Number
from tests.real.by_hand import read_until, switch_by_hand
from tests.real.desk_phone import DeskPhone
from tests.real.ports import free_tcp_port, free_udp_port
from tests.real.running_site import phones_calling
from tests.real.site import ServiceProcess
from tests.real.walks import leave, reach

pytestmark = [pytest.mark.anyio, pytest.mark.real]

OLA, KARI = Number("+4790000001"), Number("+4790000002")
MANUAL = (Path(__file__).parents[2] / "docs/lamps.md").read_text("utf-8")
PROGRAM = str(Path(sys.executable).with_name("personsvar"))
TRUNK, ELSEWHERE = "127.0.0.1", "127.0.0.5"


def file_in_the_manual(name: str) -> str:
    block = rf"^`{re.escape(name)}`[^\n]*:\n\n```ini\n(.*?)^```$"
    (content,) = re.findall(block, MANUAL, re.MULTILINE | re.DOTALL)
    return str(content)


PASSWORDS = dict(
    re.findall(r"^username = (\S+)\npassword = (\S+)$", file_in_the_manual("pjsip.conf"), re.MULTILINE)
)


@pytest.fixture
def sip_port(tmp_path: Path) -> Iterator[int]:
    """Of the switch of dialplan/ and `personsvar run` beside it, with two telephones and their lamps."""
    port = free_udp_port()
    environment = {f"PERSONSVAR_{name}_BIND": f"127.0.0.1:{free_tcp_port()}" for name in ("FASTAGI", "HTTP")}
    environment |= {"PERSONSVAR_STATE": str(tmp_path), "PERSONSVAR_LAMP_SIP": f"127.0.0.1:{port}"}
    environment |= {f"PERSONSVAR_{name}_BIND": f"127.0.0.1:{free_tcp_port()}" for name in ("IMAP", "IMAPS")}
    extra = tmp_path / "switch"
    extra.mkdir()
    for name in ("pjsip.conf", "extensions.conf"):
        (extra / name).write_text(file_in_the_manual(name))
    service = ServiceProcess(environment, tmp_path / "service.log")
    service.start()
    try:
        for number in (OLA, KARI):
            _personsvar(environment, "subscriber", "add", number)
        (extra / "pjsip_lamps.conf").write_text(_personsvar(environment, "lamp", "config"))
        fastagi = environment["PERSONSVAR_FASTAGI_BIND"]
        with switch_by_hand(tmp_path, port, FASTAGI_BIND=fastagi, SWITCH_EXTRA=str(extra)) as switch:
            read_until(switch, "is ready")
            yield port
    finally:
        service.stop()


def _personsvar(environment: dict[str, str], *arguments: str) -> str:
    ran = subprocess.run([PROGRAM, *arguments], env=environment, capture_output=True, text=True, check=True)
    return ran.stdout


@pytest.fixture(params=[ELSEWHERE, TRUNK], ids=["an address of its own", "the trunk's address"])
async def telephones(request: pytest.FixtureRequest, sip_port: int) -> AsyncIterator[list[DeskPhone]]:
    """Ola's is told without being asked; Kari's subscribes."""
    async with AsyncExitStack() as opened:
        yield [
            await opened.enter_async_context(
                DeskPhone(name, PASSWORDS[name], switch_port=sip_port, address=request.param)
            )
            for name in ("desk-ola", "desk-kari")
        ]


async def test_a_telephone_logs_in_and_its_lamp_is_lit_by_a_message(
    telephones: list[DeskPhone], sip_port: int, tmp_path: Path
) -> None:
    ola, kari = telephones
    for telephone in telephones:
        await telephone.log_in()
    await kari.subscribe()
    await kari.sees("no", "0/0 (0/0)")
    for number, telephone in ((OLA, ola), (KARI, kari)):
        with phones_calling(sip_port) as make:
            leave(reach(make, number))
        await telephone.sees("yes", "1/0 (0/0)", within=30)
    assert "Goto(personsvar" in ask(tmp_path / "asterisk/run", "dialplan show 47471000@from-desk")


async def test_nobody_logs_in_with_another_password(sip_port: int) -> None:
    for address in (ELSEWHERE, TRUNK):
        async with DeskPhone("desk-ola", "a-short-one", switch_port=sip_port, address=address) as stranger:
            with pytest.raises(AssertionError, match=r"REGISTER was refused: SIP/2\.0 401"):
                await stranger.log_in()
