"""Faults in the middle of many calls, at moments drawn by lot: who spoke, and what became of it.

    python -m tests.faults.fault_mid_call [CALLS [SEED]]

Of each fault a table row: callers who spoke to the end after a tone, messages delivered, missed calls told,
messages twice, and messages lost. The last two should be 0, but for two cases (docs/when-things-fail.md):
a killed switch, whose file buffer takes the last 4.1 s of a recording, and with them a short one as a whole;
and a service that hangs in the tone, with a caller who speaks into it and hangs up before the watchdog acts.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from dialplan.switch.root import Asterisk, find_asterisk
from personsvar.mailbox.model.ids import Number
from personsvar.mailbox.model.notice import NoticeKind
from tests.bench.tables import begin, show, tell
from tests.real.running_site import running_site, telephones
from tests.real.sip_phone import Phone
from tests.real.site import LiveSite
from tests.real.spool import eventually
from tests.real.walks import diverted_from, said

SPOKEN_SECONDS = 5.0
BETWEEN_CALLS_SECONDS = 0.7
LONGEST_WAIT_SECONDS = 45.0
"""A recording whose switch and service were both killed is taken in 31 s after it last grew; its files stay
in the spool for an hour, because nobody is left to tell that it will not grow again."""
SETTINGS = {
    "PERSONSVAR_WATCHDOG_SECONDS": "4",
    "PERSONSVAR_SWEEP_SECONDS": "1",
    "PERSONSVAR_RTP_TIMEOUT": "1",
}


@dataclass(frozen=True)
class CutOffCaller:
    mailbox: Number
    spoke: bool
    """To the end, after a tone, with the line up."""


def kill_service(site: LiveSite) -> None:
    site.service.kill()
    site.service.start()


def hang_service(site: LiveSite) -> None:
    """The watchdog kills it, and it is started again."""
    site.service.freeze()
    process = site.service.process
    if process is not None:
        process.wait()
    site.service.start()


def stop_service(site: LiveSite) -> None:
    """SIGTERM: the calls may end."""
    site.service.stop()
    site.service.start()


def kill_switch(site: LiveSite) -> None:
    os.kill(site.switch.pid, signal.SIGKILL)


def kill_both(site: LiveSite) -> None:
    site.service.kill()
    kill_switch(site)
    site.service.start()


def lose_database(site: LiveSite) -> None:
    """Five seconds without its file."""
    file = site.folder / "personsvar.db"
    file.rename(file.with_suffix(".away"))
    time.sleep(5)
    file.with_suffix(".away").rename(file)


FAULTS: dict[str, Callable[[LiveSite], None]] = {
    "service killed (-9)": kill_service,
    "service hangs (SIGSTOP)": hang_service,
    "service stopped (SIGTERM)": stop_service,
    "database away for 5 s": lose_database,
    "Asterisk killed (-9)": kill_switch,
    "both killed (-9)": kill_both,
}


def leave(make: Callable[..., Phone], number: int, mailbox: Number) -> CutOffCaller:
    """One caller: waits for a tone, speaks, and hangs up; once more when a second tone comes."""
    time.sleep(number * BETWEEN_CALLS_SECONDS)
    phone = make(f"+47900009{number:02}")
    try:
        phone.call(diversion=diverted_from(mailbox), within=5)
        phone.wait_for_prompt("tone", within=40)
        phone.wait_for_end_of("tone")
        phone.say(said(seconds=SPOKEN_SECONDS))
        if phone.leg.ended:
            return CutOffCaller(mailbox, spoke=False)
        phone.hang_up()
    except AssertionError:  # no answer, no tone, no BYE: the switch is gone
        phone.leg.ended = True
        return CutOffCaller(mailbox, spoke=False)
    return CutOffCaller(mailbox, spoke=True)


def run(asterisk: Asterisk, fault: Callable[[LiveSite], None], calls: int, moment: float) -> Sequence[str]:
    with (
        tempfile.TemporaryDirectory(prefix="personsvar-fault-") as folder,
        running_site(asterisk, Path(folder), environment=SETTINGS) as site,
        telephones(site) as make,
        ThreadPoolExecutor(calls) as crowd,
    ):
        mailboxes = [site.subscriber() for _ in range(calls)]
        callers = [crowd.submit(leave, make, number, mailbox) for number, mailbox in enumerate(mailboxes)]
        time.sleep(moment)
        fault(site)
        return row(site, [caller.result() for caller in callers])


def row(site: LiveSite, callers: Sequence[CutOffCaller]) -> Sequence[str]:
    spool = site.folder / "spool"
    with suppress(AssertionError):
        eventually(lambda: not [*spool.glob("*.head")], within=LONGEST_WAIT_SECONDS, what="an empty spool")
    messages = [len(site.messages(caller.mailbox)) for caller in callers]
    missed = [site.notices(caller.mailbox).count(NoticeKind.MISSED_CALL) for caller in callers]
    lost = [caller.spoke and not count for caller, count in zip(callers, messages, strict=True)]
    twice = [count > 1 for count in messages]
    spoke = sum(caller.spoke for caller in callers)
    return [str(n) for n in (len(callers), spoke, sum(messages), sum(missed), sum(twice), sum(lost))]


def main() -> None:
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(10_000)
    lot = random.Random(seed)
    begin(f"Faults in mid-call (seed {seed})")
    asterisk = find_asterisk()
    rows = []
    for name, fault in FAULTS.items():
        moment = lot.uniform(3, calls * BETWEEN_CALLS_SECONDS + 8)
        tell(f"{name}, {moment:.1f} s after the first of {calls} calls")
        rows.append([f"{name} at {moment:.1f} s", *run(asterisk, fault, calls, moment)])
    columns = ("fault", "calls", "spoke", "messages", "missed calls", "twice", "lost")
    show("What became of it", columns, rows, notes="spoke: to the end, after a tone, with the line up")


if __name__ == "__main__":
    main()
