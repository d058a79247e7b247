"""The plain AGI script: Asterisk starts one process a call and talks over its standard streams.

    exten => s,1,Set(CALLERID(all)=)
     same => n,Set(CALLERID(dnid)=)
     same => n,AGI(/usr/bin/personsvar,agi,headers=pjsip,trunk=1,dialled=…)

The two lines before it are needed: see dialplan/extensions.conf, personsvar-call.

The same code as the server's, without a server. Asterisk tells of a hang-up by SIGHUP, which would end us in
the middle of keeping a message: it is ignored, because the next command's answer (511) tells the same.
"""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from personsvar.dialogue.call import HungUpError, SwitchError
from personsvar.logs import in_call
from personsvar.mailbox.arrival import CallSetup
from personsvar.telephony.agi.agi_connection import AgiConnection
from personsvar.telephony.agi.setup import call_setup
from personsvar.telephony.agi.take_call import take_call
from personsvar.telephony.switch_calls import Answer, SoundsOfACall
from personsvar.telephony.wire import PipeWire, Wire

log = logging.getLogger(__name__)

Wired = Callable[[], tuple[Answer, SoundsOfACall]]
"""What takes long to put together; asked for once the switch has said which call it is."""


def run_script(wired: Wired) -> int:
    """One call over the standard streams; returns the exit code for the switch (0: all was well)."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    return converse(PipeWire(sys.stdin.fileno(), sys.stdout.fileno()), wired)


def converse(wire: Wire, wired: Wired) -> int:
    agi = AgiConnection(wire)
    try:
        agi.read_environment()
    except (SwitchError, HungUpError) as wrong:
        log.error("not started by a switch: %s", wrong)
        return 2
    setup = call_setup(agi.env)
    with in_call(setup.call_id):
        return _talk(agi, setup, wired)


def _talk(agi: AgiConnection, setup: CallSetup, wired: Wired) -> int:
    try:
        answer, sounds = wired()
        with ThreadPoolExecutor(max_workers=1, thread_name_prefix="work") as workers:
            take_call(agi, setup, answer=answer, sounds=sounds, workers=workers)
    except HungUpError:
        log.info("the caller hung up")
    except Exception:  # this process is the call: the dialplan goes on with the caller
        log.exception("call failed")
        return 1
    return 0
