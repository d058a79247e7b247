"""The service is killed after the commit, before the switch knew of it; and ids that another call has."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dialplan.switch.root import Asterisk
from tests.real.pieces import pieces
from tests.real.ports import free_tcp_port
from tests.real.running_site import running_site, telephones
from tests.real.site import LiveSite
from tests.real.spool import eventually
from tests.real.test_call_service_dies import CALLER, call_for, is_whole, talk
from tests.real.walks import is_thanked

ROOT = Path(__file__).parents[2]
BINDS = {"Asterisk": "PERSONSVAR_FASTAGI_BIND", "FreeSWITCH": "PERSONSVAR_ESL_BIND"}


@pytest.fixture
def site(asterisk: Asterisk, tmp_path: Path) -> Iterator[LiveSite]:
    """Its switch goes to the service by way of the test."""
    own = {name: f"127.0.0.1:{free_tcp_port()}" for name in BINDS.values()}
    with running_site(asterisk, tmp_path, environment=own) as running:
        yield running


@contextmanager
def killed_once_stored(site: LiveSite) -> Iterator[None]:
    assert site.service.process is not None
    ways = (site.handed_over_at, site.service.environment[BINDS[site.switch.name]])
    command = [sys.executable, "-m", "tests.real.between", *ways, str(site.service.process.pid)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as between:
        assert between.stdout is not None
        assert between.stdout.readline() == b"listening\n"
        try:
            yield
        finally:
            between.kill()
    site.service.kill()  # it is dead; its end is taken note of


def spooled(site: LiveSite) -> list[str]:
    return sorted(file.name for file in (site.folder / "spool").iterdir() if file.is_file())


@pytest.mark.parametrize("key", ["2", ""])
def test_killed_between_the_commit_and_its_word_nothing_is_lost_and_nothing_comes_twice(
    site: LiveSite, key: str
) -> None:
    """By sending it, and by silence after #."""
    mailbox = site.subscriber()
    with telephones(site) as telephone, killed_once_stored(site):
        caller = call_for(telephone, mailbox)
        caller.press("#")
        talk(caller)
        caller.press("#")
        if key:
            caller.wait_for_prompt("after-take-listen", within=5)
            caller.press(key)
        caller.wait_for_prompt("fallback-thanks", within=30)
        assert "fallback-greeting" not in {it.prompt for it in caller.heard()}
        caller.wait_for_hang_up(within=10)
    assert len(site.messages(mailbox)) == 1, "it was committed before the service died"
    assert spooled(site), "what stands for it until the switch knows"
    site.service.start()
    eventually(lambda: not spooled(site), within=30, what="an empty spool")
    assert is_whole(site, mailbox)
    assert len(site.notices(mailbox)) == len(set(site.notices(mailbox)))


def ids_to_come(site: LiveSite) -> list[str]:
    """What the switch's next calls may be called."""
    now = int(time.time())
    return [f"{site.switch.setting.system}-{now + second}.{n}" for second in range(40) for n in range(8)]


def test_the_dialplan_s_recording_goes_beside_another_call_s_of_the_same_id(site: LiveSite) -> None:
    """As after a clock that went back: the service is down, and the spool holds what came before."""
    mailbox = site.subscriber()
    site.service.kill()
    spool = site.folder / "spool"
    before = {spool / f"{name}.head": f"version=1\nid={name}\n".encode() for name in ids_to_come(site)}
    for head, content in before.items():
        head.write_bytes(content)
    with telephones(site) as telephone:
        caller = call_for(telephone, mailbox)
        caller.wait_for_prompt("fallback-greeting", within=30)
        talk(caller)
        caller.press("#")
        is_thanked(caller, within=5)
    assert {head: head.read_bytes() for head in before} == before
    assert [name for name in spooled(site) if name.endswith("~2.end")]
    assert not [name for name in spooled(site) if name.endswith(".end") and "~2" not in name]
    for head in before:
        head.unlink()
    site.service.start()
    message = site.message(mailbox, within=30)
    assert message.caller == CALLER
    (swept,) = [piece for piece in pieces(site.sound(message)) if piece.seconds > 1]
    assert swept.ends > 4


def test_who_hangs_up_in_the_greeting_ends_no_other_call_s_recording(site: LiveSite) -> None:
    """The dialplan's greeting, under an id that another call's recording lies under."""
    mailbox = site.subscriber()
    site.service.kill()
    spool = site.folder / "spool"
    heads = [spool / f"{name}.head" for name in ids_to_come(site)]
    for head in heads:
        head.write_bytes(b"version=1\n")
    with telephones(site) as telephone:
        caller = call_for(telephone, mailbox)
        caller.wait_for_prompt("fallback-greeting", within=30)
        caller.hang_up()
    eventually(lambda: any("~2.end" in name for name in spooled(site)), within=10, what="the end mark")
    assert not [name for name in spooled(site) if name.endswith(".end") and "~2" not in name]
