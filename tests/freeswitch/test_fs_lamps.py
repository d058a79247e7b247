"""docs/lamps.md of FreeSWITCH, as an operator follows it: a telephone registered there has its lamp."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from dialplan.switch.config import Setting
from dialplan.switch.freeswitch import FreeSwitch, Installed
from dialplan.switch.process import Switch
from dialplan.switch.root import Asterisk
from personsvar.gateways.lamps.lamp_names import lamp_of
from personsvar.gateways.lamps.notify import notify
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.message import Counts
from tests.real.desk_phone import DeskPhone
from tests.real.ports import free_udp_port
from tests.real.running_site import running_site, telephones
from tests.real.site import LiveSite
from tests.real.test_lamps import status_of
from tests.real.walks import leave, listen, reach

pytestmark = pytest.mark.anyio

OLA = Number("+4790000001")
_MANUAL = (Path(__file__).parents[2] / "docs/lamps.md").read_text("utf-8").partition("## FreeSWITCH")[2]
(ACL, PROFILE, DIRECTORY) = re.findall(r"^```xml\n(.*?)^```$", _MANUAL, re.MULTILINE | re.DOTALL)
(_PORT,) = re.findall(r"PERSONSVAR_LAMP_SIP=192\.0\.2\.10:(\d+)", _MANUAL)
((NAME, PASSWORD),) = re.findall(r'<user id="(.+?)">.*?name="password" value="(.+?)"', DIRECTORY, re.DOTALL)


class WithTelephones(FreeSwitch):
    """The switch of dialplan/, and the manual's lines each in its place."""

    def __init__(self, installed: Installed, setting: Setting, *, lamp_port: int) -> None:
        profile = PROFILE.replace(f'"{_PORT}"', f'"{lamp_port}"')
        more = {"acl.xml": ACL, "profiles.xml": profile, "directory.xml": DIRECTORY}
        at_home = {name: re.sub(r"192\.0\.2\.[13]0", "127.0.0.1", lines) for name, lines in more.items()}
        super().__init__(installed, replace(setting, extra=at_home))

    def _booted(self) -> bool:
        return (
            super()._booted()
            and re.search(r"telephones\s+profile\s.*RUNNING", self.api("sofia status")) is not None
        )


@pytest.fixture
def lamp_port() -> int:
    return free_udp_port()


@pytest.fixture
def lit_site(asterisk: Asterisk | Installed, tmp_path: Path, lamp_port: int) -> Iterator[LiveSite]:
    def with_telephones(found: Asterisk, setting: Setting) -> Switch:
        return cast("Switch", WithTelephones(cast("Installed", found), setting, lamp_port=lamp_port))

    environment = {"PERSONSVAR_LAMP_SIP": f"127.0.0.1:{lamp_port}"}
    with running_site(
        cast("Asterisk", asterisk), tmp_path, environment=environment, kind=with_telephones
    ) as site:
        assert site.subscriber() == OLA
        yield site


async def test_a_telephone_s_lamp_follows_its_mailbox(lit_site: LiveSite, lamp_port: int) -> None:
    async with DeskPhone(NAME, PASSWORD, switch_port=lamp_port) as ola:
        await ola.log_in()
        with telephones(lit_site) as make:
            leave(reach(make, OLA))
            await ola.sees("yes", "1/0 (0/0)")
            owner = listen(make, OLA)
            owner.wait_for_piece(1, seconds=0.3)
            owner.press("5")
            await ola.sees("no", "0/0 (0/0)")
        assert ola.told[-1]["Event"] == "message-summary"


async def test_who_is_not_in_the_list_sets_no_lamp(lit_site: LiveSite, lamp_port: int) -> None:
    """He is answered as everybody is, and nothing comes of it."""
    async with DeskPhone(NAME, PASSWORD, switch_port=lamp_port) as ola:
        await ola.log_in()
        for counts, source in ((Counts(new=3), "127.0.0.2"), (Counts(new=4), "127.0.0.1")):
            told = notify(
                lamp_of(OLA), counts, account=OLA, switch=f"127.0.0.1:{lamp_port}", here="127.0.0.1:5060"
            )
            assert await asyncio.to_thread(status_of, lamp_port, told, source) == "200 OK"
        await ola.sees("yes", "4/0 (0/0)")
        assert "3/0" not in "".join(message.body for message in ola.told)
    assert lit_site.messages(OLA) == []
