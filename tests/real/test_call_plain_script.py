"""`AGI(personsvar,agi,…)`: Asterisk starts a process for each call, and it is the same voicemail.

A private Asterisk lives in a root without Python; the machine's own root is bound into it, so that the
script runs where it is installed.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dialplan.switch.process import Switch
from dialplan.switch.root import Asterisk
from personsvar.mailbox.model.message import State
from tests.real.pieces import pieces
from tests.real.running_site import running_site, telephones
from tests.real.signals import sweep
from tests.real.sip_phone import Phone
from tests.real.site import LiveSite
from tests.real.spool import eventually
from tests.real.walks import CALLER, diverted_from, send, skip_greeting, talk

MACHINE = Path("/mnt/machine")
"""Where the machine's root is bound in a private one."""
SCRIPT_NUMBER = "+4747471001"

DIALPLAN = f"""
[personsvar](+)
exten => {SCRIPT_NUMBER},1,Set(CALLERID(all)=)
 same => n,Set(CALLERID(dnid)=)
 same => n,AGI(@SCRIPT@,agi,headers=pjsip,trunk=1,dialled=+4747471000)
 same => n,GotoIf($["${{PERSONSVAR_PROGRESS}}" = "done" | "${{PERSONSVAR_PROGRESS}}" = "stored"]?over)
 same => n,Goto(personsvar-fallback,s,1)
 same => n(over),Hangup()
"""


class MachineInside(Switch):
    """An Asterisk that can start the machine's own programs, wherever it lives."""

    def _command(self) -> list[str]:
        command = super()._command()
        if not self.asterisk.private:
            return command
        inside = self.asterisk.root / MACHINE.relative_to("/")
        inside.mkdir(parents=True, exist_ok=True)
        return [*command[:-1], f"mount --rbind / {shlex.quote(str(inside))} && {command[-1]}"]


@pytest.fixture(scope="module")
def scripted(asterisk: Asterisk, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    folder = tmp_path_factory.mktemp("scripted")
    script = folder / "asterisk/personsvar"
    extra = {"extensions.conf": DIALPLAN.replace("@SCRIPT@", str(script))}
    with running_site(asterisk, folder, extra=extra, kind=MachineInside) as site:
        program = shlex.quote(str(Path(sys.executable).with_name("personsvar")))
        enter = f"chroot {MACHINE} " if asterisk.private else ""
        settings = " ".join(shlex.quote(f"{k}={v}") for k, v in site.service.environment.items())
        script.write_text(
            f'#!/bin/sh\nexec {enter}env {settings} {program} "$@" 2>>{folder}/asterisk/script.log\n'
        )
        script.chmod(0o750)
        yield site


@pytest.fixture
def telephone(scripted: LiveSite) -> Iterator[Callable[..., Phone]]:
    with telephones(scripted) as make:
        yield make


def test_a_message_is_left_and_heard_with_the_plain_script(
    scripted: LiveSite, telephone: Callable[..., Phone]
) -> None:
    owner = scripted.subscriber()
    before = calls_taken(scripted)
    caller = telephone(CALLER)
    caller.call(SCRIPT_NUMBER, diversion=diverted_from(owner))
    skip_greeting(caller)
    talk(caller, seconds=12)
    send(caller)
    caller.wait_for_hang_up(within=15)
    message = scripted.message(owner)
    assert message.caller == CALLER
    (swept,) = [piece for piece in pieces(scripted.sound(message)) if piece.seconds > 1]
    assert round(swept.seconds) == 12

    phone = telephone(owner)
    phone.call(SCRIPT_NUMBER)
    phone.wait_for_prompt("main-menu-settings", within=15)
    phone.press("14")
    phone.wait_for_piece(1, seconds=1)
    phone.press("3")
    first, second = phone.wait_for_piece(2, seconds=0.5)
    assert second.begins - first.ends == pytest.approx(8, abs=0.15)
    phone.press("5")
    phone.wait_for_prompt("deleted-undo", within=5)
    phone.hang_up()
    eventually(lambda: scripted.state(message.id) is State.DELETED, within=5, what="the deletion")
    assert calls_taken(scripted) == before  # the service took none of them


@pytest.mark.parametrize("speaks", [True, False])
def test_hanging_up_on_the_plain_script_keeps_what_was_said(
    scripted: LiveSite, telephone: Callable[..., Phone], *, speaks: bool
) -> None:
    """Asterisk sends the script a SIGHUP then."""
    owner = scripted.subscriber()
    caller = telephone(CALLER)
    caller.call(SCRIPT_NUMBER, diversion=diverted_from(owner))
    caller.wait_for_prompt("greeting-reached", within=15)
    if not speaks:
        caller.hang_up()
        eventually(lambda: len(scripted.notices(owner)) == 1, within=10, what="the missed call")
        assert scripted.messages(owner) == []
        return
    skip_greeting(caller)
    talk(caller, seconds=3)
    caller.hang_up()
    (swept,) = [it for it in pieces(scripted.sound(scripted.message(owner, within=10))) if it.seconds > 1]
    assert round(swept.seconds) == 3


def test_a_database_that_is_away_leaves_the_caller_to_the_dialplan_or_the_spool(
    scripted: LiveSite, telephone: Callable[..., Phone]
) -> None:
    owner = scripted.subscriber()
    scripted.put_message(owner, sweep(5), caller=CALLER)
    database, away = scripted.folder / "personsvar.db", scripted.folder / "personsvar.away"
    scripted.service.freeze()
    database.rename(away)
    try:
        phone = telephone(owner)
        phone.call(SCRIPT_NUMBER)
        phone.wait_for_prompt("mailbox-unavailable", within=15)
        phone.wait_for_hang_up(within=15)
    finally:
        away.rename(database)
        scripted.service.thaw()


def calls_taken(site: LiveSite) -> str:
    log = site.service.log.read_text()
    return str(log.count("call began"))
