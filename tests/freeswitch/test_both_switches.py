"""One voicemail behind two switches of the two kinds: what is left through one is heard through the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace

import pytest

from dialplan.switch.freeswitch import FreeSwitch, Installed
from dialplan.switch.root import find_asterisk
from personsvar.mailbox.model.message import State
from tests.real.ports import free_udp_port
from tests.real.running_site import phones_calling, running_site
from tests.real.sip_phone import Phone
from tests.real.site import LiveSite
from tests.real.spool import eventually
from tests.real.walks import listen, reach, send, skip_greeting, talk

Telephone = Callable[..., Phone]


@dataclass(frozen=True)
class BothSwitches:
    """One `personsvar run`, an Asterisk and a FreeSWITCH with one spool, and phones that call each."""

    site: LiveSite
    asterisk: Telephone
    freeswitch: Telephone


@pytest.fixture(scope="module")
def switches(
    asterisk: Installed, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[LiveSite, FreeSwitch]]:
    with running_site(find_asterisk(), tmp_path_factory.mktemp("both")) as site:
        first = site.switch.setting
        setting = replace(
            first, folder=site.folder / "freeswitch", sip_bind=f"127.0.0.1:{free_udp_port()}", system="second"
        )
        with FreeSwitch(asterisk, setting) as second:
            yield site, second


@pytest.fixture
def both(switches: tuple[LiveSite, FreeSwitch]) -> Iterator[BothSwitches]:
    site, second = switches
    with ExitStack() as running:
        phones = [
            running.enter_context(phones_calling(port)) for port in (site.switch.sip_port, second.sip_port)
        ]
        yield BothSwitches(site, *phones)


@pytest.mark.parametrize(("left", "heard"), [("asterisk", "freeswitch"), ("freeswitch", "asterisk")])
def test_what_is_left_through_one_switch_is_heard_through_the_other(
    both: BothSwitches, left: str, heard: str
) -> None:
    owner = both.site.subscriber()
    caller = reach(getattr(both, left), owner)
    skip_greeting(caller)
    talk(caller, seconds=8)
    send(caller)
    caller.hang_up()
    message = both.site.message(owner)

    phone = listen(getattr(both, heard), owner)
    (piece,) = phone.wait_for_piece(1)
    assert piece.begins < 1.0
    phone.press("5")
    phone.wait_for_prompt("deleted-undo", within=5)
    eventually(lambda: both.site.state(message.id) is State.DELETED, within=5, what="the deletion")
    phone.hang_up()
