#!/usr/bin/env -S python3 -S -E
"""A program that starts and ends as Asterisk does: it has a control socket, and goes when it gets SIGTERM.

Once it has said that it is booted it tells whoever started it to end, as Ctrl-C would.
"""

import os
import signal
import socket
import sys
from pathlib import Path

starter = os.getppid()
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
control = Path(sys.argv[sys.argv.index("-C") + 1]).parents[1] / "run/asterisk.ctl"
with socket.socket(socket.AF_UNIX) as door:
    door.bind(str(control))
    door.listen()
    while True:
        with door.accept()[0] as asked:
            asked.recv(1000)
            asked.sendall(b"Asterisk\nAsterisk has fully booted.\n")
        if os.getppid() == starter:
            os.kill(starter, signal.SIGINT)
