"""`python -m dialplan.switch render`: its script starts a FreeSWITCH where there is no Python of ours."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from dialplan.switch.config import SOUNDS
from personsvar.mailbox.model.ids import Number
from tests.real.by_hand import ROOM, all_of, end_all_of, read_until
from tests.real.g711 import RATE
from tests.real.heard import PromptSounds
from tests.real.ports import free_tcp_port, free_udp_port
from tests.real.sip_phone import ACCESS_NUMBER, Phone
from tests.real.spool import Spool, eventually
from tests.real.walks import diverted_from

pytestmark = pytest.mark.usefixtures("asterisk")
OWNER = Number("+4790000001")
WELL = (0, "personsvar: the switch is well\n")


@dataclass(frozen=True, slots=True)
class Contained:
    process: subprocess.Popen[str]
    script: Path
    port: int
    spool: Spool

    def health(self) -> tuple[int, str]:
        asked = subprocess.run(
            ["sh", self.script, "health"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return asked.returncode, asked.stdout

    def is_over(self, folder: Path) -> None:
        assert self.process.wait(60) == 0
        eventually(lambda: all_of(folder) == [], within=10, what="the end of all it started")


@contextmanager
def started(folder: Path) -> Iterator[Contained]:
    port, nobody = free_udp_port(), f"127.0.0.1:{free_tcp_port()}"
    settings = {"STATE": str(folder), "SIP_PORT": str(port), "ESL_BIND": nobody, "DRAIN_SECONDS": "60"}
    environment = {**os.environ, **{f"PERSONSVAR_{name}": value for name, value in settings.items()}}
    render = [sys.executable, "-m", "dialplan.switch", "render", "--switch", "freeswitch", "--log", "-"]
    subprocess.run(render, cwd=ROOM, env=environment, check=True, stdout=subprocess.DEVNULL)
    script = folder / "freeswitch/etc/start"
    process = subprocess.Popen(
        ["sh", script], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    contained = Contained(process, script, port, Spool(folder / "spool"))
    try:
        eventually(lambda: contained.health() == WELL, within=60, what="FreeSWITCH")
        yield contained
    finally:
        end_all_of(folder)
        process.communicate()


@contextmanager
def speaking(contained: Contained) -> Iterator[Phone]:
    with Phone(switch_port=contained.port, prompts=PromptSounds(SOUNDS / "nb")) as caller:
        caller.call(diversion=diverted_from(OWNER))
        caller.wait_for_prompt("tone", within=20)
        caller.wait_for_end_of("tone")
        caller.sweep(seconds=1)
        yield caller


def test_told_to_stop_it_lets_the_call_end_and_sends_new_ones_elsewhere(tmp_path: Path) -> None:
    with started(tmp_path) as contained:
        with speaking(contained) as caller:
            contained.process.send_signal(signal.SIGTERM)
            read_until(contained.process, "no new calls; those that are up may go on for 60 s")
            with Phone(switch_port=contained.port, number="+4790000003") as late:
                assert late.dial(ACCESS_NUMBER, [("Subject", "late")]).status == 503
            code, said = contained.health()
            assert (code, said) == (
                1,
                "personsvar: the switch is not well: it takes no new calls, and stops\n",
            )
            caller.sweep(seconds=2)
            assert not caller.leg.ended
        contained.is_over(tmp_path)
        assert len(contained.spool.deposit().take) / RATE > 2.5


def test_told_again_it_hangs_up_and_keeps_what_was_said(tmp_path: Path) -> None:
    with started(tmp_path) as contained:
        with speaking(contained) as caller:
            contained.process.send_signal(signal.SIGTERM)
            read_until(contained.process, "no new calls")
            contained.process.send_signal(signal.SIGTERM)
            caller.wait_for_hang_up(within=30)
        contained.is_over(tmp_path)
        assert len(contained.spool.deposit().take) / RATE > 0.8


def test_where_it_does_not_run_it_is_not_well(tmp_path: Path) -> None:
    with started(tmp_path) as contained:
        contained.process.send_signal(signal.SIGTERM)
        contained.is_over(tmp_path)
        assert contained.health()[0] == 1
        assert "FreeSWITCH does not answer" in contained.health()[1]


def test_from_elsewhere_than_the_trunk_nobody_calls(tmp_path: Path) -> None:
    with started(tmp_path) as contained, Phone(switch_port=contained.port, address="127.0.0.9") as stranger:
        assert stranger.dial(ACCESS_NUMBER, [("Subject", "from elsewhere")]).status == 403
