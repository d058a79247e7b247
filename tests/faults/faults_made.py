"""The faults, each as something that is done to the ground and is over when it returns.

What was killed is started anew by `ProvingGround.be_well`, when the round's calls are over or here, where
the rest of the fault is that it comes back while they go on.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.faults.far_ends import wait_until_it_listens
from tests.faults.kept_service import KeptService
from tests.faults.plans import CLOCKS, FaultKind, RoundPlan
from tests.faults.proving_ground import HOST, ProvingGround
from tests.postgres import PostgresCluster
from tests.real.ports import free_tcp_port

FIRST_WORDS_SECONDS = 25.0
"""A second service is waited for no longer: by then it serves, or has ended."""


def make(ground: ProvingGround, plan: RoundPlan) -> None:
    _FAULTS[plan.kind](ground, plan)


def _kill_ivr(ground: ProvingGround, _plan: RoundPlan) -> None:
    ground.ivr.kill()
    ground.ivr.be_up()


def _hang_ivr(ground: ProvingGround, _plan: RoundPlan) -> None:
    ground.ivr.freeze()
    process = ground.ivr.process
    if process is not None:
        process.wait()
    ground.ivr.be_up()


def _stop_ivr(ground: ProvingGround, _plan: RoundPlan) -> None:
    """Its calls may end first."""
    process = ground.ivr.process
    if process is not None:
        process.terminate()
        process.wait()
    ground.ivr.be_up()


def _kill_notifier(ground: ProvingGround, _plan: RoundPlan) -> None:
    ground.notifier.kill()
    ground.notifier.be_up()


def _kill_visual(ground: ProvingGround, _plan: RoundPlan) -> None:
    ground.visual.kill()
    ground.visual.be_up()


def _kill_switch(ground: ProvingGround, _plan: RoundPlan) -> None:
    ground.kill_switch()


def _kill_ivr_and_switch(ground: ProvingGround, plan: RoundPlan) -> None:
    first, second = (ground.ivr.kill, ground.kill_switch)[:: 1 if plan.amount > 0 else -1]
    first()
    second()


def _kill_postgres(ground: ProvingGround, plan: RoundPlan) -> None:
    with _killed(ground.pair.primary):
        time.sleep(plan.seconds if plan.restarts else 0)


def _fail_over(ground: ProvingGround, plan: RoundPlan) -> None:
    ground.pair.primary.kill()
    time.sleep(plan.seconds if plan.restarts else 0)  # until somebody, or Patroni, sees it
    ground.pair.promote()


def _cut_database(ground: ProvingGround, plan: RoundPlan) -> None:
    ground.wire.is_now("away")
    time.sleep(plan.seconds)
    ground.wire.is_now("well")


def _freeze_database(ground: ProvingGround, plan: RoundPlan) -> None:
    server = ground.pair.primary.pid
    with _all_signalled(server, signal.SIGSTOP, signal.SIGCONT):
        time.sleep(plan.seconds)


def _slow_database(ground: ProvingGround, plan: RoundPlan) -> None:
    """Each way, each time: a statement takes up to 0.3 s, and a message a dozen of them."""
    ground.wire.is_now(f"slow {abs(plan.amount) * 0.15:.3f}")
    time.sleep(plan.seconds * 2)
    ground.wire.is_now("well")


def _fill_disk(ground: ProvingGround, plan: RoundPlan) -> None:
    """To the last byte, or to less than a recording takes."""
    assert ground.volume is not None
    leaving = 0 if plan.amount < 0 else round(plan.amount * 500)
    with ground.volume.filled(leaving_kilobytes=leaving):
        time.sleep(plan.seconds)


def _slow_disk(ground: ProvingGround, plan: RoundPlan) -> None:
    assert ground.volume is not None
    with ground.volume.stalling():
        time.sleep(plan.seconds)


def _kill_gateways(ground: ProvingGround, plan: RoundPlan) -> None:
    ground.smsc.kill()
    if ground.mail:
        ground.mail.postfix.kill()
    time.sleep(plan.seconds)
    ground.smsc.start()
    if ground.mail:
        ground.mail.postfix.start()


def _set_clock(ground: ProvingGround, plan: RoundPlan) -> None:
    """For some seconds, in which a notifier may start; then it is set right."""
    assert ground.clock is not None
    ground.clock.jumps(plan.amount * CLOCKS[plan.kind])
    if plan.restarts:
        ground.notifier.stop()
        ground.notifier.be_up()
    time.sleep(plan.seconds)
    ground.clock.jumps(0)


def _start_second(ground: ProvingGround, plan: RoundPlan) -> None:
    """Of the same settings: at the same address, as it is started twice, or at one of its own."""
    here = ground.ivr.environment
    own = {"PERSONSVAR_HEALTH_BIND": f"{HOST}:{free_tcp_port()}"}
    if plan.restarts:
        own["PERSONSVAR_FASTAGI_BIND"] = f"{HOST}:{free_tcp_port()}"
    log = ground.folder / "second-ivr.log"
    second = KeptService({**here, **own}, log, "ivr", health=own["PERSONSVAR_HEALTH_BIND"])
    second.launch()
    try:
        until = time.monotonic() + FIRST_WORDS_SECONDS
        while second.runs and not second.is_well() and time.monotonic() < until:
            time.sleep(0.1)
        time.sleep(plan.seconds)
    finally:
        second.stop() if plan.amount > 0 else second.kill()


def _start_all_anew(ground: ProvingGround, plan: RoundPlan) -> None:
    server = ground.pair.primary
    ends = [ground.kill_switch, *(service.kill for service in ground.all_services), ground.smsc.kill]
    for end in ends[:: 1 if plan.amount > 0 else -1]:
        end()
    with _killed(server):
        pass
    ground.smsc.start()


_FAULTS: Mapping[FaultKind, Callable[[ProvingGround, RoundPlan], None]] = {
    FaultKind.IVR_KILLED: _kill_ivr,
    FaultKind.IVR_HANGS: _hang_ivr,
    FaultKind.IVR_STOPPED: _stop_ivr,
    FaultKind.NOTIFIER_KILLED: _kill_notifier,
    FaultKind.VISUAL_KILLED: _kill_visual,
    FaultKind.ASTERISK_KILLED: _kill_switch,
    FaultKind.IVR_AND_ASTERISK_KILLED: _kill_ivr_and_switch,
    FaultKind.POSTGRES_KILLED: _kill_postgres,
    FaultKind.POSTGRES_FAILS_OVER: _fail_over,
    FaultKind.DATABASE_AWAY: _cut_database,
    FaultKind.DATABASE_STANDS_STILL: _freeze_database,
    FaultKind.DATABASE_SLOW: _slow_database,
    FaultKind.DISK_FULL: _fill_disk,
    FaultKind.DISK_SLOW: _slow_disk,
    FaultKind.GATEWAYS_AWAY: _kill_gateways,
    FaultKind.CLOCK_MINUTES: _set_clock,
    FaultKind.CLOCK_HOURS: _set_clock,
    FaultKind.CLOCK_YEAR: _set_clock,
    FaultKind.TWO_ON_ONE_SPOOL: _start_second,
    FaultKind.ALL_STARTED_ANEW: _start_all_anew,
}


def mend(ground: ProvingGround, plan: RoundPlan) -> None:
    """All is as before the next round."""
    if plan.kind is FaultKind.POSTGRES_FAILS_OVER:
        ground.pair.stand_by_again()
    if plan.kind is FaultKind.GATEWAYS_AWAY:
        wait_until_it_listens(ground.smsc.port)
    ground.be_well()


@contextmanager
def _killed(server: PostgresCluster) -> Iterator[None]:
    """Its postmaster by -9: what it started notices, and is gone before the next one starts."""
    children = _family(server.pid)
    server.kill()
    try:
        yield
    finally:
        for child in children:
            _wait_until_gone(child)
        server.start()


@contextmanager
def _all_signalled(server: int, before: signal.Signals, after: signal.Signals) -> Iterator[None]:
    family = [server, *_family(server)]
    try:
        _signal(family, before)
        yield
    finally:
        _signal(family, after)


def _signal(processes: list[int], how: signal.Signals) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, how)


def _family(server: int) -> list[int]:
    tasks = Path(f"/proc/{server}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text("ascii").split()]


def _wait_until_gone(process: int) -> None:
    until = time.monotonic() + FIRST_WORDS_SECONDS
    while Path(f"/proc/{process}").exists():
        if time.monotonic() > until:
            os.kill(process, signal.SIGKILL)
        time.sleep(0.02)
