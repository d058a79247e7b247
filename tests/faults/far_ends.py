"""Who notices go out to: an SMSC that can be killed, a Postfix, and a switch's lamps. Each counts what it
got.
"""

from __future__ import annotations

import json
import re
import socket
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from personsvar.gateways.lamps.sip import NotSipError, pack, response, unpack
from tests.real.notices.postfix import Postfix
from tests.real.notices.smsc import PEERS
from tests.real.ports import free_tcp_port
from tests.real.spool import eventually

_CALLER = re.compile(r"\+47 (\d{3}) (\d\d) (\d\d\d)")
_NUMBER = re.compile(r"lamp-(\+\d+)@")
START_SECONDS = 60


@dataclass
class CountingSmsc:
    """The SMSC of tests/peers, on one port, killed and started anew; `submits` outlive it."""

    port: int = field(default_factory=free_tcp_port)
    submits: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By who is told and who called, as E.164 numbers; the caller is empty where the text names none."""
    process: subprocess.Popen[bytes] | None = None
    _reader: threading.Thread | None = None
    _listens: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        self._listens.clear()
        command = ["setpriv", "--pdeathsig", "TERM", "node", str(PEERS / "smsc.mjs"), str(self.port)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._reader = threading.Thread(target=self._read, args=(self.process,), daemon=True)
        self._reader.start()
        while not self._listens.wait(0.1):
            assert self.process.poll() is None, "the SMSC ended: make peers"

    def kill(self) -> None:
        """All that it told of what came is read when this returns."""
        if self.process is not None and self._reader is not None:
            self.process.kill()
            self.process.wait()
            self._reader.join(START_SECONDS)
            self.process = None

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            with suppress(ValueError):  # half a line: it was killed as it told of it
                self._heard(json.loads(line))

    def _heard(self, line: dict[str, object]) -> None:
        if line["event"] == "listening":
            self._listens.set()
        if line["event"] == "submit":
            message = line["short_message"]
            text = message.get("message", "") if isinstance(message, dict) else ""
            found = _CALLER.search(text) if isinstance(text, str) else None
            self.submits[
                f"+{line['destination_addr']}", f"+47{''.join(found.groups())}" if found else ""
            ] += 1


@dataclass
class CountingMail:
    """One mailbox of a Postfix; what stands behind a plus in an address tells whose it is."""

    postfix: Postfix
    name: str = "ola1"
    _seen: set[str] = field(default_factory=set)
    _mails: Counter[tuple[str, str]] = field(default_factory=Counter)

    def address(self, number: str) -> str:
        return f"{self.name}+{number[1:]}@example.test"

    def mails(self) -> Counter[tuple[str, str]]:
        """How many came, by whose mailbox and who called, as E.164 numbers."""
        new = self.postfix.folder / "mail" / self.name / "new"
        for file in new.glob("*") if new.is_dir() else ():
            if file.name not in self._seen:
                self._seen.add(file.name)
                self._count(file.read_bytes()[:6000].decode("utf-8", "replace"))
        return self._mails

    def _count(self, mail: str) -> None:
        whose = re.search(rf"^To:.*?{self.name}\+(\d+)@", mail, re.MULTILINE | re.IGNORECASE)
        called = _CALLER.search(mail.replace("=20", " ").replace("\u00a0", " "))
        if whose:
            self._mails[f"+{whose[1]}", f"+47{''.join(called.groups())}" if called else ""] += 1


class Lamps(threading.Thread):
    """A switch's end of the lamps: it takes every NOTIFY, and keeps what each lamp shows."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.shows: dict[str, str] = {}
        """By number: `2/1`, new before the slash."""
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._closed = False

    def run(self) -> None:
        while not self._closed:
            data, sender = self._socket.recvfrom(65536)
            try:
                asked = unpack(data)
            except NotSipError:
                continue
            told = re.search(r"^Voice-Message: (\d+/\d+)", asked.body, re.MULTILINE)
            whose = _NUMBER.search(asked.start)
            if told and whose:
                self.shows[whose[1]] = told[1]
            self._socket.sendto(pack(response(asked, "200 OK", tag="lamps")), sender)

    def close(self) -> None:
        self._closed = True
        self._socket.sendto(b"", self._socket.getsockname())
        self.join(2)
        self._socket.close()


@contextmanager
def counting_lamps() -> Iterator[Lamps]:
    lamps = Lamps()
    lamps.start()
    try:
        yield lamps
    finally:
        lamps.close()


@contextmanager
def counting_smsc() -> Iterator[CountingSmsc]:
    smsc = CountingSmsc()
    smsc.start()
    try:
        yield smsc
    finally:
        smsc.kill()


def listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def wait_until_it_listens(port: int) -> None:
    eventually(lambda: listens(port), within=START_SECONDS, what=f"somebody on port {port}")
