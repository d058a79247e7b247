"""`python -m dialplan.switch health`, what a container's health check asks: is the switch well?"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialplan.switch.config import Setting
from dialplan.switch.health import complaint
from dialplan.switch.process import Switch
from dialplan.switch.root import Asterisk
from tests.real.by_hand import health
from tests.real.ports import free_udp_port


@pytest.fixture
def state(tmp_path: Path, asterisk: Asterisk) -> Iterator[tuple[Path, Switch]]:
    setting = Setting(
        folder=tmp_path / "asterisk",
        spool=tmp_path / "spool",
        media=tmp_path / "media",
        sip_bind=f"127.0.0.1:{free_udp_port()}",
    )
    with Switch(asterisk, setting) as switch:
        yield tmp_path, switch


def test_a_switch_that_takes_calls_is_well(state: tuple[Path, Switch]) -> None:
    assert health(state[0]) == (0, "personsvar: the switch is well\n")


@pytest.mark.parametrize(
    ("module", "wrong"),
    [
        ("pbx_config.so", "the dialplan is not loaded"),
        ("res_pjsip_endpoint_identifier_ip.so", "the trunk is not loaded"),
    ],
)
def test_without_its_dialplan_or_its_trunk_it_is_not(
    state: tuple[Path, Switch], module: str, wrong: str
) -> None:
    folder, switch = state
    switch.cli(f"module unload {module}")
    assert health(folder) == (1, f"personsvar: the switch is not well: {wrong}\n")


def test_one_that_hangs_is_not(state: tuple[Path, Switch]) -> None:
    _, switch = state
    os.kill(switch.pid, signal.SIGSTOP)
    try:
        assert complaint(switch.setting).endswith(": timed out")
    finally:
        os.kill(switch.pid, signal.SIGCONT)


def test_where_none_runs_none_is_well(tmp_path: Path) -> None:
    code, said = health(tmp_path)
    assert code == 1
    assert said.startswith("personsvar: the switch is not well: Asterisk does not answer at ")
    assert said.count("\n") == 1
