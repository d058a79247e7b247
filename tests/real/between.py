"""Between a switch and its service, a process of its own: it passes all on until the service says "stored".

Then the service is killed before the switch hears it: the moment after the commit, met every time.

    python -m tests.real.between LISTEN SERVICE PID
"""

from __future__ import annotations

import os
import re
import signal
import socket
import sys
from contextlib import suppress
from threading import Thread

TOLD = re.compile(rb'personsvar_progress[ ="]+stored', re.IGNORECASE)
"""To Asterisk, and to FreeSWITCH."""


def address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host, int(port)


def pass_on(switch: socket.socket, service_at: tuple[str, int], pid: int) -> None:
    with switch, suppress(OSError), socket.create_connection(service_at) as service:
        Thread(target=copy, args=(switch, service), daemon=True).start()
        while said := service.recv(65536):
            if TOLD.search(said):
                os.kill(pid, signal.SIGKILL)
                break
            switch.sendall(said)
        switch.shutdown(socket.SHUT_RDWR)  # closed alone, it ends once the other thread hears no more


def copy(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while heard := source.recv(65536):
            sink.sendall(heard)
        sink.shutdown(socket.SHUT_WR)


def main(listen: str, service: str, pid: str) -> None:
    listener = socket.create_server(address(listen), backlog=100)
    print("listening", flush=True)
    while True:
        switch, _ = listener.accept()
        Thread(target=pass_on, args=(switch, address(service), int(pid)), daemon=True).start()


if __name__ == "__main__":
    main(*sys.argv[1:])
