"""What must turn and does not is the end of its process; what is only slow is not."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator

import pytest

from tests.unit.running.processes import running_python

BARKS = 3

SERVICE = f"""
import asyncio, logging, sys, threading, time
from personsvar.running.bounded_call import turning
from personsvar.running.watchdog import Watchdog

logging.basicConfig(format="%(levelname)s %(message)s part=%(part)s at=%(at)s")
loops = {{name: asyncio.new_event_loop() for name in ("one", "other")}}

def turn(loop):
    loop.run_forever()
    loop.close()

for name, loop in loops.items():
    threading.Thread(target=turn, args=(loop,), name=name, daemon=True).start()
must_turn = {{name: turning(lambda loop=loop: loop) for name, loop in loops.items()}}
not_begun = {{"late": turning(lambda: None)}}
watchdog = Watchdog(seconds={BARKS}, must_turn=must_turn | not_begun)
watchdog.start()

def slow():
    time.sleep(1.4)
    loops["one"].call_soon(slow)

def block():
    time.sleep(3600)

def end():
    loops["other"].stop()

for line in sys.stdin:
    match line.strip():
        case "slow": loops["one"].call_soon_threadsafe(slow)
        case "block": loops["other"].call_soon_threadsafe(block)
        case "end": loops["other"].call_soon_threadsafe(end)
        case "told to end":
            watchdog.let_parts_end()
            loops["other"].call_soon_threadsafe(end)
        case "stop": break
watchdog.stop()
print("stopped", flush=True)
"""


@pytest.fixture
def service() -> Iterator[subprocess.Popen[str]]:
    with running_python(SERVICE) as running:
        yield running


def command(service: subprocess.Popen[str], what: str) -> None:
    assert service.stdin is not None
    service.stdin.write(f"{what}\n")
    service.stdin.flush()


def last_words(service: subprocess.Popen[str]) -> list[str]:
    assert service.stderr is not None
    return service.stderr.read().splitlines()


def test_a_loop_that_hangs_ends_its_process_and_it_is_told_where(service: subprocess.Popen[str]) -> None:
    command(service, "block")
    assert service.wait(timeout=30) == -signal.SIGKILL
    where, killed = last_words(service)
    assert where.startswith("ERROR a part hangs part=other at=<string>:")
    assert where.partition(" < ")[0].endswith(" block")
    assert killed.startswith('level=critical in=watchdog event="the service hangs: killed"')


def test_so_does_one_that_ended_by_itself(service: subprocess.Popen[str]) -> None:
    command(service, "end")
    assert service.wait(timeout=30) == -signal.SIGKILL
    assert last_words(service)[0] == "ERROR a part hangs part=other at=it has ended"


@pytest.mark.parametrize("how", ["slow", "told to end"])
def test_a_slow_one_and_one_that_was_told_to_end_do_not(service: subprocess.Popen[str], how: str) -> None:
    command(service, how)
    with pytest.raises(subprocess.TimeoutExpired):
        service.wait(2 * BARKS)
    out, errors = service.communicate("stop\n", timeout=30)
    assert (out, errors, service.returncode) == ("stopped\n", "", 0)
