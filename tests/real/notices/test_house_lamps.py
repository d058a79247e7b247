"""A desk phone's lamp in a whole house: lit by a caller, lit again after a restart, put out by its owner."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from dialplan.switch.root import Asterisk
from personsvar.gateways.lamps.names import pilot_sections, section
from personsvar.mailbox.model.ids import Number
from tests.real.desk_phone import DeskPhone
from tests.real.house import House
from tests.real.houses import running_house, telephones
from tests.real.ports import free_udp_port
from tests.real.walks import Telephone, leave, listen, reach

pytestmark = [pytest.mark.anyio, pytest.mark.real]

OLA = Number("+4790000001")
MANUAL = (Path(__file__).parents[3] / "docs/lamps.md").read_text("utf-8")
TELEPHONES, KEY_BESIDE_THE_LAMP = re.findall(r"^```ini\n(.*?)^```$", MANUAL, re.MULTILINE | re.DOTALL)
PASSWORDS = dict(re.findall(r"^username = (\S+)\npassword = (\S+)$", TELEPHONES, re.MULTILINE))


@dataclass(frozen=True)
class OlasDesk:
    house: House
    telephone: Telephone
    phone: DeskPhone
    """Ola's: it is told without being asked."""


@pytest.fixture
async def desk(asterisk: Asterisk, tmp_path: Path) -> AsyncIterator[OlasDesk]:
    switch = f"127.0.0.1:{free_udp_port()}"
    extra = {
        "pjsip.conf": TELEPHONES,
        "pjsip_lamps.conf": pilot_sections() + section(OLA),
        "extensions.conf": KEY_BESIDE_THE_LAMP,
    }
    with ExitStack() as stack:
        opened = running_house(
            asterisk,
            tmp_path,
            environment={"PERSONSVAR_LAMP_SIP": switch},
            extra=extra,
            sip_bind=switch,
        )
        house = await asyncio.to_thread(stack.enter_context, opened)
        name = "desk-ola"
        async with DeskPhone(name, PASSWORDS[name], switch_port=house.switch.sip_port) as phone:
            await phone.log_in()
            yield OlasDesk(house, stack.enter_context(telephones(house)), phone)


async def test_the_lamp_follows_the_mailbox_over_calls_and_a_restart(desk: OlasDesk) -> None:
    assert desk.house.subscriber() == OLA
    await asyncio.to_thread(leave, reach(desk.telephone, OLA))
    await desk.phone.sees("yes", "1/0 (0/0)", within=30)
    # the switch forgets its lamps, and is told of them without being asked
    await asyncio.to_thread(desk.house.switch.stop)
    desk.phone.told.clear()
    await asyncio.to_thread(desk.house.switch.start)
    await desk.phone.sees("yes", "1/0 (0/0)", within=60)
    await asyncio.to_thread(_listen_and_delete, desk)
    await desk.phone.sees("no", "0/0 (0/0)", within=30)


def _listen_and_delete(desk: OlasDesk) -> None:
    phone = listen(desk.telephone, OLA)
    phone.press("5")
    phone.wait_for_prompt("deleted-undo", within=10)
    phone.hang_up()
