#!/usr/bin/env -S python3 -S -E
"""A program that starts and ends as Asterisk does: it has a control socket, and goes when it gets SIGTERM.

Once it has said that it is booted it tells whoever started it to end, as Ctrl-C would. With STAND_IN=hangs it
does not, and never ends after a graceful stop, as Asterisk 22 may.
"""

import os
import signal
import socket
import sys
from pathlib import Path

starter = os.getppid()
hangs = os.environ.get("STAND_IN") == "hangs"
stopping = False
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
control = Path(sys.argv[sys.argv.index("-C") + 1]).parents[1] / "run/asterisk.ctl"
with socket.socket(socket.AF_UNIX) as listener:
    listener.bind(str(control))
    listener.listen()
    while True:
        with listener.accept()[0] as asked:
            command = asked.recv(1000)
            stopping = stopping or b"core stop gracefully" in command
            answer = b"cannot be run during shutdown" if stopping else b"fully booted, 0 active calls"
            asked.sendall(b"Asterisk\n" + answer + b"\n")
        if os.getppid() == starter and not hangs:
            os.kill(starter, signal.SIGINT)
