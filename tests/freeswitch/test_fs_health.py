"""`python -m dialplan.switch health` for FreeSWITCH: is it well, and who may ask it so?"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from stat import S_IMODE

import pytest

from dialplan.switch import freeswitch_control
from dialplan.switch.config import Setting
from dialplan.switch.freeswitch import FreeSwitch, Installed
from dialplan.switch.health import complaint
from tests.real.by_hand import health
from tests.real.ports import free_tcp_port, free_udp_port
from tests.real.spool import eventually


@pytest.fixture
def switch(asterisk: Installed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FreeSwitch]:
    monkeypatch.setenv("PERSONSVAR_SWITCH", "freeswitch")
    setting = Setting(
        folder=tmp_path / "freeswitch",
        spool=tmp_path / "spool",
        media=tmp_path / "media",
        switch="freeswitch",
        sip_bind=f"127.0.0.1:{free_udp_port()}",
        esl=f"127.0.0.1:{free_tcp_port()}",
    )
    with FreeSwitch(asterisk, setting) as running:
        yield running


@pytest.mark.parametrize(
    ("command", "wrong"),
    [
        ("sofia profile personsvar killgw personsvar-trunk", "the trunk is not loaded"),
        ("sofia profile personsvar stop", "its profile does not run"),
        ("fsctl pause inbound", "it takes no new calls, and stops"),
    ],
)
def test_it_is_well_until_it_takes_no_calls(
    switch: FreeSwitch, tmp_path: Path, command: str, wrong: str
) -> None:
    assert health(tmp_path) == (0, "personsvar: the switch is well\n")

    def is_told() -> bool:
        switch.api(command)  # more than once: a profile that began just now is not stopped
        return complaint(switch.setting) == wrong

    eventually(is_told, within=30, what=wrong)
    assert health(tmp_path) == (1, f"personsvar: the switch is not well: {wrong}\n")


def test_without_its_dialplan_it_is_not(switch: FreeSwitch, tmp_path: Path) -> None:
    (switch.setting.etc / "personsvar.xml").write_text("")
    switch.api("reloadxml")
    assert health(tmp_path) == (1, "personsvar: the switch is not well: the dialplan is not loaded\n")


def test_one_that_hangs_is_not(switch: FreeSwitch) -> None:
    os.kill(switch.pid, signal.SIGSTOP)
    try:
        assert complaint(switch.setting).endswith(": timed out")
    finally:
        os.kill(switch.pid, signal.SIGCONT)


def test_its_control_port_is_for_those_who_may_read_the_password(switch: FreeSwitch) -> None:
    kept = switch.setting.run / freeswitch_control.KEPT_AS
    assert S_IMODE(kept.stat().st_mode) == 0o640
    port, _, password = kept.read_text().strip().partition(" ")
    kept.write_text(f"{port} {password[:-1]}x\n")
    with pytest.raises(PermissionError):
        switch.api("status")
    kept.write_text(f"{port} {password}\n")
    assert switch.api("status").startswith("UP")
