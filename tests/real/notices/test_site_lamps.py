"""A desk phone's lamp in a whole site: lit by a caller, lit again after a restart, put out by its owner."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest

from dialplan.switch.root import Asterisk
from personsvar.gateways.lamps.lamp_names import pilot_sections, section
from personsvar.mailbox.model.ids import Number
from tests.real.desk_phone import DeskPhone
from tests.real.ports import free_udp_port
from tests.real.running_site import running_site, telephones
from tests.real.site import LiveSite
from tests.real.walks import Telephone, leave, listen, reach

pytestmark = [pytest.mark.anyio, pytest.mark.real]

OLA = Number("+4790000001")
MANUAL = (Path(__file__).parents[3] / "docs/lamps.md").read_text("utf-8")
TELEPHONES, KEY_BESIDE_THE_LAMP = re.findall(r"^```ini\n(.*?)^```$", MANUAL, re.MULTILINE | re.DOTALL)
PASSWORDS = dict(re.findall(r"^username = (\S+)\npassword = (\S+)$", TELEPHONES, re.MULTILINE))


@dataclass(frozen=True)
class SiteWithDeskPhone:
    site: LiveSite
    telephone: Telephone
    phone: DeskPhone
    """Ola's: it is told without being asked."""


@pytest.fixture
async def town(asterisk: Asterisk, tmp_path: Path) -> AsyncIterator[SiteWithDeskPhone]:
    switch = f"127.0.0.1:{free_udp_port()}"
    extra = {
        "pjsip.conf": TELEPHONES,
        "pjsip_lamps.conf": pilot_sections() + section(OLA),
        "extensions.conf": KEY_BESIDE_THE_LAMP,
    }
    with ExitStack() as stack:
        opened = running_site(
            asterisk,
            tmp_path,
            environment={"PERSONSVAR_LAMP_SIP": switch},
            extra=extra,
            sip_bind=switch,
        )
        site = await asyncio.to_thread(stack.enter_context, opened)
        name = "desk-ola"
        async with DeskPhone(name, PASSWORDS[name], switch_port=site.switch.sip_port) as phone:
            await phone.log_in()
            yield SiteWithDeskPhone(site, stack.enter_context(telephones(site)), phone)


async def test_the_lamp_follows_the_mailbox_over_calls_and_a_restart(town: SiteWithDeskPhone) -> None:
    assert town.site.subscriber() == OLA
    await asyncio.to_thread(leave, reach(town.telephone, OLA))
    await town.phone.sees("yes", "1/0 (0/0)", within=30)
    # the switch forgets its lamps, and is told of them without being asked
    await asyncio.to_thread(town.site.switch.stop)
    town.phone.told.clear()
    await asyncio.to_thread(town.site.switch.start)
    await town.phone.sees("yes", "1/0 (0/0)", within=60)
    await asyncio.to_thread(_listen_and_delete, town)
    await town.phone.sees("no", "0/0 (0/0)", within=30)


def _listen_and_delete(town: SiteWithDeskPhone) -> None:
    phone = listen(town.telephone, OLA)
    phone.press("5")
    phone.wait_for_prompt("deleted-undo", within=10)
    phone.hang_up()
