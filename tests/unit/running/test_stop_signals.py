"""SIGTERM and SIGINT, one right behind the other, as `make run` sends them: the service ends."""

from __future__ import annotations

import subprocess
import sys

_MANY_TIMES = """
import os, signal, threading, time
from personsvar.running.service_runner import ServiceRunner

class Sender:
    def __init__(self, delay):
        self.thread = threading.Thread(target=self.send, args=(delay,))
    def send(self, delay):
        time.sleep(delay)
        for one in (signal.SIGTERM, signal.SIGINT):
            os.kill(os.getpid(), one)
    def start(self):
        self.thread.start()
    def stop(self):
        self.thread.join()

for one in (signal.SIGTERM, signal.SIGINT):
    signal.signal(one, signal.SIG_IGN)
for number in range(4000):
    ServiceRunner(web=Sender(0.0005 * (number % 5))).run()
"""


def test_no_signal_is_lost_however_close_it_comes_to_another_or_to_the_waiting() -> None:
    subprocess.run([sys.executable, "-c", _MANY_TIMES], check=True, timeout=240)
