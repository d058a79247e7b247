"""A switch that is told to stop lets its calls end, and sends new ones elsewhere."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from dialplan.switch.config import SOUNDS
from personsvar.mailbox.model.ids import Number
from tests.real.by_hand import asterisk_of, health, is_running, read_until, switch_by_hand
from tests.real.g711 import RATE
from tests.real.heard import PromptSounds
from tests.real.ports import free_tcp_port, free_udp_port
from tests.real.sip_phone import ACCESS_NUMBER, Phone
from tests.real.spool import Spool
from tests.real.walks import diverted_from

OWNER = Number("+4790000001")
LATE = "+4790000003"


@dataclass(frozen=True, slots=True)
class Busy:
    """A switch by hand, and a caller whose message its dialplan records."""

    process: subprocess.Popen[str]
    asterisk: int
    caller: Phone
    port: int
    spool: Spool

    def is_over(self) -> None:
        assert self.process.wait(30) == 0
        assert not is_running(self.asterisk)

    def kept_seconds(self) -> float:
        """Of the message; it has its end mark, so it is taken in at once."""
        deposit = self.spool.deposit()
        assert not deposit.end().missed
        return len(deposit.take) / RATE


@contextmanager
def busy_switch(folder: Path, *, drain_seconds: float = 60) -> Iterator[Busy]:
    port, nobody = free_udp_port(), f"127.0.0.1:{free_tcp_port()}"
    settings = {"FASTAGI_BIND": nobody, "ESL_BIND": nobody, "DRAIN_SECONDS": str(drain_seconds)}
    with switch_by_hand(folder, port, **settings) as process:
        read_until(process, "is ready")
        spool = Spool(folder / "spool")
        with Phone(switch_port=port, prompts=PromptSounds(SOUNDS / "nb")) as caller:
            caller.call(diversion=diverted_from(OWNER))
            caller.wait_for_prompt("tone", within=20)
            caller.wait_for_end_of("tone")
            caller.sweep(seconds=1)
            yield Busy(process, asterisk_of(process), caller, port, spool)


def test_the_call_goes_on_and_is_kept_and_a_new_one_goes_elsewhere(tmp_path: Path) -> None:
    with busy_switch(tmp_path) as busy:
        assert health(tmp_path) == (0, "personsvar: the switch is well\n")
        busy.process.send_signal(signal.SIGTERM)
        read_until(busy.process, "no new calls; 1 that are up may go on for 60 s")
        with Phone(switch_port=busy.port, number=LATE) as late:
            assert late.dial(ACCESS_NUMBER, [("Subject", "late")]).status == 503
        code, said = health(tmp_path)
        assert (code, said) == (1, "personsvar: the switch is not well: it takes no new calls, and stops\n")
        busy.caller.sweep(seconds=3)
        assert not busy.caller.leg.ended
        busy.caller.hang_up()
        busy.is_over()
    assert busy.kept_seconds() > 3.5


@pytest.mark.parametrize(
    ("signals", "drain_seconds"),
    [
        pytest.param([signal.SIGTERM], 1, id="the time is up"),
        pytest.param([signal.SIGTERM, signal.SIGTERM], 600, id="told twice"),
        pytest.param([signal.SIGTERM, signal.SIGINT], 600, id="told, and Ctrl-C"),
        pytest.param([signal.SIGINT], 600, id="Ctrl-C"),
    ],
)
def test_calls_are_hung_up_and_what_was_said_is_kept(
    tmp_path: Path, signals: Sequence[signal.Signals], drain_seconds: float
) -> None:
    first, *again = signals
    with busy_switch(tmp_path, drain_seconds=drain_seconds) as busy:
        busy.process.send_signal(first)
        for number in again:
            read_until(busy.process, "told to stop")
            busy.process.send_signal(number)
        busy.caller.wait_for_hang_up(within=30)
        busy.is_over()
    assert busy.kept_seconds() > 0.8


def test_an_asterisk_that_hangs_is_not_waited_for(tmp_path: Path) -> None:
    with busy_switch(tmp_path) as busy:
        os.kill(busy.asterisk, signal.SIGSTOP)
        busy.process.send_signal(signal.SIGTERM)
        read_until(busy.process, "does not answer")
        busy.is_over()
        busy.caller.leg.ended = True  # nobody is left to say goodbye to
